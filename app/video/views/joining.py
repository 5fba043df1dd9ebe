"""``/join/TOKEN``: the door to the right room, opened at the click."""

from __future__ import annotations

import logging
from typing import Any

from flask import request
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.database import db
from app.delegations.views.shared import full_name
from app.i18n import language
from app.permissions import by_token
from app.security_headers import limiter
from app.video.operations.visits import enter_room
from app.video.queries.joining import waits_at_door
from app.video.queries.lobby import Entry, Lobby, guest_of, lobby_of
from app.video.rules.visitors import Visitor
from app.video.views.blueprint import join_blueprint
from app.video.views.doors import address_of, is_a_click, keep_way_back, led
from app.video.views.guests import join_as_guest
from app.video.views.lobby import MANY, lobby_page, one_token, speak_to
from app.video.views.not_yet import not_yet_page

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
        waiting = waits_at_door(token)
        return not_yet_page(waiting, token) if waiting is not None else join_as_guest(token)
    speak_to(guest)
    lobby = lobby_of(guest, now())
    wanted = request.args.get("session", "")
    asked = next((one for one in lobby.entries if one.session.code == wanted), None) if wanted else None
    entry = asked if asked is not None else lobby.choice[0] if len(lobby.choice) == 1 and not wanted else None
    address, trouble = "", False
    if entry is not None and entry.doorway.may_enter and entry.doorway.is_open(lobby.at) and is_a_click():
        address = _address(entry, lobby)
        trouble = not address
    if not address or entry is None:
        return lobby_page(lobby, token=token, asked=asked, trouble=trouble)
    _take_down(entry, lobby)
    response = led(address)
    keep_way_back(response, token)
    return response


def _address(entry: Entry, lobby: Lobby) -> str:
    """Where the room is, for this person at this moment; empty while there is no way in."""
    delegate = lobby.guest.delegate
    visitor = Visitor(id=str(delegate.id), name=full_name(delegate), role=entry.role, language=language())
    return address_of(entry.session.leads_to, visitor, lobby.at)


def _take_down(entry: Entry, lobby: Lobby) -> None:
    """The person comes in; they do even when it cannot be taken down."""
    try:
        enter_room(delegate=lobby.guest.delegate, session_id=entry.session.leads_to, role=entry.role, at=lobby.at)
    except OperationalError as reason:
        db.session.rollback()
        log.error("visit not taken down", exc_info=reason)
