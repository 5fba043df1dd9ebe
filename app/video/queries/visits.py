"""Who was in which room, and who took part in a conference by video."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.rules import days_of
from app.database import db
from app.delegations.models import Delegate
from app.errors import Refusal
from app.programme.models import ProgrammeSession
from app.video.models import EquipmentTest, RoomVisit


@dataclass(frozen=True)
class Present:
    """How many are in a room now, and how many have been there at all."""

    now: int = 0
    ever: int = 0


def took_part(conference: Conference) -> set[int]:
    """The delegates who entered a room of the conference on one of its days; empty: nobody knows of anyone. Who only
    tried their camera out on the eve has not taken part. One query."""
    first, behind = days_of(conference.starts_on, conference.ends_on, conference.timezone)
    person = func.coalesce(Delegate.merged_into_id, Delegate.id)  # a double's visits are the person's
    return set(
        db.session.scalars(
            select(person)
            .join(RoomVisit, RoomVisit.delegate_id == Delegate.id)
            .where(
                RoomVisit.conference_id == conference.id,
                (RoomVisit.joined_at >= first) | (RoomVisit.left_at > first),
                RoomVisit.joined_at < behind,
            )
            .distinct()
        )
    )


def visits_of(delegate: Delegate) -> Sequence[RoomVisit]:
    """The rooms somebody was in, with their sessions, the first one first."""
    return db.session.scalars(
        select(RoomVisit)
        .options(joinedload(RoomVisit.session))
        .where(RoomVisit.delegate_id == delegate.id)
        .order_by(RoomVisit.joined_at, RoomVisit.id)
    ).all()


def who_is_in(session_ids: Collection[int]) -> dict[int, dict[str, RoomVisit]]:
    """Visits that have not ended, as far as anybody knows, by session and person (``visitor_id``). One query."""
    found: dict[int, dict[str, RoomVisit]] = {}
    for visit in db.session.scalars(
        select(RoomVisit)
        .where(RoomVisit.session_id.in_(session_ids), RoomVisit.left_at.is_(None))
        .order_by(RoomVisit.id)
    ):
        if visit.session_id is not None:
            found.setdefault(visit.session_id, {})[visit.visitor_id] = visit
    return found


def attendance_of(session_ids: Collection[int]) -> dict[int, Present]:
    """How many people are and were in the rooms of these sessions. One query; who came twice counts once."""
    who = func.distinct(
        case((RoomVisit.delegate_id.is_(None), RoomVisit.name), else_=cast(RoomVisit.delegate_id, String))
    )
    return {
        number: Present(now, ever)
        for number, now, ever in db.session.execute(
            select(RoomVisit.session_id, func.count(who).filter(RoomVisit.left_at.is_(None)), func.count(who))
            .where(RoomVisit.session_id.in_(session_ids))
            .group_by(RoomVisit.session_id)
        )
        if number is not None
    }


def open_visits_of_ended(at: datetime) -> Sequence[RoomVisit]:
    """Visits nobody has ended of sessions that have, and of sessions that are gone."""
    return db.session.scalars(
        select(RoomVisit)
        .outerjoin(ProgrammeSession, ProgrammeSession.id == RoomVisit.session_id)
        .options(joinedload(RoomVisit.session))
        .where(
            RoomVisit.left_at.is_(None),
            (ProgrammeSession.id.is_(None)) | (ProgrammeSession.ends_at <= at) | (ProgrammeSession.cancelled.is_(True)),
        )
    ).all()


def equipment_of(delegate_ids: Collection[int]) -> dict[int, EquipmentTest]:
    """What people's last tests of camera and microphone found."""
    rows = db.session.scalars(select(EquipmentTest).where(EquipmentTest.delegate_id.in_(delegate_ids)))
    return {row.delegate_id: row for row in rows}


def attendance_rows(conference: Conference) -> list[dict[str, Any]]:
    """Every visit as files tell it, in the order of coming; ``guest``: the name of who is no delegate. One query."""
    rows = db.session.execute(
        select(RoomVisit, Delegate.public_id, ProgrammeSession.code)
        .outerjoin(Delegate, Delegate.id == RoomVisit.delegate_id)
        .outerjoin(ProgrammeSession, ProgrammeSession.id == RoomVisit.session_id)
        .where(RoomVisit.conference_id == conference.id)
        .order_by(RoomVisit.joined_at, RoomVisit.id)
    )
    return [
        {
            "session": code or "", "delegate": number or "", "guest": visit.name, "role": visit.role.value,
            "via": visit.via.value,
            "joined_at": visit.joined_at.isoformat(timespec="seconds"),
            "left_at": visit.left_at.isoformat(timespec="seconds") if visit.left_at is not None else None,
            "left_by": visit.left_by.value if visit.left_by is not None else None,
        }
        for visit, number, code in rows
    ]  # fmt: skip


def delegate_of(conference: Conference, number: str) -> Delegate:
    """The delegate of that number.

    :raises Refusal: when there is none.
    """
    found = db.session.scalar(
        select(Delegate).where(Delegate.conference_id == conference.id, Delegate.public_id == number)
    )
    if found is None:
        raise Refusal(_("There is no delegate “%(number)s”.", number=number), field="delegate")
    return found
