"""Opening and withdrawing meeting rooms, and giving one another address."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession
from app.video.models import MeetingRoom
from app.video.providers import server_of
from app.video.queries.accounts import account_of
from app.video.queries.rooms import rooms_of
from app.video.rules.accounts import CHANNELS, Account
from app.video.rules.rooms import Provider, require_address


def new_key(label: str) -> str:
    """A name of a room nobody guesses; ``label`` tells those who run the server which one it is."""
    return f"{re.sub('[^a-z0-9]+', '-', label.lower()).strip('-')[:40] or 'room'}-{secrets.token_hex(8)}"


def place_on(room: MeetingRoom, account: Account) -> None:
    """Let the room stand on this server from now on; what was asked of another one is forgotten."""
    room.provider, room.url = account.provider, server_of(account).raw_address(room.key)
    _begin_anew(room)


def _name(room: MeetingRoom) -> None:
    """Find out the name of a room of the time before there were other servers, or that its address was typed in."""
    before, _mark, after = str(current_app.config["SETTINGS"].video_url).partition("{room}")
    if room.url.startswith(before) and room.url.endswith(after) and len(room.url) > len(before) + len(after):
        room.key = room.url[len(before) : len(room.url) - len(after)][:100]
    else:
        room.by_hand = True


def _begin_anew(room: MeetingRoom) -> None:
    room.made_at = room.tried_at = room.next_try_at = None
    room.tries, room.trouble = 0, {}


def open_rooms(*, sessions: Sequence[ProgrammeSession], at: datetime) -> list[int]:
    """Make sure each session has a room in use; a withdrawn one comes back as it was.

    No server is asked here: the worker does it (:mod:`app.video.operations.making`), so that one that is down
    holds up nobody.

    :returns: ids of the rooms that were opened now.
    """
    opened = []
    accounts: dict[int, Account] = {}
    with transaction() as database:
        known = rooms_of([item.id for item in sessions])
        for item in sessions:
            room = known.get(item.id)
            if room is not None and room.withdrawn_at is None:
                continue
            if item.conference_id not in accounts:
                accounts[item.conference_id] = account_of(database.get_one(Conference, item.conference_id))
            account = accounts[item.conference_id]
            if room is None:
                room = MeetingRoom(session_id=item.id, key=new_key(item.code), created_at=at, channels={}, trouble={})
                place_on(room, account)
                database.add(room)
            elif not stands_right(room, account):
                place_on(room, account)
            room.withdrawn_at = None
            opened.append(room)
        database.flush()
        return [room.id for room in opened]


def stands_right(room: MeetingRoom, account: Account) -> bool:
    """Whether a room may stay where it is, if ``account`` is its conference's server."""
    if room.by_hand or not room.key:  # of the time before there were other servers
        return True
    return room.provider is account.provider and room.url == server_of(account).raw_address(room.key)


def withdraw_rooms(*, sessions: Sequence[ProgrammeSession], at: datetime) -> list[int]:
    """Take the rooms of these sessions out of use; nothing is deleted.

    :returns: ids of the rooms that were withdrawn now.
    """
    with transaction():
        gone = [room for room in rooms_of([item.id for item in sessions]).values() if room.withdrawn_at is None]
        for room in gone:
            room.withdrawn_at = at
        return [room.id for room in gone]


def change_room(
    *, room: MeetingRoom, url: str, actor: Actor, at: datetime, channels: Mapping[str, str] | None = None
) -> None:
    """Give a session another address; join links lead there from now on.

    :param channels: addresses for languages beside the floor; None leaves them as they are.
    :raises Refusal: (field ``url``, or ``channel_de`` and so on) when one is no https address.
    """
    address = require_address(url)
    heard = None
    if channels is not None:
        given = {code: channels.get(code, "").strip() for code in CHANNELS}
        heard = {code: require_address(text, field=f"channel_{code}") for code, text in given.items() if text}
    with transaction():
        lock(room)
        heard = room.channels if heard is None else heard
        if room.url == address and room.channels == heard:
            return
        if room.url != address:
            room.by_hand, room.provider = True, Provider.PLAIN
            _begin_anew(room)
        room.url, room.channels = address, heard
        record(deed="video.change_room", subject=room, actor=actor, at=at)


def give_back_room(*, room: MeetingRoom, actor: Actor, at: datetime) -> None:
    """Let a room whose address was typed in stand on its conference's server again; its channels go."""
    with transaction():
        lock(room)
        if not room.by_hand:
            return
        room.by_hand, room.channels = False, {}
        room.key = room.key or new_key(room.session.code)
        place_on(room, account_of(room.session.conference))
        record(deed="video.give_back_room", subject=room, actor=actor, at=at)


def move_rooms(*, conference: Conference, account: Account) -> int:
    """Let the rooms of a conference stand on another server; those typed in stay. Returns how many moved."""
    moved = 0
    with transaction():
        ids = db.session.scalars(
            select(ProgrammeSession.id).where(ProgrammeSession.conference_id == conference.id)
        ).all()
        for room in rooms_of(ids).values():
            if not room.key:
                _name(room)
            if not stands_right(room, account):
                place_on(room, account)
                moved += 1
            elif room.provider is account.provider:  # the secret may be another: ask again
                _begin_anew(room)
    return moved
