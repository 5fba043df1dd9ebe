"""Who stands at the door, and which sessions are open to them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries import merged_into
from app.delegations.rules import Accreditation
from app.programme.models import ProgrammeSession
from app.video.models.doors import RoomDoor
from app.video.rules.doors import is_open


def guest(token: str) -> Delegate | None:
    """The delegate of a join link, when the person has a place."""
    if not token or len(token) > 64:
        return None
    found = db.session.scalar(select(Delegate).where(Delegate.join_token == token))
    found = merged_into(found) if found is not None else None
    return found if found is not None and found.accreditation is Accreditation.GRANTED else None


def waits_at_door(token: str) -> Delegate | None:
    """Whose link it is that opens nothing yet: they wait for a place, or for the organisers to confirm theirs."""
    if not token or len(token) > 64:
        return None
    found = db.session.scalar(select(Delegate).where(Delegate.join_token == token))
    found = merged_into(found) if found is not None else None
    waits = {Accreditation.WAITLISTED, Accreditation.APPLIED}
    return found if found is not None and found.accreditation in waits else None


def open_now(
    sessions: Sequence[ProgrammeSession], at: datetime, doors: Mapping[int, RoomDoor] | None = None
) -> list[ProgrammeSession]:
    """Those one may enter at this moment: from half an hour before until the end.

    :param doors: what was decided by hand, by session (:func:`app.video.queries.doors.doors_of`).
    """
    by_hand = doors or {}
    return [item for item in sessions if is_open(item.starts_at, item.ends_at, by_hand.get(item.id), at)]


def next_one(sessions: Sequence[ProgrammeSession], at: datetime) -> ProgrammeSession | None:
    """The first that has not begun."""
    return next((item for item in sessions if item.starts_at is not None and item.starts_at > at), None)
