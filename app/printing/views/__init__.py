"""The print room: who gets a badge, a look at one, printing, and what was printed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import abort, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import lazy_gettext as _l

from app.accounts.queries import current_actor
from app.checkin.views import Further, further
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import fold
from app.errors import Refusal
from app.i18n import language
from app.navigation import Door
from app.paging import Page, page_number
from app.permissions import Permission, allow
from app.printing import log, queries
from app.printing.camera import views as camera
from app.printing.checks import look_before, require_sound_look, require_sound_photos, sign_of
from app.printing.choosing import AS_CHANGED
from app.printing.findings import findings_of
from app.printing.forms import SCOPES, PreviewForm, PrintForm
from app.printing.freshness import reason_words, reasons, why_anew
from app.printing.honours import views as honours
from app.printing.looks import dressed
from app.printing.operations import render_badges
from app.printing.operations.runs import BADGES
from app.printing.orders import job_for
from app.printing.papers import views as papers
from app.printing.post import views as post
from app.printing.rota import views as rota
from app.printing.rules import (
    LAYOUTS,
    SCOPE_WORDS,
    BadgeContent,
    Layout,
    alone,
    held_on_site,
    require_layout,
    require_on_site,
)
from app.printing.rules.sheets import OnPaper
from app.printing.seating import views as seating
from app.printing.typesetting import preview
from app.printing.views import delegate, designs, proofs, settings
from app.printing.views.again import ask_why
from app.printing.views.base import PREVIEW_POLICY, asked_layout, desk
from app.printing.views.checks import reprint_form
from app.printing.views.words import log_words, run_facts

__all__ = ["blueprints", "delegate", "designs", "doors", "honours", "post", "proofs", "rota", "settings"]

blueprints = (desk, papers.desk, seating.desk, *camera.blueprints)
doors = (
    Door(_l("Badges"), "printing.badges", Permission.PRINT, order=70, of_conference=True),
    *papers.doors,
    *seating.doors,
)


further["badges"] = Further(_l("Print the badges of those checked in"), "printing.badges", Permission.PRINT)


def _print_form(conference: Conference) -> PrintForm:
    form = PrintForm()
    form.offer(queries.printers())
    form.offer_people(conference)
    return form


def _page(conference: Conference, form: PrintForm, *, looked: Sequence[str] = ()) -> str:
    contents = queries.badge_contents(conference) if held_on_site(conference.format) else []
    words = request.args.get("q", "")
    total = log.how_many(conference)
    page = Page(page_number(), total)
    last = log.last_of_many(conference)
    if not form.is_submitted() and last is not None:
        form.as_before(last.layout, OnPaper.of(last.options), queries.printers())
        form.sort.data = last.options.get("sort", form.sort.data)
    layout = LAYOUTS.get(request.args.get("layout") or form.layout.data or "") or require_layout(None)
    if not form.is_submitted():
        form.layout.data = layout.name
        form.scope.data = request.args["scope"] if request.args.get("scope") in dict(SCOPES) else form.scope.data
    why = why_anew(conference, contents)
    look = PreviewForm(request.args)
    look.layout.choices = form.layout.choices
    shown = _found(contents, words)
    return render_template(
        "printing/badges.html",
        conference=conference,
        on_site=held_on_site(conference.format),
        count=len(contents),
        fresh=len(why),
        why=reason_words(reasons(why.values())),
        layout=layout,
        sheets=-(-len(contents) // layout.on_a_sheet),
        left_out=queries.left_out(conference),
        form=form,
        preview_form=look,
        shown=shown,
        words=words,
        runs=(runs := log.runs(conference, page)),
        page=page,
        whose=log.people_of(runs),
        about=log_words,
        looked=findings_of(conference, looked),
        as_before=last is not None and not form.is_submitted(),
        scopes=SCOPE_WORDS,
        reprint=reprint_form(layout) if shown else None,
        times=queries.times_printed(shown.delegate_id) if shown else 0,
    )


def _found(contents: list[BadgeContent], words: str) -> BadgeContent | None:
    """The first badge that has all of ``words``, in a name or as number; without words the first of all."""
    wanted = (fold(words) or "").split()
    for content in contents:
        standing = fold(f"{content.public_id} {content.name_first} {content.name_second}") or ""
        if all(word in standing for word in wanted):
            return content
    return None


@desk.get("/")
@allow(Permission.PRINT)
def badges(slug: str) -> Any:
    """How many, who is left out, a look at one, and what was printed."""
    conference = desk_conference(slug)
    return _page(conference, _print_form(conference))


@desk.post("/")
@allow(Permission.PRINT)
def print_badges(slug: str) -> Any:
    """Begin printing in the background; the same order twice at once is one run."""
    conference = desk_conference(slug)
    require_on_site(conference.format)
    form = _print_form(conference)
    printers = queries.printers()
    valid = form.validate_on_submit()
    if form.layout.data in LAYOUTS:
        valid = form.fits(printers) and valid
    found = form.whose(conference, queries.badge_contents(conference)) if valid else None
    valid = found is not None
    whose = {**(found or {}), "delegate_id": None, "sort": form.sort.data}
    if valid and not form.anyway.data:
        try:
            require_sound_look(conference, LAYOUTS[form.layout.data])
            require_sound_photos(conference, LAYOUTS[form.layout.data], whose)
        except Refusal as refusal:
            form.anyway.errors = [str(refusal)]
            valid = False
    again: dict[str, Any] = {}
    if valid and form.scope.data not in AS_CHANGED:
        again = {"asks": True, **ask_why(conference, LAYOUTS[form.layout.data], form, whose)}
        valid = not form.reason.errors
    if valid:
        looked = look_before(conference, LAYOUTS[form.layout.data], whose)
        if looked and form.looked.data != sign_of(looked):
            form.looked.data = sign_of(looked)
            return _page(conference, form, looked=looked), 422
    if not valid:
        return _page(conference, form), 422
    order = {"layout": form.layout.data, **whose, "paper": form.on_paper(printers).as_json(),
             "anyway": bool(form.anyway.data), **again}  # fmt: skip
    job = job_for(kind="print-badges", order=order, conference=conference, language=language(),
                  actor=current_actor(), at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


def _one(conference: Conference, delegate_id: int, layout: Layout) -> BadgeContent:
    found = queries.badge_contents(conference, delegate_id=delegate_id, photos=layout.photo)
    return found[0] if found else abort(404)


@desk.get("/preview/<int:delegate_id>")
@allow(Permission.PRINT)
def show_preview(slug: str, delegate_id: int) -> Any:
    """One badge as it will be printed, for the frame on the page."""
    conference = desk_conference(slug)
    layout = asked_layout()
    page = preview(
        dressed(conference, layout),
        _one(conference, delegate_id, layout),
        titles=queries.titles(conference),
        fonts=url_for("static", filename="fonts"),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response


@desk.get("/proof/<int:delegate_id>.pdf")
@allow(Permission.PRINT)
def proof(slug: str, delegate_id: int) -> Any:
    """One badge as PDF, alone on its sheet; a look, not a printing: nothing is logged."""
    conference = desk_conference(slug)
    layout = alone(asked_layout())
    content = _one(conference, delegate_id, layout)
    pdf, _pages, _warnings = render_badges(conference, layout, [content])
    return send_file(BytesIO(pdf), "application/pdf", download_name=f"{slug}_{content.public_id}.pdf")


@desk.get("/runs/<int:run_id>")
@allow(Permission.PRINT)
def run(slug: str, run_id: int) -> Any:
    """One printing: its figures, what to look at before handing out, and the file."""
    conference = desk_conference(slug)
    row = queries.run_of(conference, run_id)
    if row is None or row.kind != BADGES:
        abort(404)
    listed = {came for came, one in queries.hand_outs_of(row).items() if queries.path_of(one.sha256).is_file()}
    return render_template(
        "printing/run.html", conference=conference, run=row, scopes=SCOPE_WORDS, said=run_facts(row),
        found=findings_of(conference, row.warnings),
        kept=queries.path_of(row.sha256).is_file(),
        listed=listed,
        standing=log.standing_of(conference, row),
        whose=log.people_of([row], most=log.MOST_NAMED).get(row.id, ()),
    )  # fmt: skip


@desk.get("/runs/<int:run_id>/badges.pdf")
@allow(Permission.PRINT)
def run_pdf(slug: str, run_id: int) -> Any:
    """The file of a printing, as it was."""
    row = queries.run_of(desk_conference(slug), run_id) or abort(404)
    path = queries.path_of(row.sha256)
    if not path.is_file():
        abort(404)
    return send_file(path, "application/pdf", download_name=f"{slug}_{row.kind}_{row.id}.pdf")
