"""Papers of the programme: which one, of what, and those made before; and the runs of show of its sessions."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.errors import Refusal
from app.i18n import language, localized
from app.jobs import start_job
from app.permissions import Permission, allow
from app.programme.forms import blame
from app.programme.models import ProgrammePaper, ProgrammeSession
from app.programme.operations.run_of_show import set_run
from app.programme.paper_forms import PaperForm, RunForm, run_values
from app.programme.queries import releases_of, sessions_of
from app.programme.queries.papers.making import (
    Order,
    edition_for,
    paper_of,
    paper_signed,
    papers_of,
    path_of,
    sign_of,
    steps_for,
)
from app.programme.queries.reading import day_title
from app.programme.queries.run_of_show import run_of, sessions_with_run, sign_of_run
from app.programme.rules.papers import LANGUAGE_CHOICES, PAPERS, Paper, clocked
from app.programme.views.blueprint import programme
from app.programme.views.sessions import session_or_404


def _offered(conference: Conference, sessions: list[ProgrammeSession]) -> PaperForm:
    form = PaperForm()
    releases = releases_of(conference)
    form.edition.choices = [
        *((str(one.number), _("Release %(number)s", number=one.number) + (f": {one.name}" if one.name else ""))
          for one in releases),
        ("0", _("the draft, marked as such")),
    ]  # fmt: skip
    if form.edition.data is None:
        form.edition.data = form.edition.choices[0][0]
    zone = ZoneInfo(conference.timezone)
    days = sorted({day for session in sessions if (day := session.day_in(zone)) is not None})
    form.day.choices = [("", _("all days")), *((day.isoformat(), day_title(day)) for day in days)]
    form.session.choices = [
        ("", _("please choose")),
        *((one.code, f"{one.code} {localized(one, 'title')}"[:90]) for one in sessions_with_run(conference)),
    ]
    return form


def _page(conference: Conference, form: PaperForm, sessions: list[ProgrammeSession]) -> str:
    return render_template(
        "programme/papers.html", conference=conference, form=form, empty=not sessions, words=PAPERS,
        runs=sessions_with_run(conference), sessions=[one for one in sessions if one.starts_at and not one.cancelled],
        papers=[(paper, path_of(paper.sha256).is_file()) for paper in papers_of(conference)],
        spoken=LANGUAGE_CHOICES, Paper=Paper, about=_about,
    )  # fmt: skip


def _about(paper: ProgrammePaper) -> str:
    """Of which release and in which languages a paper is."""
    of = _("Release %(number)s", number=paper.release_number) if paper.release_number else _("Draft")
    spoken = str(LANGUAGE_CHOICES.get(",".join(paper.options["languages"]), ""))
    return " · ".join(part for part in (of, spoken, paper.options["session"]) if part)


@programme.get("/desk/c/<slug>/programme/papers")
@allow(Permission.READ_PROGRAMME)
def papers(slug: str) -> Any:
    """Which paper, and those made before."""
    conference = desk_conference(slug)
    sessions = sessions_of(conference)
    return _page(conference, _offered(conference, sessions), sessions)


def _start(conference: Conference, order: Order) -> Any:
    """The paper when it was made before; else the job that makes it."""
    known = paper_signed(
        conference, sign_of(order, edition_for(conference, order, now()), steps_for(conference, order))
    )
    if known is not None:
        return redirect(url_for("programme.made_paper", slug=conference.slug, number=known.id), code=303)
    actor = current_actor()
    params = {"conference_id": conference.id, "order": order.as_json(), "actor_id": actor.id, "actor": actor.label,
              "language": language()}  # fmt: skip
    job = start_job(
        kind="programme-paper", params=params, started_by=actor.label, at=now(), conference_id=conference.id
    )
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


@programme.post("/desk/c/<slug>/programme/papers")
@allow(Permission.PRINT)
def make_paper_now(slug: str) -> Any:
    """Begin a paper in the background."""
    conference = desk_conference(slug)
    sessions = sessions_of(conference)
    form = _offered(conference, sessions)
    try:
        if form.validate():
            order = form.order()
            if order.paper is Paper.RUN and not order.session:
                raise Refusal(_("Choose the session whose run of show is to be printed."), field="session")
            return _start(conference, order)
    except Refusal as refusal:
        blame(form, refusal)
    return _page(conference, form, sessions), 422


@programme.get("/desk/c/<slug>/programme/papers/<int:number>")
@allow(Permission.READ_PROGRAMME)
def made_paper(slug: str, number: int) -> Any:
    """One paper that was made."""
    conference = desk_conference(slug)
    found = paper_of(conference, number) or abort(404)
    return render_template(
        "programme/paper.html", conference=conference, paper=found, words=PAPERS, about=_about(found),
        kept=path_of(found.sha256).is_file(), folded=found.kind == Paper.FOLDED.value,
    )  # fmt: skip


@programme.get("/desk/c/<slug>/programme/papers/<int:number>.pdf")
@allow(Permission.READ_PROGRAMME)
def made_paper_file(slug: str, number: int) -> Any:
    """The file of a paper, as it was made."""
    found = paper_of(desk_conference(slug), number) or abort(404)
    path = path_of(found.sha256)
    if not path.is_file():
        abort(404)
    of = f"release-{found.release_number}" if found.release_number else "draft"
    name = f"{slug}_{found.kind}_{of}_{'-'.join(found.options['languages'])}.pdf"
    response = send_file(path, "application/pdf", download_name=name, max_age=0)
    response.headers["Cache-Control"] = "private, no-cache"  # a draft is for the staff alone
    return response


def _run_page(conference: Conference, session: ProgrammeSession, form: RunForm, **more: Any) -> str:
    zone = ZoneInfo(conference.timezone)
    steps = run_of(session)
    begins = session.starts_at.astimezone(zone) if session.starts_at else None
    return render_template(
        "programme/run_of_show.html", conference=conference, session=session, form=form, begins=begins,
        timed=clocked(steps, begins) if begins else [],
        ends=session.ends_at.astimezone(zone) if session.ends_at else None, **more,
    )  # fmt: skip


@programme.get("/desk/c/<slug>/programme/<int:number>/run")
@allow(Permission.READ_PROGRAMME)
def run_of_show(slug: str, number: int) -> Any:
    """A session minute by minute."""
    conference = desk_conference(slug)
    session = session_or_404(conference, number)
    steps = run_of(session)
    return _run_page(conference, session, RunForm(data={"sign": sign_of_run(steps), "steps": run_values(steps)}))


@programme.post("/desk/c/<slug>/programme/<int:number>/run")
@allow(Permission.EDIT_PROGRAMME)
def save_run_of_show(slug: str, number: int) -> Any:
    """Put the steps down."""
    conference = desk_conference(slug)
    session = session_or_404(conference, number)
    form = RunForm()
    theirs: list[Any] = []
    try:
        if form.validate():
            set_run(
                session=session, steps=form.steps_in_order(), sign=form.sign.data or "", actor=current_actor(), at=now()
            )
            flash(_("The run of show has been saved."), "done")
            return redirect(url_for("programme.run_of_show", slug=slug, number=number), code=303)
    except Refusal as refusal:
        kept = run_of(session)
        if form.sign.data != sign_of_run(kept):
            theirs = kept
            form.sign.data = sign_of_run(kept)  # saving once more lets ours stand
        form.form_errors = [*form.form_errors, refusal.message]
    return _run_page(conference, session, form, theirs=theirs), 422
