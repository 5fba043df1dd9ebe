"""Reading who signed up for which session, and what a delegate may choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.taking_part import (
    Part,
    Seats,
    has_screen,
    is_by_video_in_sql,
    is_on_site,
    is_on_site_in_sql,
    part_in,
)
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE, is_over
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.queries import current_release
from app.programme.rules import SignUpStanding, held_as
from app.programme.rules.settling import SignedUp


@dataclass(frozen=True)
class Count:
    """How many have a place, and how many wait; ``in_hall`` of those with a place are on site."""

    taken: int = 0
    waiting: int = 0
    in_hall: int = 0


def counts_of(session_ids: Sequence[int]) -> dict[int, Count]:
    """By session; those nobody signed up for are left out (one query)."""
    rows = db.session.execute(
        select(SessionSignUp.session_id, SessionSignUp.standing, Delegate.attendance, func.count())
        .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
        .where(SessionSignUp.session_id.in_(session_ids))
        .group_by(SessionSignUp.session_id, SessionSignUp.standing, Delegate.attendance)
    ).all()
    found: dict[int, Count] = {}
    for number, standing, attendance, count in rows:
        now, waits = found.get(number, Count()), standing is SignUpStanding.WAITING
        found[number] = (
            replace(now, waiting=now.waiting + count)
            if waits
            else replace(now, taken=now.taken + count, in_hall=now.in_hall + count * is_on_site(attendance))
        )
    return found


def signed_up(session_ids: Sequence[int]) -> dict[int, list[SignedUp]]:
    """The sign-ups of sessions in the order of their lines, by session (one query)."""
    found: dict[int, list[SignedUp]] = {}
    for number, session_id, delegate_id, standing, attendance, accreditation in db.session.execute(
        select(
            SessionSignUp.id, SessionSignUp.session_id, SessionSignUp.delegate_id, SessionSignUp.standing,
            Delegate.attendance, Delegate.accreditation,
        )
        .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
        .where(SessionSignUp.session_id.in_(session_ids))
        .order_by(SessionSignUp.id)
    ):  # fmt: skip
        one = SignedUp(number, delegate_id, standing, attendance, accreditation in HOLDS_A_PLACE)
        found.setdefault(session_id, []).append(one)
    return found


def _left(seats: Seats, count: Count, delegate: Delegate) -> int | None:
    """How many places are left for somebody; None when they need none."""
    if seats.limit is None or not seats.bind(delegate.attendance):
        return None
    return max(0, seats.limit - (count.in_hall if seats.in_hall_only else count.taken))


def may_hold(session: ProgrammeSession) -> ColumnElement[bool]:
    """Whose sign-up for ``session`` counts: who holds a place at the conference and can be where it takes place."""
    holds = Delegate.accreditation.in_(HOLDS_A_PLACE)
    if has_screen(held_as(session, session.conference.format)):
        return holds
    return and_(holds, is_on_site_in_sql(Delegate.attendance))


def may_come(delegate: Delegate, session: ProgrammeSession) -> bool:
    """The same for one person."""
    held, holds = held_as(session, session.conference.format), delegate.accreditation in HOLDS_A_PLACE
    return part_in(delegate.attendance, held, holds_place=holds) is not Part.NOT_AT_ALL


def is_closed(delegate: Delegate, at: datetime) -> bool:
    """Whether the person can change nothing any more."""
    conference = delegate.conference
    return delegate.accreditation not in HOLDS_A_PLACE or is_over(conference.change_until, at, conference.timezone)


def is_open(session: ProgrammeSession, at: datetime) -> bool:
    """Whether people sign up for it at ``at``: until it begins, and not when it is cancelled."""
    begun = session.starts_at is not None and session.starts_at <= at
    return session.sign_up and not session.cancelled and not begun


def sign_ups_of(session: ProgrammeSession) -> Sequence[SessionSignUp]:
    """Who signed up: those with a place first, then the line (one query)."""
    return db.session.scalars(
        select(SessionSignUp)
        .where(SessionSignUp.session_id == session.id)
        .options(joinedload(SessionSignUp.delegate).joinedload(Delegate.delegation))
        .order_by(SessionSignUp.standing, SessionSignUp.id)
    ).all()


def unsettled(now: datetime) -> list[int]:
    """Sessions with people in line or people who hold no place any more: those worth a look."""
    return list(
        db.session.scalars(
            select(SessionSignUp.session_id)
            .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
            .join(ProgrammeSession, ProgrammeSession.id == SessionSignUp.session_id)
            .where(
                or_(
                    SessionSignUp.standing == SignUpStanding.WAITING,
                    Delegate.accreditation.not_in(HOLDS_A_PLACE),
                    is_by_video_in_sql(Delegate.attendance),
                ),
                or_(ProgrammeSession.starts_at.is_(None), ProgrammeSession.starts_at > now),
            )
            .distinct()
            .order_by(SessionSignUp.session_id)
        )
    )


@dataclass(frozen=True)
class Offered:
    """A session somebody may choose, in the words and hours of the newest release.

    ``left`` None: no limit; ``place_in_line`` counts from 1 and is None for those who do not wait.
    """

    id: int
    item: dict[str, Any]
    starts_at: datetime | None
    ends_at: datetime | None
    open: bool
    left: int | None
    waiting: int
    standing: SignUpStanding | None
    place_in_line: int | None

    @property
    def cancelled(self) -> bool:
        """Whether readers of the programme know that it does not take place."""
        return bool(self.item["cancelled"])

    def __getattr__(self, name: str) -> Any:
        """``title_ru`` and the like, for ``localized``."""
        if name.startswith("title_"):
            return self.item.get(name, "")
        raise AttributeError(name)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def offered_to(delegate: Delegate, at: datetime) -> list[Offered]:
    """What ``delegate`` may choose or has chosen, in the order of hours; four queries whatever there is."""
    conference = delegate.conference
    rows = sessions_with_sign_up(conference)
    release = current_release(conference) if rows else None
    if release is None:
        return []
    items = {item["uid"]: item for item in release.content["items"]}
    counts = counts_of([row.id for row in rows])
    own = own_standings(delegate)
    found = []
    for row in rows:
        item, (standing, line) = items.get(row.uid), own.get(row.id, (None, None))
        if item is None or (standing is None and (item["cancelled"] or not row.sign_up or not may_come(delegate, row))):
            continue
        count = counts.get(row.id, Count())
        left = _left(row.seats, count, delegate)
        found.append(
            Offered(row.id, item, _moment(item["starts_at"]), _moment(item["ends_at"]), is_open(row, at),
                    0 if count.waiting and left is not None else left, count.waiting, standing, line)
        )  # fmt: skip
    zone = ZoneInfo(conference.timezone)
    return sorted(found, key=lambda one: _order(one, zone))


def _order(one: Offered, zone: ZoneInfo) -> tuple[str, str, str]:
    starts = one.starts_at.astimezone(zone).isoformat() if one.starts_at else ""
    return one.item["date"] or "9999", starts or "9999", one.item["id"]


def told_as(session: ProgrammeSession) -> Offered | None:
    """A session as the newest release tells it; None while nobody outside has read of it."""
    release = current_release(session.conference)
    items = release.content["items"] if release is not None else ()
    item = next((item for item in items if item["uid"] == session.uid), None)
    if item is None:
        return None
    return Offered(session.id, item, _moment(item["starts_at"]), _moment(item["ends_at"]), True, None, 0, None, None)


def place_of(session: ProgrammeSession, delegate: Delegate) -> tuple[SignUpStanding | None, int | None]:
    """How a person stands, and their number in line if they wait; (None, None) who did not sign up."""
    return own_standings(delegate).get(session.id, (None, None))


def sessions_with_sign_up(conference: Conference) -> Sequence[ProgrammeSession]:
    """Sessions for which people sign up now, or have done so before that was ended."""
    signed = select(SessionSignUp.session_id)
    return db.session.scalars(
        select(ProgrammeSession)
        .where(
            ProgrammeSession.conference_id == conference.id,
            or_(ProgrammeSession.sign_up, ProgrammeSession.id.in_(signed)),
        )
        .order_by(ProgrammeSession.id)
    ).all()


def standings_of(delegate_ids: Sequence[int]) -> list[tuple[int, str, SignUpStanding, int]]:
    """What delegates signed up for: delegate, calendar sign of the session, how they stand, and what their place in
    line would be (one query)."""
    before = _before()
    rows = db.session.execute(
        select(SessionSignUp.delegate_id, ProgrammeSession.uid, SessionSignUp.standing, before)
        .join(ProgrammeSession, ProgrammeSession.id == SessionSignUp.session_id)
        .where(SessionSignUp.delegate_id.in_(delegate_ids))
        .order_by(SessionSignUp.id)
    ).all()
    return [(delegate_id, uid, standing, count + 1) for delegate_id, uid, standing, count in rows]


def places_in_line(session_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """By session and delegate the place in line of everybody who waits, from 1 (one query)."""
    found: dict[tuple[int, int], int] = {}
    for number, rows in signed_up(session_ids).items():
        waiting = [row for row in rows if row.standing is SignUpStanding.WAITING]
        found |= {(number, row.delegate_id): place for place, row in enumerate(waiting, 1)}
    return found


def _before() -> ScalarSelect[int]:
    """How many stand in line before a sign-up."""
    other = select(SessionSignUp.id, SessionSignUp.session_id).where(
        SessionSignUp.standing == SignUpStanding.WAITING
    ).subquery()  # fmt: skip
    return (
        select(func.count())
        .select_from(other)
        .where(other.c.session_id == SessionSignUp.session_id, other.c.id < SessionSignUp.id)
        .correlate(SessionSignUp)
        .scalar_subquery()
    )


def own_standings(delegate: Delegate) -> dict[int, tuple[SignUpStanding, int | None]]:
    """By session what the person signed up for: how they stand, and their place in line while they wait."""
    before = _before()
    rows = db.session.execute(
        select(SessionSignUp.session_id, SessionSignUp.standing, before).where(SessionSignUp.delegate_id == delegate.id)
    ).all()
    return {
        number: (standing, count + 1 if standing is SignUpStanding.WAITING else None)
        for number, standing, count in rows
    }
