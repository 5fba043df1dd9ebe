"""Asking meeting servers who is in the rooms that are open, so that coming and leaving is known without a click."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.database import db, transaction
from app.delegations.models import Delegate
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.queries.guests import PartGuest, guests_of
from app.video.models import MeetingRoom, RoomVisit
from app.video.operations.entering import people_in
from app.video.operations.visits import enter_as_guest, enter_room, leave_rooms
from app.video.queries.accounts import makes_rooms
from app.video.queries.visits import who_is_in
from app.video.rules import OPENS_BEFORE
from app.video.rules.joining import role_in
from app.video.rules.trouble import Trouble
from app.video.rules.visitors import VisitorRole, part_of_guest
from app.video.rules.visits import LeftBy, Via

ON_THE_WAY = timedelta(minutes=3)  # who clicked so lately may still be choosing a microphone


def follow_rooms(*, at: datetime, stopped: Callable[[], bool] = lambda: False) -> int:
    """Compare what is taken down with who is there, for every open room whose server tells; returns what changed.

    Not inside of a transaction. A server that does not answer changes nothing.
    """
    changed = 0
    for room in _open_rooms(at):
        if stopped():
            break
        try:
            found = people_in(room=room)
        except Trouble:
            continue
        if found is not None:
            changed += _compare(room, {one.id for one in found}, at)
    return changed


def _open_rooms(at: datetime) -> list[MeetingRoom]:
    rooms = db.session.scalars(
        select(MeetingRoom)
        .join(MeetingRoom.session)
        .join(ProgrammeSession.conference)
        .where(
            MeetingRoom.withdrawn_at.is_(None),
            ProgrammeSession.cancelled.is_(False),
            ProgrammeSession.starts_at <= at + OPENS_BEFORE,
            ProgrammeSession.ends_at > at,
        )
        .options(contains_eager(MeetingRoom.session).contains_eager(ProgrammeSession.conference))
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.id)
    )
    return [room for room in rooms if makes_rooms(room)]


def _compare(room: MeetingRoom, inside: Collection[str], at: datetime) -> int:
    known = who_is_in([room.session_id]).get(room.session_id, {})
    gone = [visit for number, visit in known.items() if number not in inside and visit.joined_at + ON_THE_WAY < at]
    came = set(inside) - set(known)
    if not gone and not came:
        return 0
    people, guests = _delegates(room, came), _guests(room, came)
    where, role = room.session_id, VisitorRole.DELEGATE
    with transaction():
        for delegate in people:
            enter_room(delegate=delegate, session_id=where, role=role, at=at, via=Via.PROVIDER)
        for guest, part in guests:
            enter_as_guest(guest=guest, session_id=where, role=role_in([part.role], ()), at=at, via=Via.PROVIDER)
        leave_rooms(visits=gone, at=at, by=LeftBy.PROVIDER)
    return len(gone) + len(people) + len(guests)


def _delegates(room: MeetingRoom, came: Collection[str]) -> Sequence[Delegate]:
    """Delegates of the conference among who came, who are in no other room as far as is known."""
    numbers = [int(one) for one in came if one.isdecimal() and len(one) < 12]
    elsewhere = select(RoomVisit.delegate_id).where(RoomVisit.left_at.is_(None), RoomVisit.delegate_id.is_not(None))
    return db.session.scalars(
        select(Delegate).where(
            Delegate.id.in_(numbers), Delegate.conference_id == room.session.conference_id,
            Delegate.id.not_in(elsewhere),
        )
    ).all()  # fmt: skip


def _guests(room: MeetingRoom, came: Collection[str]) -> list[tuple[PartGuest, SessionPerson]]:
    """Guests with a part among them, likewise, each with the part they are known by."""
    numbers = {number for one in came if (number := part_of_guest(one)) is not None}
    if not numbers:
        return []
    elsewhere = set(
        db.session.scalars(
            select(RoomVisit.part_id).where(
                RoomVisit.conference_id == room.session.conference_id, RoomVisit.left_at.is_(None)
            )
        )
    )
    return [
        (guest, part)
        for guest in guests_of(room.session.conference)
        for part in guest.parts[:1]
        if part.id in numbers and part.id not in elsewhere
    ]
