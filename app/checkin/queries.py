"""Reading who has arrived, who is expected, and whose badge a code is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, not_, select
from sqlalchemy.orm import joinedload

from app.checkin.models import CheckIn
from app.conferences.models import Conference
from app.conferences.rules import days_of
from app.conferences.taking_part import comes_in_sql
from app.database import db
from app.delegations.models import Delegate, DelegatePhoto, Delegation, WithdrawnCode
from app.delegations.queries.arrived import who_arrived
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import Accreditation
from app.delegations.rules.badge_codes import code_digest


@dataclass(frozen=True)
class Group:
    """How many of a delegation are expected, and have arrived; ``delegation`` None: those who belong to none."""

    delegation: Delegation | None
    arrived: int
    expected: int


def _standing(conference: Conference, *which: ColumnElement[bool]) -> Subquery:
    """Check-ins that stand, by person: what was noted of a double is the person's."""
    person = func.coalesce(Delegate.merged_into_id, Delegate.id)
    return (
        select(person.label("person"), func.min(CheckIn.id).label("number"))
        .join(Delegate, Delegate.id == CheckIn.delegate_id)
        .where(CheckIn.conference_id == conference.id, CheckIn.undone_at.is_(None), *which)
        .group_by(person)
        .subquery()
    )


def _on_its_days(conference: Conference) -> ColumnElement[bool]:
    first, behind = days_of(conference.starts_on, conference.ends_on, conference.timezone)
    return and_(CheckIn.at >= first, CheckIn.at < behind)


def checked_in(conference: Conference) -> set[int]:
    """The delegates who have arrived; empty: nobody has been checked in. One query."""
    return set(db.session.scalars(select(_standing(conference).c.person)))


who_arrived["checkin"] = lambda conference: select(_standing(conference).c.person)


def proven_on_site(conference: Conference) -> set[int]:
    """Those of them who were checked in on a day of the conference, which proves that they came. One query."""
    return set(db.session.scalars(select(_standing(conference, _on_its_days(conference)).c.person)))


def outside_its_days(conference: Conference) -> Sequence[CheckIn]:
    """Check-ins before the conference and behind it that stand, the first first: they prove nothing. One query."""
    return db.session.scalars(
        select(CheckIn)
        .options(joinedload(CheckIn.delegate).joinedload(Delegate.delegation))
        .where(
            CheckIn.conference_id == conference.id, CheckIn.undone_at.is_(None), not_(_on_its_days(conference)),
        )
        .order_by(CheckIn.at, CheckIn.id)
    ).all()  # fmt: skip


def standing_of(delegates: Collection[Delegate]) -> dict[int, CheckIn]:
    """The check-in of each of these people who has arrived, by delegate. One query."""
    ids = [delegate.id for delegate in delegates]
    person = func.coalesce(Delegate.merged_into_id, Delegate.id)
    rows = db.session.execute(
        select(person.label("person"), CheckIn)
        .join(Delegate, Delegate.id == CheckIn.delegate_id)
        .where(person.in_(ids), CheckIn.undone_at.is_(None))
        .order_by(CheckIn.id.desc())
    )
    return {row.person: row.CheckIn for row in rows}


def noted_of(delegate: Delegate) -> Sequence[CheckIn]:
    """All that was noted of somebody's coming, also what was taken back; the first first."""
    return db.session.scalars(select(CheckIn).where(CheckIn.delegate_id == delegate.id).order_by(CheckIn.id)).all()


def latest(conference: Conference, *, limit: int = 10) -> Sequence[CheckIn]:
    """Who arrived last, the latest first. One query."""
    return db.session.scalars(
        select(CheckIn)
        .options(joinedload(CheckIn.delegate).joinedload(Delegate.delegation))
        .where(CheckIn.conference_id == conference.id, CheckIn.undone_at.is_(None))
        .order_by(CheckIn.at.desc(), CheckIn.id.desc())
        .limit(limit)
    ).all()


def check_in_of(conference: Conference, number: int) -> CheckIn | None:
    """One check-in of the conference."""
    return db.session.scalar(select(CheckIn).where(CheckIn.id == number, CheckIn.conference_id == conference.id))


def _expected(conference: Conference) -> tuple[Any, ...]:
    return (
        Delegate.conference_id == conference.id,
        Delegate.accreditation == Accreditation.GRANTED,
        comes_in_sql(Delegate.attendance, conference.format),
    )


def groups(conference: Conference) -> list[Group]:
    """The delegations with somebody expected on site; who belongs to none comes last. Two queries."""
    standing = _standing(conference)
    counted = {
        number: (arrived, expected)
        for number, arrived, expected in db.session.execute(
            select(Delegate.delegation_id, func.count(standing.c.person), func.count(Delegate.id))
            .outerjoin(standing, standing.c.person == Delegate.id)
            .where(*_expected(conference))
            .group_by(Delegate.delegation_id)
        )
    }
    rows = db.session.scalars(
        select(Delegation).options(joinedload(Delegation.organisation)).where(Delegation.conference_id == conference.id)
    )
    found = [Group(row, *counted[row.id]) for row in rows if row.id in counted]
    return [*found, *([Group(None, *counted[None])] if None in counted else [])]


def members(conference: Conference, delegation_id: int | None) -> Sequence[Delegate]:
    """Those of a delegation who are expected, in order of precedence. One query."""
    return db.session.scalars(
        select(Delegate)
        .options(joinedload(Delegate.delegation), joinedload(Delegate.municipality))
        .where(*_expected(conference), Delegate.delegation_id == delegation_id)
        .order_by(*in_order_of(conference))
    ).all()


def photos_of(delegates: Collection[Delegate]) -> dict[int, DelegatePhoto]:
    """The portraits of these people, by delegate. One query."""
    ids = [delegate.id for delegate in delegates]
    rows = db.session.scalars(select(DelegatePhoto).where(DelegatePhoto.delegate_id.in_(ids)))
    return {row.delegate_id: row for row in rows}


def holder_of(codes: Sequence[str]) -> Delegate | None:
    """Whose badge has one of these codes."""
    return db.session.scalar(select(Delegate).where(Delegate.badge_token.in_(codes))) if codes else None


def withdrawn(codes: Sequence[str]) -> WithdrawnCode | None:
    """One of these codes that opens nothing any more."""
    digests = [code_digest(code) for code in codes]
    return db.session.scalar(select(WithdrawnCode).where(WithdrawnCode.digest.in_(digests))) if digests else None


def arrival_rows(conference: Conference) -> list[dict[str, Any]]:
    """Everybody who has arrived as files tell it, in the order of coming. One query."""
    rows = db.session.execute(
        select(CheckIn, Delegate.public_id)
        .join(Delegate, Delegate.id == CheckIn.delegate_id)
        .where(CheckIn.conference_id == conference.id, CheckIn.undone_at.is_(None))
        .order_by(CheckIn.at, CheckIn.id)
    )
    return [
        {"delegate": number, "at": row.at.isoformat(timespec="seconds"), "by": row.by, "how": row.how.value}
        for row, number in rows
    ]
