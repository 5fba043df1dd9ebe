"""The staff's editor: the draft by day or by room, and one session of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.conferences.queries import venues_of
from app.database import db
from app.delegations.views.shared import list_name
from app.errors import Refusal
from app.history.queries import of as history_of
from app.i18n import day_heading
from app.permissions import Permission, allow
from app.programme.forms import MaterialForm, PlainForm, SessionForm, blame, form_values
from app.programme.models import ProgrammeSession
from app.programme.operations import (
    ChangedMeanwhile,
    add_session,
    attach_draft_to_letters,
    cancel_session,
    change_session,
    details_of,
    reinstate_session,
)
from app.programme.part_words import CONFIRMATIONS, name_in_words
from app.programme.queries import current_release, sessions_of, warnings_of
from app.programme.queries.content import freeze
from app.programme.queries.meetings import meeting_at
from app.programme.queries.offering import (
    arrival,
    find_delegates,
    numbers_of_delegates,
    offer_of,
    turns_of,
)
from app.programme.queries.pdf import programme_pdf
from app.programme.queries.run_of_show import run_of
from app.programme.queries.sign_up import Count, counts_of
from app.programme.queries.taking_out import MEDIA_TYPES, draft_file
from app.programme.rules import PersonRole, held_as
from app.programme.rules.anchors import anchor
from app.programme.rules.meeting_words import STATES
from app.programme.rules.words import FORMATS, KINDS, ROLES
from app.programme.views.blueprint import programme
from app.programme.views.meanwhile import differences

_TITLES: Mapping[str, LazyString] = {
    "ru": _l("Only sessions without a Russian title are shown."),
    "de": _l("Only sessions without a German title are shown."),
    "en": _l("Only sessions without an English title are shown."),
}


def _day_title(day: date | None) -> str:
    return day_heading(day) if day else str(_("Day not settled yet"))


def _by_day(conference: Conference, sessions: list[ProgrammeSession]) -> dict[date | None, list[ProgrammeSession]]:
    zone = ZoneInfo(conference.timezone)
    found: dict[date | None, list[ProgrammeSession]] = defaultdict(list)
    for session in sessions:
        found[session.day_in(zone)].append(session)
    return dict(found)


@programme.get("/desk/c/<slug>/programme")
@allow(Permission.READ_PROGRAMME)
def editor(slug: str) -> Any:
    """The draft with its warnings."""
    conference = desk_conference(slug)
    sessions = sessions_of(conference)
    by_room = request.args.get("view") == "rooms"
    without = request.args.get("without", "")
    lacking = [one for one in sessions if without in _TITLES and not getattr(one, f"title_{without}")]
    shown = lacking or sessions
    return render_template(
        "programme/editor.html", conference=conference, by_room=by_room, days=_by_day(conference, shown),
        venues=venues_of(conference), sessions=shown, lacking=_TITLES[without] if lacking else "",
        release=current_release(conference), form=PlainForm(),
        warnings=warnings_of(conference), by_code={session.code: session for session in sessions},
        day_title=_day_title, anchor=anchor, name=name_in_words, kinds=KINDS, roles=ROLES, formats=FORMATS,
        zone=ZoneInfo(conference.timezone),
        held_as=lambda session: held_as(session, conference.format),
        counts=counts_of([session.id for session in sessions]), nobody=Count(),
    )  # fmt: skip


def session_or_404(conference: Conference, number: int) -> ProgrammeSession:
    found = db.session.get(ProgrammeSession, number)
    if found is None or found.conference_id != conference.id:
        abort(404)
    return found


def _grid_day() -> date | None:
    """The day of the grid the form was opened from."""
    try:
        return date.fromisoformat(request.args.get("grid", ""))
    except ValueError:
        return None


def _draft_page(slug: str, session: ProgrammeSession | None) -> str:
    """Where the form was opened from: a day of the grid, else the draft as a list."""
    day = _grid_day()
    if day is not None:
        where = f"slot-{session.id}" if session is not None else None
        return str(url_for("programme.grid", slug=slug, day=day.isoformat(), _anchor=where))
    return str(url_for("programme.editor", slug=slug, _anchor=anchor(session.code) if session is not None else None))


def refuse_paper(conference: Conference, session: ProgrammeSession, paper: MaterialForm) -> Any:
    """The page of the session again, with what hinders the paper and what was typed for it."""
    known = details_of(session)
    numbers = numbers_of_delegates(person.delegate_id for person in known.people)
    values = form_values(known, conference.timezone, delegates=numbers) | {"version": session.version}
    form = SessionForm(formdata=None, data=values).offer(offer_of(conference, signs=[]), known=known)
    return _edit(conference, form, session, paper=paper), 422


def _edit(
    conference: Conference, form: SessionForm, session: ProgrammeSession | None, *, paper: MaterialForm | None = None,
    **more: Any,
) -> str:  # fmt: skip
    words = request.args.get("q", "").strip()
    return render_template(
        "programme/edit_session.html", conference=conference, form=form, row=session, plain=PlainForm(),
        back=_draft_page(conference.slug, session),
        words=words, found=find_delegates(conference, words) if session and words else [], list_name=list_name,
        turns=turns_of(session) if session else [], arrives=arrival(session) if session else None,
        steps=len(run_of(session)) if session else 0, meeting=meeting_at(session) if session else None, states=STATES,
        parts={person.name: person for person in session.people} if session else {}, answers=CONFIRMATIONS,
        zone=ZoneInfo(conference.timezone),
        role_choices=[(role.value, ROLES[role]) for role in PersonRole], paper=paper or MaterialForm(formdata=None),
        history=history_of(session, limit=8) if session else [], deeds=_deed_words(),
        count=counts_of([session.id]).get(session.id, Count()) if session else Count(), **more,
    )  # fmt: skip


def _deed_words() -> dict[str, str]:
    return {
        "programme.add_session": _("added the session"),
        "programme.change_session": _("changed the session"),
        "programme.cancel_session": _("cancelled the session"),
        "programme.reinstate_session": _("reinstated the session"),
        "programme.add_material": _("added a handout"),
        "programme.remove_material": _("took a handout away"),
        "programme.confirm_part": _("confirmed to take part"),
        "programme.decline_part": _("declined to take part"),
    }


@programme.route("/desk/c/<slug>/programme/new", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def new_session(slug: str) -> Any:
    """Add a session."""
    conference = desk_conference(slug)
    values = form_values(None, conference.timezone) | {"day": _grid_day() or conference.starts_on}
    offer = offer_of(conference, signs=_signs())
    form = SessionForm(data=values).offer(offer, known=None)
    if request.method == "GET":
        return _edit(conference, form, None)
    try:
        if form.validate():
            session = add_session(conference=conference, code=form.code.data or "", details=form.details(offer),
                                  actor=current_actor(), at=now())  # fmt: skip
            flash(_("%(code)s has been added to the draft.", code=session.code), "done")
            _tell_of_night(form, conference)
            return redirect(_draft_page(slug, session), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(conference, form, None), 422


@programme.route("/desk/c/<slug>/programme/<int:number>", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def edit_session(slug: str, number: int) -> Any:
    """Change one session. Who comes second sees both values and decides."""
    conference = desk_conference(slug)
    session = session_or_404(conference, number)
    known = details_of(session)
    numbers = numbers_of_delegates(person.delegate_id for person in known.people)
    values = form_values(known, conference.timezone, delegates=numbers) | {"version": session.version}
    offer = offer_of(conference, signs=_signs())
    form = SessionForm(data=values).offer(offer, known=known)
    if request.method == "GET":
        return _edit(conference, form, session)
    try:
        if form.validate():
            seen, before = version_of(form.version.data), session.version
            change_session(session=session, details=form.details(offer), version=seen, opened=form.seen(),
                           actor=current_actor(), at=now())  # fmt: skip
            flash(_("%(code)s has been saved in the draft.", code=session.code), "done")
            if session.version > before > seen:
                flash(_("Other fields of it were changed while you were writing; both changes stand."), "information")
            _tell_of_night(form, conference)
            return redirect(_draft_page(slug, session), code=303)
    except ChangedMeanwhile as clash:
        told = differences(clash, form, conference, current_actor())
        again = SessionForm(formdata=None, data=_again(clash, conference, form)).offer(offer, known=known)
        return _edit(conference, again, session, clash=told), 409
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(conference, form, session), 422


def _again(clash: ChangedMeanwhile, conference: Conference, form: SessionForm) -> dict[str, Any]:
    """What the form shows when two people changed the same: one's own there, what the other changed elsewhere."""
    now_there = details_of(clash.session)
    details = clash.merged or form.details(offer_of(conference, signs=_signs()))
    numbers = numbers_of_delegates(person.delegate_id for person in details.people)
    opened = form_values(now_there, conference.timezone)["opened"]
    return form_values(details, conference.timezone, delegates=numbers) | {
        "version": clash.session.version, "opened": opened,
    }  # fmt: skip


def _tell_of_night(form: SessionForm, conference: Conference) -> None:
    """The clocks are put back: say which of the two hours is meant."""
    if not form.hour_comes_twice(conference.timezone):
        return
    hour = f"{form.start.data:%H:%M}"
    flash(
        _("The clock shows %(hour)s twice in that night; the second one is taken.", hour=hour)
        if form.later.data
        else _("The clock shows %(hour)s twice in that night; the first one is taken. The form of the session offers "
               "the second.", hour=hour),
        "information",
    )  # fmt: skip


def _signs() -> list[str]:
    """The numbers of delegates the sent form names."""
    return [value.strip() for name, value in request.form.items() if name.endswith("-delegate")]


def version_of(text: Any) -> int:
    """The version a form says it saw; 0 when it says nothing of the kind."""
    said = str(text or "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


@programme.post("/desk/c/<slug>/programme/<int:number>/cancel")
@allow(Permission.EDIT_PROGRAMME)
def cancel(slug: str, number: int) -> Any:
    """Take a session off the programme."""
    session = session_or_404(conference_or_404(slug), number)
    cancel_session(session=session, actor=current_actor(), at=now())
    flash(_("%(code)s is cancelled in the draft; the next release says so.", code=session.code), "done")
    return redirect(url_for("programme.editor", slug=slug, _anchor=anchor(session.code)), code=303)


@programme.post("/desk/c/<slug>/programme/<int:number>/reinstate")
@allow(Permission.EDIT_PROGRAMME)
def reinstate(slug: str, number: int) -> Any:
    """Hold a cancelled session after all."""
    session = session_or_404(conference_or_404(slug), number)
    reinstate_session(session=session, actor=current_actor(), at=now())
    flash(_("%(code)s takes place again in the draft.", code=session.code), "done")
    return redirect(url_for("programme.editor", slug=slug, _anchor=anchor(session.code)), code=303)


@programme.get("/desk/c/<slug>/programme/draft.pdf")
@allow(Permission.READ_PROGRAMME)
def draft_paper(slug: str) -> Response:
    """The draft on paper, with ПРОЕКТ / ENTWURF behind it."""
    conference = conference_or_404(slug)
    before = current_release(conference)
    content = freeze(conference, before=before.content if before else None)
    response = current_app.response_class(programme_pdf(content, draft=True), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="programme-{slug}-draft.pdf"'
    return response


@programme.get("/desk/c/<slug>/programme/draft.<any(json, xlsx):kind>")
@allow(Permission.EDIT_PROGRAMME)
def draft_out(slug: str, kind: str) -> Response:
    """The draft as a file, to be changed elsewhere and taken in again."""
    conference = conference_or_404(slug)
    response = current_app.response_class(draft_file(conference, kind), mimetype=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="programme-{slug}-draft.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@programme.post("/desk/c/<slug>/programme/enclose")
@allow(Permission.WRITE_LETTERS)
def enclose(slug: str) -> Any:
    """Let the draft go with the letters."""
    attach_draft_to_letters(conference=conference_or_404(slug), actor=current_actor(), at=now())
    flash(_("The draft now goes with every letter of invitation approved from now on."), "done")
    return redirect(url_for("programme.editor", slug=slug), code=303)
