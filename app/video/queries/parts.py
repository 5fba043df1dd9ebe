"""People with a part in the programme who are no delegates: their way into the rooms of their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.conferences.models import Conference
from app.conferences.taking_part import has_screen
from app.database import db
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.queries.guests import PartGuest, guest_with, part_that_stands
from app.programme.rules import Confirmation, PersonRole, held_as
from app.video.models import RoomVisit
from app.video.queries.doors import doors_of
from app.video.rules.joining import Doorway, Tie, Way, role_in, way_now
from app.video.rules.visitors import VisitorRole


@dataclass(frozen=True)
class GuestEntry:
    """A session by video in which the guest has a part."""

    session: ProgrammeSession
    doorway: Doorway
    roles: tuple[PersonRole, ...]

    @property
    def role(self) -> VisitorRole:
        """As what they enter."""
        return role_in(self.roles, ())


@dataclass(frozen=True)
class GuestWay:
    """Where the link of a guest leads at a moment; ``entries`` in the order of hours."""

    guest: PartGuest
    conference: Conference
    entries: Sequence[GuestEntry]
    visit: RoomVisit | None
    at: datetime

    @cached_property
    def way(self) -> Way:
        """Into which room, or what comes next."""
        return way_now([one.doorway for one in self.entries], self.at)

    def entry(self, doorway: Doorway) -> GuestEntry:
        """The session of a door."""
        return next(one for one in self.entries if one.doorway.session_id == doorway.session_id)


def part_of(token: str) -> SessionPerson | None:
    """A part of whose link it is: that by which they said whether they come. None for delegates, and for those who
    come for no part of theirs."""
    if not token or len(token) > 64:
        return None
    row = db.session.scalar(
        select(SessionPerson)
        .join(SessionPerson.session)
        .options(contains_eager(SessionPerson.session).joinedload(ProgrammeSession.conference))
        .where(SessionPerson.token == token, SessionPerson.delegate_id.is_(None))
    )
    if row is None or row.confirmation is not Confirmation.DECLINED:
        return row
    return part_that_stands(row)


def guest_way(part: SessionPerson, at: datetime) -> GuestWay:
    """All the guest has a part in by video, whichever of their links it is. A fixed number of queries."""
    conference, guest = part.session.conference, guest_with(part)
    roles: dict[int, list[PersonRole]] = {}
    sessions: dict[int, ProgrammeSession] = {}
    for own in guest.parts:
        if has_screen(held_as(own.session, conference.format)):
            sessions[own.session_id] = own.session
            roles.setdefault(own.session_id, []).append(own.role)
    doors = doors_of(conference, list(sessions))
    entries = []
    for number, session in sessions.items():
        if session.starts_at is None or session.ends_at is None:
            continue
        door = doors.get(number)
        elsewhere = door.leads_to_id if door is not None else None
        doorway = Doorway(
            session_id=number, starts_at=session.starts_at, ends_at=session.ends_at, tie=Tie.PART, door=door,
            leads_to=number if elsewhere is None else elsewhere, cancelled=session.cancelled,
        )  # fmt: skip
        entries.append(GuestEntry(session, doorway, tuple(roles[number])))
    entries.sort(key=lambda one: (one.doorway.starts_at, one.session.code))
    visit = db.session.scalar(
        select(RoomVisit)
        .where(RoomVisit.part_id.in_([own.id for own in guest.parts]), RoomVisit.left_at.is_(None))
        .order_by(RoomVisit.id.desc())
        .limit(1)
    )
    return GuestWay(guest, conference, entries, visit, at)
