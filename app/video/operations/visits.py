"""Taking down who comes into a room and who leaves, and what tests of equipment found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.delegations.models import Delegate
from app.programme.queries.guests import PartGuest
from app.video.models import EquipmentTest, RoomVisit
from app.video.queries.visits import open_visits_of_ended
from app.video.rules.visitors import VisitorRole
from app.video.rules.visits import LeftBy, Via

LAST_SIGN = timedelta(minutes=6)  # a lobby page beside the room that is silent for longer was closed


def enter_room(
    *, delegate: Delegate, session_id: int, role: VisitorRole, at: datetime, via: Via = Via.LINK
) -> RoomVisit:
    """Somebody comes into the room of a session; whoever is there already stays, whoever was elsewhere has left it."""
    with transaction() as unit:
        lock(delegate)
        there = None
        for visit in unit.scalars(
            select(RoomVisit).where(RoomVisit.delegate_id == delegate.id, RoomVisit.left_at.is_(None))
        ):
            if visit.session_id == session_id and there is None:
                there, visit.role = visit, role
            else:
                _leave(visit, at, LeftBy.MOVED)
        if there is None:
            there = RoomVisit(conference_id=delegate.conference_id, session_id=session_id, delegate_id=delegate.id,
                              role=role, via=via, joined_at=at)  # fmt: skip
            unit.add(there)
        unit.flush()
    return there


def enter_as_guest(
    *, guest: PartGuest, session_id: int, role: VisitorRole, at: datetime, via: Via = Via.LINK
) -> RoomVisit:
    """Somebody with a part who is no delegate comes into the room of a session; see :func:`enter_room`."""
    conference_id = guest.parts[0].session.conference_id
    with transaction() as unit:
        lock(guest.parts[0])
        there = None
        for visit in _open_visits(guest):
            if visit.session_id == session_id and there is None:
                there, visit.role = visit, role
            else:
                _leave(visit, at, LeftBy.MOVED)
        if there is None:
            there = RoomVisit(conference_id=conference_id, session_id=session_id, part_id=guest.key,
                              name=guest.name, role=role, via=via, joined_at=at)  # fmt: skip
            unit.add(there)
        unit.flush()
    return there


def leave_as_guest(*, guest: PartGuest, at: datetime, by: LeftBy = LeftBy.PERSON) -> bool:
    """Such a person has left; returns whether they were anywhere."""
    with transaction():
        found = _open_visits(guest)
        for visit in found:
            _leave(visit, at, by)
    return bool(found)


def _open_visits(guest: PartGuest) -> Sequence[RoomVisit]:
    return db.session.scalars(
        select(RoomVisit).where(
            RoomVisit.part_id.in_([part.id for part in guest.parts]), RoomVisit.left_at.is_(None)
        )
    ).all()  # fmt: skip


def leave_room(*, delegate: Delegate, at: datetime, by: LeftBy = LeftBy.PERSON) -> bool:
    """Somebody says that they have left; returns whether they were anywhere."""
    with transaction() as unit:
        found = unit.scalars(
            select(RoomVisit).where(RoomVisit.delegate_id == delegate.id, RoomVisit.left_at.is_(None))
        ).all()
        for visit in found:
            _leave(visit, at, by)
    return bool(found)


def leave_rooms(*, visits: Iterable[RoomVisit], at: datetime, by: LeftBy) -> int:
    """These visits end, those that have not ended meanwhile; returns how many."""
    ids = [visit.id for visit in visits]
    with transaction() as unit:
        found = unit.scalars(select(RoomVisit).where(RoomVisit.id.in_(ids), RoomVisit.left_at.is_(None))).all()
        for visit in found:
            _leave(visit, at, by)
    return len(found)


def see_visitor(*, delegate: Delegate, at: datetime) -> bool:
    """The lobby page beside the room gives a sign; returns whether the person is in any room."""
    with transaction() as unit:
        found = unit.scalars(
            select(RoomVisit).where(RoomVisit.delegate_id == delegate.id, RoomVisit.left_at.is_(None))
        ).all()
        for visit in found:
            visit.seen_at = max(at, visit.seen_at or at)
    return bool(found)


def end_visits(*, at: datetime) -> int:
    """End the visits of sessions that are over; returns how many.

    Where the lobby page stood open beside the room and fell silent before the end, its last sign counts.
    """
    if not open_visits_of_ended(at):
        return 0
    with transaction():
        found = open_visits_of_ended(at)
        for visit in found:
            ends_at = visit.session.ends_at if visit.session is not None else None
            ended = min(at, ends_at or at)
            if visit.seen_at is not None and visit.seen_at + LAST_SIGN < ended:
                _leave(visit, visit.seen_at, LeftBy.SIGN)
            else:
                _leave(visit, ended, LeftBy.END)
    return len(found)


def _leave(visit: RoomVisit, at: datetime, by: LeftBy) -> None:
    visit.left_at, visit.left_by = max(at, visit.joined_at), by


def note_equipment(*, delegate: Delegate, camera: bool, microphone: bool, at: datetime) -> None:
    """Keep what the last test of somebody's camera and microphone found."""
    with transaction() as unit:
        lock(delegate)
        known = unit.get(EquipmentTest, delegate.id)
        if known is None:
            unit.add(EquipmentTest(delegate_id=delegate.id, camera=camera, microphone=microphone, at=at))
        else:
            known.camera, known.microphone, known.at = camera, microphone, at


def forget_guests(*, conference: Conference) -> int:
    """Erase when guests were in which room of a conference, within the caller's transaction; returns how many."""
    with transaction() as unit:
        gone = unit.execute(
            delete(RoomVisit).where(RoomVisit.conference_id == conference.id, RoomVisit.delegate_id.is_(None))
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]  # the result of a delete has it


def forget_visits(delegate_ids: Collection[int]) -> int:
    """Erase when people were in which room, within the caller's transaction; returns how many visits there were."""
    ids = sorted(delegate_ids)
    count = 0
    with transaction() as unit:
        for start in range(0, len(ids), 5000):
            some = ids[start : start + 5000]
            unit.execute(delete(EquipmentTest).where(EquipmentTest.delegate_id.in_(some)))
            gone = unit.execute(delete(RoomVisit).where(RoomVisit.delegate_id.in_(some)))
            count += gone.rowcount  # type: ignore[attr-defined]  # the result of a delete has it
    return count
