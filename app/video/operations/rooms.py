"""Opening and withdrawing meeting rooms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from app.database import lock, transaction
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession
from app.video.models import MeetingRoom
from app.video.queries import rooms_of
from app.video.rules import Provider, new_address, require_address


def open_rooms(*, sessions: Sequence[ProgrammeSession], at: datetime) -> list[int]:
    """Make sure each session has a room in use; a withdrawn one comes back as it was.

    :returns: ids of the rooms that were opened now.
    """
    pattern = current_app.config["SETTINGS"].video_url
    opened = []
    with transaction() as database:
        known = rooms_of([item.id for item in sessions])
        for item in sessions:
            room = known.get(item.id)
            if room is None:
                room = MeetingRoom(
                    session_id=item.id, provider=Provider.PLAIN, url=new_address(pattern, item.code), created_at=at
                )
                database.add(room)
            elif room.withdrawn_at is None:
                continue
            room.withdrawn_at = None
            opened.append(room)
        database.flush()
        return [room.id for room in opened]


def withdraw_rooms(*, sessions: Sequence[ProgrammeSession], at: datetime) -> list[int]:
    """Take the rooms of these sessions out of use; nothing is deleted.

    :returns: ids of the rooms that were withdrawn now.
    """
    with transaction():
        gone = [room for room in rooms_of([item.id for item in sessions]).values() if room.withdrawn_at is None]
        for room in gone:
            room.withdrawn_at = at
        return [room.id for room in gone]


def change_room(*, room: MeetingRoom, url: str, actor: Actor, at: datetime) -> None:
    """Give a session another address; join links lead there from now on.

    :raises Refusal: (field ``url``) when it is no https address.
    """
    address = require_address(url)
    with transaction():
        lock(room)
        if room.url == address:
            return
        room.url, room.provider = address, Provider.PLAIN
        record(deed="video.change_room", subject=room, actor=actor, at=at)
