"""Places, the lines of those who wait for one, and who keeps one while they wait for another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select, and_, func, literal, or_, select, union_all

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import waits_for, waits_for_in_sql
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE, Accreditation

Counted = Mapping[tuple[Attendance, Accreditation], int]


def groups_of(conference_id: int | BindParameter[int]) -> CompoundSelect[Attendance, Accreditation, int]:
    """How many people take part in which way, and stand how; :func:`counted_in` adds them up.

    Who has a place and waits for one the other way is counted in both: they take a place here, and wait there.
    """
    waits = literal(Accreditation.WAITLISTED, Delegate.accreditation.type)
    return union_all(
        select(Delegate.attendance, Delegate.accreditation, func.count().label("people"))
        .where(Delegate.conference_id == conference_id)
        .group_by(Delegate.attendance, Delegate.accreditation),
        select(Delegate.wished, waits, func.count())
        .join(Conference, Conference.id == Delegate.conference_id)
        .where(Delegate.conference_id == conference_id, Delegate.wished.is_not(None), or_(*map(_wishes, Attendance)))
        .group_by(Delegate.wished),
    )


def counted_in(rows: Iterable[Sequence[Any]]) -> Counted:
    """What :func:`groups_of` found, added up."""
    found: Counter[tuple[Attendance, Accreditation]] = Counter()
    for way, stand, people in rows:
        found[Attendance(way), Accreditation(stand)] += people
    return found


def _wishes(way: Attendance) -> ColumnElement[bool]:
    """:func:`wish_of` in SQL; the conference must be joined. Without IN: statements sent together know no lists."""
    return and_(
        waits_for_in_sql(Delegate.attendance, Delegate.wished, Conference.format, way),
        or_(*(Delegate.accreditation == standing for standing in sorted(HOLDS_A_PLACE))),
        Delegate.waitlisted_at.is_not(None),
    )


def wish_of(delegate: Delegate) -> Attendance | None:
    """The way of taking part for which somebody waits who keeps the place they have; None as a rule."""
    if delegate.accreditation not in HOLDS_A_PLACE or delegate.waitlisted_at is None:
        return None
    return waits_for(delegate.attendance, delegate.wished, delegate.conference.format)


def who_wishes(conference: Conference) -> Select[int]:
    """The ids of those of whom :func:`wish_of` says something."""
    return (
        select(Delegate.id)
        .join(Conference, Conference.id == Delegate.conference_id)
        .where(Delegate.conference_id == conference.id, or_(*map(_wishes, Attendance)))
        .correlate(None)
    )


def chosen_attendance(delegate: Delegate) -> Attendance:
    """What somebody chose, whether they have it already or wait for it."""
    return wish_of(delegate) or delegate.attendance


def waits_in_line(way: Attendance) -> ColumnElement[bool]:
    """Who waits for a place of that way, with one of the other way or with none; the conference must be joined."""
    alone = and_(Delegate.attendance == way, Delegate.accreditation == Accreditation.WAITLISTED)
    return or_(alone, _wishes(way))


def places(conference: Conference, counted: Counted | None = None) -> dict[str, dict[str, int | None]]:
    """``{"on_site": {"capacity", "taken", "waiting"}, "video": {…}}``; a capacity of None is no limit.

    A place kept for somebody who has not taken it yet counts as taken.

    :param counted: what :func:`at_the_door` has counted already.
    """
    if counted is None:
        counted = counted_in(db.session.execute(groups_of(conference.id)))
    offered = _offered(conference) if conference.offer_hours is not None else {}
    return {
        name: {
            "capacity": capacity,
            "taken": sum(counted.get((kind, standing), 0) for standing in HOLDS_A_PLACE) + offered.get(kind, 0),
            "waiting": counted.get((kind, Accreditation.WAITLISTED), 0) - offered.get(kind, 0),
        }
        for name, kind, capacity in (
            ("on_site", Attendance.ON_SITE, conference.places_on_site),
            ("video", Attendance.VIDEO, conference.places_video),
        )
    }


def _offered(conference: Conference) -> dict[Attendance, int]:
    ways = list(Attendance)
    row = db.session.execute(
        select(*(func.count().filter(waits_in_line(way)) for way in ways))
        .select_from(Delegate)
        .join(Conference, Conference.id == Delegate.conference_id)
        .where(Delegate.conference_id == conference.id, Delegate.offered_until.is_not(None))
    ).one()
    return dict(zip(ways, row, strict=True))


def waiting_line(conference: Conference, attendance: Attendance) -> list[Delegate]:
    """Who waits for such a place, in the order in which places are given."""
    return list(
        db.session.scalars(
            select(Delegate)
            .join(Conference, Conference.id == Delegate.conference_id)
            .where(Delegate.conference_id == conference.id, waits_in_line(attendance))
            .order_by(Delegate.waitlisted_at, Delegate.id)
        )
    )


def place_in_line(delegate: Delegate) -> int:
    """Which one in the waiting list ``delegate`` is, from 1; 0 when they have a place, or no hope of one."""
    waits = delegate.accreditation is Accreditation.WAITLISTED
    return _before(delegate, delegate.attendance) if waits else 0


def wish_in_line(delegate: Delegate) -> int:
    """Which one in the line for the way they wish, from 1; 0 for who does not wish for the other one."""
    way = wish_of(delegate)
    return _before(delegate, way) if way is not None else 0


def _before(delegate: Delegate, way: Attendance) -> int:
    if delegate.waitlisted_at is None:
        return 0
    before = db.session.scalar(
        select(func.count())
        .select_from(Delegate)
        .join(Conference, Conference.id == Delegate.conference_id)
        .where(
            Delegate.conference_id == delegate.conference_id,
            waits_in_line(way),
            or_(
                Delegate.waitlisted_at < delegate.waitlisted_at,
                (Delegate.waitlisted_at == delegate.waitlisted_at) & (Delegate.id < delegate.id),
            ),
        )
    )
    return (before or 0) + 1
