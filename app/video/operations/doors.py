"""Opening and closing the door of a room by hand, and leading everybody into another room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.taking_part import has_screen
from app.database import db, lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES, localized, speaking
from app.programme.models import ProgrammeSession
from app.programme.rules import held_as
from app.video.models import LobbyNotice, RoomDoor
from app.video.operations.rooms import open_rooms
from app.video.operations.visits import leave_rooms
from app.video.queries.accounts import makes_rooms
from app.video.queries.rooms import rooms_of
from app.video.queries.visits import who_is_in
from app.video.rules.visits import LeftBy


def _require_video(session: ProgrammeSession, field: str | None = None) -> None:
    if session.cancelled or not has_screen(held_as(session, session.conference.format)):
        raise Refusal(_l("This session is not held by video."), field=field)
    if session.starts_at is None or session.ends_at is None:
        raise Refusal(_l("The hour of this session is not known yet."), field=field)


def _door(session: ProgrammeSession, at: datetime) -> RoomDoor:
    door = db.session.get(RoomDoor, session.id)
    if door is None:
        door = RoomDoor(session_id=session.id)
        db.session.add(door)
    door.changed_at = at
    return door


def _told(deed: str, session: ProgrammeSession, actor: Actor, at: datetime, **details: Any) -> None:
    record(
        deed=deed, subject=rooms_of([session.id]).get(session.id), actor=actor, at=at,
        conference_id=session.conference_id, details={"session": session.code, **details},
    )  # fmt: skip


def open_door(*, session: ProgrammeSession, actor: Actor, at: datetime) -> None:
    """Let people in from now on, before the time or after the end; a session without a room gets one.

    :raises Refusal: when the session is not held by video.
    """
    with transaction():
        lock(session)
        _require_video(session)
        open_rooms(sessions=[session], at=at)
        _door(session, at).opened_at = at
        _told("video.open_door", session, actor, at)


def close_door(*, session: ProgrammeSession, actor: Actor, at: datetime) -> None:
    """Let nobody in from now on; who is inside stays there.

    :raises Refusal: when the session is not held by video.
    """
    with transaction():
        lock(session)
        _require_video(session)
        _door(session, at).closed_at = at
        _told("video.close_door", session, actor, at)


def move_everybody(*, session: ProgrammeSession, to: ProgrammeSession, actor: Actor, at: datetime) -> None:
    """Lead the join links of a session into the room of another one; its lobby says so to those inside.

    Sessions that were led here go on to the new room, too. Where no server tells who is in the old room, those inside
    have left it by this: each is in the new one as soon as they enter it by their link.

    :raises Refusal: (field ``to``) when the other room is no room to lead to.
    """
    with transaction() as unit:
        for row in sorted((session, to), key=lambda row: row.id):
            lock(row)
        _require_video(session)
        _require_video(to, "to")
        if to.id == session.id or to.conference_id != session.conference_id:
            raise Refusal(_l("Choose another room."), field="to")
        target = unit.get(RoomDoor, to.id)
        if target is not None and target.leads_to_id is not None:
            raise Refusal(_l("The links of that session lead into another room themselves."), field="to")
        open_rooms(sessions=[to], at=at)
        led_here = unit.scalars(select(RoomDoor).where(RoomDoor.leads_to_id == session.id)).all()
        moved = [session, *(unit.get_one(ProgrammeSession, door.session_id) for door in led_here)]
        for row in moved:
            _withdraw_words(row, at)
            _door(row, at).leads_to_id = to.id
            ends = row.ends_at if row.ends_at is not None and row.ends_at > at else to.ends_at
            unit.add(
                LobbyNotice(
                    conference_id=row.conference_id, session_id=row.id, urgent=True, sent_by=actor.label, sent_at=at,
                    until=ends if ends is not None and ends > at else None, **_words(row, to),
                )
            )  # fmt: skip
            _told("video.move_everybody", row, actor, at, to=to.code)
        left = rooms_of([session.id]).get(session.id)
        if left is None or not makes_rooms(left):
            leave_rooms(visits=who_is_in([session.id]).get(session.id, {}).values(), at=at, by=LeftBy.MOVED)


def lead_back(*, session: ProgrammeSession, actor: Actor, at: datetime) -> None:
    """Let the join links of a session lead into its own room again."""
    with transaction():
        lock(session)
        door = db.session.get(RoomDoor, session.id)
        if door is None or door.leads_to_id is None:
            return
        _withdraw_words(session, at)
        door.leads_to_id, door.changed_at = None, at
        _told("video.lead_back", session, actor, at)


def _words(session: ProgrammeSession, to: ProgrammeSession) -> dict[str, str]:
    """What the lobby says, in the three languages."""
    said = {}
    for code in LANGUAGES:
        with speaking(code):
            said[f"text_{code}"] = str(
                _("“%(session)s” is held in the room of “%(room)s”. Please enter it by your link.",
                  session=localized(session, "title"), room=localized(to, "title"))
            )  # fmt: skip
    return said


def _withdraw_words(session: ProgrammeSession, at: datetime) -> None:
    """Take back what was said of the room everybody was led to before."""
    door = db.session.get(RoomDoor, session.id)
    if door is None or door.leads_to is None:
        return
    for notice in db.session.scalars(
        select(LobbyNotice).where(
            LobbyNotice.session_id == session.id,
            LobbyNotice.withdrawn_at.is_(None),
            LobbyNotice.text_ru == _words(session, door.leads_to)["text_ru"],
        )
    ):
        notice.withdrawn_at = at
