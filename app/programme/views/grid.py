"""The grid of a day at the desk: rooms beside each other, sessions moved by pointer, by keys, by buttons or by form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import abort, flash, get_template_attribute, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import i18n
from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference, Venue
from app.conferences.queries import venues_of
from app.errors import Refusal
from app.history.queries import of as history_of
from app.permissions import Permission, allow, may
from app.programme.forms.grid import CopyForm, MoveForm, ShiftForm
from app.programme.models import ProgrammeSession
from app.programme.operations import ChangedMeanwhile
from app.programme.operations.drafting import copy_day, move_session, redo_last, shift_sessions, undo_last
from app.programme.queries import current_release
from app.programme.queries.grid import NO_ROOM, Board, board, clock, days_of, sessions_on
from app.programme.queries.meeting_seats import tables_of
from app.programme.queries.news import tip_of
from app.programme.queries.steps import in_words, step_to_redo, step_to_undo
from app.programme.views.blueprint import programme
from app.programme.views.sessions import session_or_404


def asked_date(text: str | None) -> date | None:
    """A day as an address names it."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None


def _by_script() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _short(day: date) -> str:
    return str(format_skeleton("MMMEd", day, locale={"en": "en_GB"}.get(i18n.language(), i18n.language())))


def kept_choices() -> dict[str, str]:
    """What was asked to be shown besides the day: all hours, all rooms."""
    return {name: "all" for name in ("hours", "rooms") if request.values.get(name) == "all"}


def grid_address(slug: str, day: date | None, **more: Any) -> str:
    """The address of a day, with what was asked to be shown besides."""
    given = {"day": day.isoformat() if day else None, **kept_choices(), **more}
    return str(url_for("programme.grid", slug=slug, **given))


def board_shown(
    conference: Conference, day: date, venues: list[Venue], besides: tuple[int, int] | None = None
) -> Board:
    """The board as the one who asks wants to see it."""
    kept = kept_choices()
    return board(conference, day, venues, all_hours="hours" in kept, all_rooms="rooms" in kept, besides=besides)


def span_shown(given: Mapping[str, str]) -> tuple[int, int] | None:
    """The hours the page of a script shows."""
    found = re.fullmatch(r"([0-9]|1[0-9]|2[0-3])-([0-9]|[12][0-9]|30)", given.get("span", ""), re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


def forms_of(slug: str, day: date) -> Callable[[int], str]:
    """The addresses of the sessions' forms, which lead back to this day; built once for hundreds."""
    first = url_for("programme.edit_session", slug=slug, number=0, grid=day.isoformat())
    before, after = first.rsplit("/0?", 1)
    return lambda number: f"{before}/{number}?{after}"


def _words() -> dict[str, str]:
    """What the script of the page says."""
    return {
        "lifted": _("Picked up: %(title)s.", title="%s"), "kept": _("Left where it was."), "saving": _("Being saved …"),
        "lost": _("The server does not answer; the session stands where it was. Try again."), "none": _("hour open"),
        "show": _("Show"), "hide": _("Hide"),
    }  # fmt: skip


def _page(
    conference: Conference, *, day: date | None = None, move: MoveForm | None = None, shift: ShiftForm | None = None,
    copy: CopyForm | None = None, clash: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    days = days_of(conference)
    shown = day or asked_date(request.args.get("day")) or next((one for one, count in days.items() if count), None)
    shown = shown or conference.starts_on
    venues = venues_of(conference)
    days.setdefault(shown, 0)
    tip = tip_of(conference)  # before what it stands for is read: what comes between is told once more
    made = board_shown(conference, shown, venues)
    actor = current_actor()
    given_shift = {"day": shown.isoformat(), "since": time(12), "minutes": 15}
    given_copy = {"source": shown.isoformat(), "target": next((one for one in days if one > shown), None)}
    chosen = made.column(request.args.get("room", "")) or next((one for one in made.columns if one.slots), None)
    return render_template(
        "programme/grid.html", conference=conference, board=made, days=sorted(days.items()), short=_short,
        title=i18n.day_heading(shown), chosen=(chosen or made.columns[0]).key, clock=clock, kept=kept_choices(),
        release=current_release(conference), editable=may(Permission.EDIT_PROGRAMME), clash=clash,
        address=lambda **more: grid_address(conference.slug, shown, **more),
        other_day=lambda one: grid_address(conference.slug, one),
        edit=forms_of(conference.slug, shown),
        undo=step_to_undo(conference, actor), redo=step_to_redo(conference, actor), in_words=in_words,
        move=(move or MoveForm(formdata=None, day=shown)).offer(venues),
        shift=(shift or ShiftForm(formdata=None, prefix="shift-", **given_shift)).offer(venues),
        copy=copy or CopyForm(formdata=None, prefix="copy-", **given_copy), words=_words(), remarks=remarks(made),
        copy_meetings=bool(tables_of(conference)), tip=tip,
    )  # fmt: skip


@programme.get("/desk/c/<slug>/programme/grid")
@allow(Permission.READ_PROGRAMME)
def grid(slug: str) -> Any:
    """A day of the draft by rooms and hours."""
    return _page(desk_conference(slug))


def _shown_day() -> date | None:
    return asked_date(request.form.get("shown"))


@programme.post("/desk/c/<slug>/programme/grid/move")
@allow(Permission.EDIT_PROGRAMME)
def grid_move(slug: str) -> Any:
    """Move a session. A script is answered with what changed on its page, a form with the page."""
    conference = desk_conference(slug)
    form = MoveForm().offer(venues_of(conference))
    number, version = form.chosen()
    if not number:
        form.session.errors = [_("Choose a session first.")]
        return _refused(conference, form)
    session = session_or_404(conference, number)
    before = str(session.room_id or NO_ROOM)
    zone = ZoneInfo(conference.timezone)
    try:
        if not form.validate():
            return _refused(conference, form)
        off = request.form.get("deed") == "unplace"
        starts_at, ends_at = (None, None) if off else form.hours(session, zone)
        room_id = form.room_id(session)
        move_session(session=session, starts_at=starts_at, ends_at=ends_at, room_id=room_id,
                     version=version, actor=current_actor(), at=now())  # fmt: skip
    except ChangedMeanwhile as changed:
        return _meanwhile(conference, form, changed)
    except Refusal as refusal:
        target = form[refusal.field] if refusal.field in {"start", "day", "minutes", "room"} else form.session
        target.errors = [*target.errors, refusal.message]
        return _refused(conference, form)
    said = _said(session, zone)
    if _by_script():
        return _answer(conference, session, {before, str(session.room_id or NO_ROOM)}, said)
    flash(said, "done")
    day = session.day_in(zone) or _shown_day()
    return redirect(grid_address(slug, day, _anchor=f"slot-{session.id}"), code=303)


def _said(session: ProgrammeSession, zone: ZoneInfo) -> str:
    if session.starts_at is None:
        return str(_("%(code)s has no hour now.", code=session.code))
    starts = session.starts_at.astimezone(zone)
    hours = f"{starts:%H:%M}"
    if session.ends_at is not None:
        hours = f"{hours}–{session.ends_at.astimezone(zone):%H:%M}"
    room = (i18n.localized(session.room, "name") or session.room.name) if session.room else _("No room yet")
    given = {"code": session.code, "day": _short(starts.date()), "hours": hours, "room": room}
    return str(_("%(code)s is moved: %(day)s, %(hours)s, %(room)s.", **given))


def _answer(conference: Conference, session: ProgrammeSession, rooms: set[str], said: str) -> Any:
    """The columns a move touched, made anew, and the tray."""
    shown = _shown_day() or session.day_in(ZoneInfo(conference.timezone)) or conference.starts_on
    made = board_shown(conference, shown, venues_of(conference), span_shown(request.form))
    if (made.first, made.last) != span_shown(request.form):  # the page shows too few hours
        flash(said, "done")
        return jsonify(reload=grid_address(conference.slug, shown, _anchor=f"slot-{session.id}"))
    edit = forms_of(conference.slug, shown)
    column = get_template_attribute("programme/_grid.html", "column")
    actor = current_actor()
    undo = get_template_attribute("programme/_grid.html", "undo_bar")
    return jsonify(
        said=said, tall=made.tall,
        columns={key: column(found, edit) if (found := made.column(key)) else "" for key in sorted(rooms)},
        tray=get_template_attribute("programme/_grid.html", "tray")(made, edit),
        undo=undo(conference.slug, shown.isoformat(), kept_choices(), step_to_undo(conference, actor),
                  step_to_redo(conference, actor), in_words),
        versions={slot.id: slot.version for slot in [*made.slots, *made.tray]},
        remarks=remarks(made),
    )  # fmt: skip


def remarks(made: Board) -> dict[int, tuple[str, ...]]:
    """The warnings of each session of the page that has some."""
    return {slot.id: slot.warnings for slot in [*made.slots, *made.tray] if slot.warnings}


def _refused(conference: Conference, form: MoveForm) -> Any:
    if _by_script():
        said = [str(message) for messages in form.errors.values() for message in messages]
        return jsonify(refusal=" ".join(said)), 422
    day = _shown_day() or asked_date(form.day.raw_data[0] if form.day.raw_data else None)
    return _page(conference, day=day, move=form), 422


def _meanwhile(conference: Conference, form: MoveForm, changed: ChangedMeanwhile) -> Any:
    """Both versions side by side, with a way to let one's own stand."""
    session, zone = changed.session, ZoneInfo(conference.timezone)
    rooms = {str(code): str(label) for group in form.room.choices.values() for code, label in group}
    starts_at, ends_at = (None, None) if request.form.get("deed") == "unplace" else form.hours(session, zone)
    mine = form.room_id(session)
    newest, actor = next(iter(history_of(session, limit=1)), None), current_actor()

    def hours(starts: Any, ends: Any) -> str:
        if starts is None:
            return str(_("hour open"))
        local = starts.astimezone(zone)
        end = f"–{ends.astimezone(zone):%H:%M}" if ends is not None else ""
        return f"{_short(local.date())}, {local:%H:%M}{end}"

    rows = [
        (_("Hours"), hours(starts_at, ends_at), hours(session.starts_at, session.ends_at)),
        (_("Room"), rooms[str(mine or NO_ROOM)], rooms[str(session.room_id or NO_ROOM)]),
    ]
    again = {"day": form.day.data, "start": form.start.data, "minutes": form.minutes.data, "room": form.room.data,
             "deed": request.form.get("deed")}  # fmt: skip
    shown = _shown_day() or session.day_in(zone) or conference.starts_on
    clash = {
        "code": session.code, "title": i18n.localized(session, "title"),
        "rows": [row for row in rows if row[1] != row[2]], "who": newest.actor_label if newest else "",
        "own": newest is not None and (newest.actor_kind, newest.actor_id) == (actor.kind, actor.id),
        "shown": shown.isoformat(), "session": f"{session.id}-{session.version}",
        "again": {
            name: f"{value:%H:%M}" if isinstance(value, time) else str(value)
            for name, value in again.items()
            if value not in (None, "")
        },
        "address": grid_address(conference.slug, shown, _anchor=f"slot-{session.id}"),
    }  # fmt: skip
    if _by_script():
        box = get_template_attribute("programme/_grid.html", "clash_box")
        return jsonify(clash=box(conference.slug, clash, kept_choices())), 409
    return _page(conference, day=shown, clash=clash), 409


@programme.post("/desk/c/<slug>/programme/grid/shift")
@allow(Permission.EDIT_PROGRAMME)
def grid_shift(slug: str) -> Any:
    """Let everything from an hour on begin earlier or later."""
    conference = desk_conference(slug)
    form = ShiftForm(prefix="shift-").offer(venues_of(conference))
    day = asked_date(form.day.data) or abort(400)
    zone = ZoneInfo(conference.timezone)
    try:
        if form.validate():
            meant = [session for session in sessions_on(conference, day) if form.means(session, zone)]
            if not meant:
                raise Refusal(_("Nothing begins there from that hour on."), field="since")
            count = shift_sessions(conference=conference, sessions=meant, minutes=form.minutes.data,
                                   actor=current_actor(), at=now())  # fmt: skip
            flash(ngettext("%(number)s session shifted.", "%(number)s sessions shifted.", count,
                           number=i18n.number(count)), "done")  # fmt: skip
            return redirect(grid_address(slug, day), code=303)
    except Refusal as refusal:
        target = form[refusal.field] if refusal.field in {"since", "minutes"} else form.since
        target.errors = [*target.errors, refusal.message]
    return _page(conference, day=day, shift=form), 422


@programme.post("/desk/c/<slug>/programme/grid/copy")
@allow(Permission.EDIT_PROGRAMME)
def grid_copy(slug: str) -> Any:
    """Copy what begins on a day to another."""
    conference = desk_conference(slug)
    form = CopyForm(prefix="copy-")
    day = asked_date(form.source.data) or abort(400)
    try:
        if form.validate():
            made, left = copy_day(conference=conference, source=day, target=form.target.data,
                                  meetings=form.meetings.data, actor=current_actor(), at=now())  # fmt: skip
            flash(ngettext("%(number)s session copied.", "%(number)s sessions copied.", len(made),
                           number=i18n.number(len(made))), "done")  # fmt: skip
            if left:
                flash(ngettext("%(number)s meeting of delegations was left out.",
                               "%(number)s meetings of delegations were left out.", left, number=i18n.number(left)),
                      "information")  # fmt: skip
            return redirect(grid_address(slug, form.target.data), code=303)
    except Refusal as refusal:
        at_fault = form.meetings if refusal.field == "meetings" else form.target
        at_fault.errors = [*at_fault.errors, refusal.message]
    return _page(conference, day=day, copy=form), 422


@programme.post("/desk/c/<slug>/programme/grid/undo")
@allow(Permission.EDIT_PROGRAMME)
def grid_undo(slug: str) -> Any:
    """Take back the newest step of the one who asks, or do it again."""
    conference = conference_or_404(slug)
    again = request.form.get("deed") == "redo"
    try:
        if again:
            words = redo_last(conference=conference, actor=current_actor(), at=now())
            flash(_("Done again: %(step)s", step=words), "done")
        else:
            words = undo_last(conference=conference, actor=current_actor(), at=now())
            flash(_("Undone: %(step)s", step=words), "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(grid_address(slug, _shown_day()), code=303)
