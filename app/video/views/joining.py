"""``/join/TOKEN``: the door to the right room, opened at the click."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from flask import abort, g, make_response, redirect, render_template, request
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.conferences.queries import conference_title
from app.database import db
from app.delegations.views.shared import full_name
from app.i18n import LANGUAGES, browser_language, language, localized
from app.permissions import by_token
from app.programme.models import SessionPerson
from app.programme.part_words import hours_in_words, name_in_words
from app.programme.rules.words import ROLES
from app.security_headers import limiter
from app.video.lobby_words import how_long
from app.video.operations.entering import address_for
from app.video.operations.visits import enter_room
from app.video.queries import rooms_of
from app.video.queries.lobby import Entry, Lobby, guest_of, lobby_of
from app.video.queries.parts import doorway_of, part_of
from app.video.rules.accounts import FLOOR
from app.video.rules.joining import role_in
from app.video.rules.trouble import Trouble
from app.video.rules.visitors import Visitor
from app.video.views.blueprint import join_blueprint
from app.video.views.lobby import MANY, keep_way_back, lobby_page, one_token, private, speak_to

log = logging.getLogger("ratusha.video")

__all__ = ["join", "join_blueprint"]


@join_blueprint.get("/join/<token>")
@by_token
@limiter.limit(MANY)
@limiter.limit("60 per minute", key_func=one_token)
def join(token: str) -> Any:
    """Lead the person to the room that is theirs now; the raw address stands in no page of ours."""
    guest = guest_of(token)
    if guest is None:
        return _join_with_a_part(part_of(token) or abort(404))
    speak_to(guest)
    lobby = lobby_of(guest, now())
    wanted = request.args.get("session", "")
    asked = next((one for one in lobby.entries if one.session.code == wanted), None) if wanted else None
    entry = asked if asked is not None else lobby.choice[0] if len(lobby.choice) == 1 and not wanted else None
    address, trouble = "", False
    if entry is not None and entry.doorway.may_enter and entry.doorway.is_open(lobby.at) and _is_a_click():
        address = _address(entry, lobby)
        trouble = not address
    if not address or entry is None:
        return lobby_page(lobby, token=token, asked=asked, trouble=trouble)
    _take_down(entry, lobby)
    response = _led(address)
    keep_way_back(response, token)
    return response


def _is_a_click() -> bool:
    """Nobody enters a room because a browser or a mail filter looked ahead."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead and "preview" not in ahead


def _address(entry: Entry, lobby: Lobby) -> str:
    """Where the room is, for this person at this moment; empty while there is no way in."""
    delegate = lobby.guest.delegate
    visitor = Visitor(id=str(delegate.id), name=full_name(delegate), role=entry.role, language=language())
    return _address_of(entry.session.leads_to, visitor, lobby.at)


def _address_of(session_id: int, visitor: Visitor, at: datetime) -> str:
    room = rooms_of([session_id]).get(session_id)
    if room is None or room.withdrawn_at is not None:
        return ""
    try:
        return address_for(room=room, visitor=visitor, at=at, channel=request.args.get("channel", FLOOR))
    except Trouble:
        return ""


def _led(address: str) -> Any:
    """The address goes in the header alone."""
    response = redirect(address, code=302)
    response.set_data(b"")
    return private(response)


def _join_with_a_part(part: SessionPerson) -> Any:
    """An interpreter or speaker who is no delegate: into the room of their session, or told when it opens."""
    asked = request.args.get("language", "")
    g.language = asked if asked in LANGUAGES else part.language or browser_language()
    session, at = part.session, now()
    doorway = doorway_of(part) or abort(404)
    trouble = False
    if doorway.is_open(at) and _is_a_click():
        visitor = Visitor(
            id=f"part-{part.id}", name=name_in_words(part), role=role_in([part.role], ()), language=language()
        )  # fmt: skip
        address = _address_of(doorway.leads_to, visitor, at)
        if address:
            return _led(address)
        trouble = True
    page = render_template(
        "video/part.html", name=name_in_words(part), conference_name=conference_title(session.conference),
        session=session, title=localized(session, "title") or session.code, role=ROLES[part.role],
        hours=hours_in_words(session), phase=doorway.phase(at).value, opens=doorway.opens_at, trouble=trouble,
        opens_in=how_long(doorway.opens_at, at),
    )  # fmt: skip
    return private(make_response(page))


def _take_down(entry: Entry, lobby: Lobby) -> None:
    """The person comes in; they do even when it cannot be taken down."""
    try:
        enter_room(delegate=lobby.guest.delegate, session_id=entry.session.leads_to, role=entry.role, at=lobby.at)
    except OperationalError as reason:
        db.session.rollback()
        log.error("visit not taken down", exc_info=reason)
