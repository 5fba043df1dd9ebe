"""Delegates who may stand on the list twice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, DistinctPeople
from app.delegations.rules import Accreditation
from app.delegations.rules.doubles import Known, Pair, likely_doubles


def find_doubles(conference: Conference) -> list[Pair]:
    """Pairs of living rows that may be one person, without those said to be two. Two queries, one pass."""
    columns = (
        Delegate.id, Delegate.last, Delegate.first, Delegate.patronymic, Delegate.last_latin, Delegate.first_latin,
        Delegate.gender, Delegate.city_slug, Delegate.email, Delegate.phone,
    )  # fmt: skip
    rows = db.session.execute(
        select(*columns).where(
            Delegate.conference_id == conference.id,
            Delegate.merged_into_id.is_(None),
            Delegate.accreditation != Accreditation.WITHDRAWN,
        )
    )
    apart = db.session.execute(
        select(DistinctPeople.a_id, DistinctPeople.b_id).where(DistinctPeople.conference_id == conference.id)
    )
    return likely_doubles((Known(*tuple(row)) for row in rows), apart=frozenset((a, b) for a, b in apart))


def people_of(pairs: Sequence[Pair]) -> dict[int, Delegate]:
    """The delegates of some pairs, by id. One query."""
    ids = {number for pair in pairs for number in (pair.a, pair.b)}
    rows = db.session.scalars(
        select(Delegate)
        .options(joinedload(Delegate.municipality), joinedload(Delegate.delegation))
        .where(Delegate.id.in_(ids))
    )
    return {row.id: row for row in rows}
