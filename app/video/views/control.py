"""The control page: the rooms while the conference is on, and the deeds of those who watch over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.views.shared import city_name, full_name, latin_name
from app.delegations.words import language_names
from app.errors import Message, Refusal
from app.i18n import LANGUAGES, language, localized
from app.permissions import Permission, allow, may
from app.programme.models import ProgrammeSession
from app.programme.rules.words import ROLE_OF_ONE
from app.video.control_words import deed_words, hours_of
from app.video.forms.control import NoticeForm
from app.video.lobby_words import PHASES
from app.video.models import LobbyNotice
from app.video.operations.doors import close_door, lead_back, move_everybody, open_door
from app.video.operations.entering import end_room
from app.video.operations.notices import broadcast, withdraw_notice
from app.video.queries.accounts import makes_rooms
from app.video.queries.control import Board, Presence, board_of, deeds_of
from app.video.queries.rooms import rooms_of
from app.video.queries.scene import SceneSession
from app.video.rules.trouble import Trouble
from app.video.rules.words import trouble_words
from app.video.views.blueprint import desk_blueprint


def _code() -> str:
    return request.args.get("session", "")[:40]


def _rooms_to_lead_to(board: Board) -> list[SceneSession]:
    """Rooms everybody could be led into: those shown first, then the others of the programme; none led away itself."""
    shown = [one.session for one in (*board.present, *board.following)]
    rest = [one for one in board.sessions if one.ends_at > board.at]
    return list({one.id: one for one in (*shown, *rest) if one.leads_to == one.id}.values())


def _name(one: Presence) -> tuple[str, str]:
    """A person's name, and the other spelling of it."""
    if one.delegate is None:
        return one.name, ""
    return full_name(one.delegate), latin_name(one.delegate)


def _spoken_in(session: SceneSession) -> str:
    """The language a title is shown in: the reader's where it is known in that."""
    return next((code for code in (language(), "en", "de", "ru") if getattr(session, f"title_{code}")), language())


def _rooms(conference: Conference, board: Board) -> str:
    """The part of the page that follows what happens."""
    return render_template(
        "video/_control_now.html", conference=conference, board=board, phases=PHASES, roles=ROLE_OF_ONE, name=_name,
        town=city_name, languages=lambda row: ", ".join(language_names(row.languages or row.language)),
        hours=lambda one: hours_of(one.starts_at, one.ends_at, conference.timezone),
        spoken_in=_spoken_in, targets=_rooms_to_lead_to(board), phones=may(Permission.READ_DELEGATES),
        trouble=lambda room: trouble_words(room.trouble.get("kind", ""), room.trouble.get("values", {})),
    )  # fmt: skip


def _sign(part: str) -> str:
    return hashlib.sha256(part.encode()).hexdigest()[:24]


def _form(board: Board) -> NoticeForm:
    form = NoticeForm()
    form.to.choices = [("", _("everybody of the conference"))] + [
        (one.code, f"{one.code} · {localized(one, 'title')}") for one in board.sessions if one.ends_at > board.at
    ]
    return form


def _page(conference: Conference, form: NoticeForm | None = None, refused: Message | None = None) -> str:
    board = board_of(conference, now(), code=_code())
    if form is None:
        form = NoticeForm(formdata=None)
        form.to.choices = _form(board).to.choices
        form.to.data = request.args.get("to", "")
    part = _rooms(conference, board)
    return render_template(
        "video/control.html", conference=conference, board=board, part=part, sign=_sign(part), code=_code(), form=form,
        refused=[(refused, None)] if refused is not None else [], sessions={one.id: one for one in board.sessions},
        done=[(entry, deed_words(entry)) for entry in deeds_of(conference)],
    )  # fmt: skip


@desk_blueprint.get("/control")
@allow(Permission.SEE_ROOM_ADDRESSES)
def control(slug: str) -> Any:
    """Each room now and next: who should be there, who is, and what can be done."""
    return _page(desk_conference(slug))


@desk_blueprint.get("/control/now")
@allow(Permission.SEE_ROOM_ADDRESSES)
def control_now(slug: str) -> Any:
    """The rooms alone, for a page that stands open; nothing when they are as the asker has seen them."""
    conference = desk_conference(slug)
    part = _rooms(conference, board_of(conference, now(), code=_code()))
    sign = _sign(part)
    if request.args.get("seen") == sign:
        return "", 204, {"ETag": f'"{sign}"'}
    page = render_template("video/_control_live.html", conference=conference, part=part, sign=sign, code=_code())
    response: Response = make_response(page)
    response.set_etag(sign)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _session(conference: Conference, number: int) -> ProgrammeSession:
    return db.session.scalar(
        select(ProgrammeSession).where(
            ProgrammeSession.id == number, ProgrammeSession.conference_id == conference.id
        )
    ) or abort(404)  # fmt: skip


def _done(conference: Conference, deed: Callable[[], object], said: str) -> Any:
    """Do it and go back to the rooms; a refusal is told above them."""
    try:
        deed()
    except Refusal as refusal:
        return _page(conference, refused=refusal.message), 422
    flash(said, "done")
    return redirect(url_for("video_rooms.control", slug=conference.slug, session=_code() or None), code=303)


@desk_blueprint.post("/control/<int:number>/open")
@allow(Permission.SEE_ROOM_ADDRESSES)
def open_room(slug: str, number: int) -> Any:
    """Let people in from now on."""
    conference = desk_conference(slug)
    row = _session(conference, number)
    return _done(
        conference,
        lambda: open_door(session=row, actor=current_actor(), at=now()),
        _("The room of “%(title)s” is open.", title=localized(row, "title")),
    )


@desk_blueprint.post("/control/<int:number>/close")
@allow(Permission.SEE_ROOM_ADDRESSES)
def close_room(slug: str, number: int) -> Any:
    """Let nobody in from now on."""
    conference = desk_conference(slug)
    row = _session(conference, number)
    return _done(
        conference,
        lambda: close_door(session=row, actor=current_actor(), at=now()),
        _("The room of “%(title)s” is closed: nobody else can enter.", title=localized(row, "title")),
    )


@desk_blueprint.post("/control/<int:number>/move")
@allow(Permission.SEE_ROOM_ADDRESSES)
def move(slug: str, number: int) -> Any:
    """Lead everybody into another room."""
    conference = desk_conference(slug)
    row = _session(conference, number)
    wanted = request.form.get(f"to_{number}", "")
    to = db.session.scalar(
        select(ProgrammeSession).where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.code == wanted
        )
    )  # fmt: skip
    if to is None:
        return _page(conference, refused=_("Choose another room.")), 422
    return _done(
        conference,
        lambda: _move(row, to, along=f"along_{number}" in request.form),
        _("The links lead into the room of “%(title)s” from now on; the lobby tells everybody.",
          title=localized(to, "title")),
    )  # fmt: skip


def _move(session: ProgrammeSession, to: ProgrammeSession, *, along: bool) -> None:
    """Lead the links, and send on who is inside: whoever is sent out comes back by the own link, into the new room."""
    move_everybody(session=session, to=to, actor=current_actor(), at=now())
    room = rooms_of([session.id]).get(session.id) if along else None
    if room is None or not makes_rooms(room):
        return
    try:
        end_room(room=room, actor=current_actor(), at=now())
    except Trouble as trouble:
        flash(
            _("Those inside could not be sent on. %(reason)s", reason=trouble_words(trouble.kind, trouble.values)),
            "error",
        )


@desk_blueprint.post("/control/<int:number>/back")
@allow(Permission.SEE_ROOM_ADDRESSES)
def back(slug: str, number: int) -> Any:
    """Lead everybody into their own room again."""
    conference = desk_conference(slug)
    row = _session(conference, number)
    return _done(
        conference,
        lambda: lead_back(session=row, actor=current_actor(), at=now()),
        _("The links lead into the session's own room again."),
    )


@desk_blueprint.post("/control/notices")
@allow(Permission.SEE_ROOM_ADDRESSES)
def say(slug: str) -> Any:
    """Say something on the lobby pages of everybody, or of one session."""
    conference = desk_conference(slug)
    at = now()
    form = _form(board_of(conference, at))
    if not form.validate_on_submit():
        return _page(conference, form), 422
    session = next((one for one in board_of(conference, at).sessions if one.code == form.to.data), None)
    minutes = int(form.minutes.data)
    try:
        broadcast(
            conference=conference, session=_session(conference, session.id) if session is not None else None,
            texts={code: form[f"text_{code}"].data or "" for code in LANGUAGES}, urgent=form.urgent.data,
            until=at + timedelta(minutes=minutes) if minutes else None, actor=current_actor(), at=at,
        )  # fmt: skip
    except Refusal as refusal:
        field = form[refusal.field or "text_ru"]
        field.errors = [*field.errors, refusal.message]
        return _page(conference, form), 422
    flash(_("It stands on the lobby pages now."), "done")
    return redirect(url_for("video_rooms.control", slug=slug), code=303)


@desk_blueprint.post("/control/notices/<int:number>/withdraw")
@allow(Permission.SEE_ROOM_ADDRESSES)
def take_back(slug: str, number: int) -> Any:
    """Take a notice off the lobby pages."""
    conference = desk_conference(slug)
    notice = db.session.scalar(
        select(LobbyNotice).where(LobbyNotice.id == number, LobbyNotice.conference_id == conference.id)
    ) or abort(404)
    return _done(
        conference,
        lambda: withdraw_notice(notice=notice, actor=current_actor(), at=now()),
        _("The notice is taken back."),
    )
