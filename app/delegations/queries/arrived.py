"""Who has arrived on site, as the entrance desk tells; the desk is a room above and hands its question in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from app.conferences.models import Conference
from app.conferences.taking_part import comes_in_sql
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation

ARRIVED, EXPECTED = "arrived", "expected"

#: name of the room -> the numbers of those of a conference who have arrived, as a question.
who_arrived: dict[str, Callable[[Conference], Any]] = {}


def have_arrived(conference: Conference) -> ColumnElement[bool]:
    """Whether somebody has arrived, in SQL."""
    return or_(false(), *(Delegate.id.in_(question(conference)) for question in who_arrived.values()))


def are_expected(conference: Conference) -> ColumnElement[bool]:
    """Whether somebody with a place on site has not arrived yet, in SQL."""
    return and_(
        Delegate.accreditation == Accreditation.GRANTED, comes_in_sql(Delegate.attendance, conference.format),
        ~have_arrived(conference),
    )  # fmt: skip


def those_who(conference: Conference, came: str) -> set[int] | None:
    """The numbers of those who have arrived, or are expected yet; None: everybody is meant. One query."""
    if came not in (ARRIVED, EXPECTED):
        return None
    which = have_arrived(conference) if came == ARRIVED else are_expected(conference)
    return set(db.session.scalars(select(Delegate.id).where(Delegate.conference_id == conference.id, which)))
