"""Counting delegates, and who arrives and leaves when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import comes_in_sql, is_on_site
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import HOLDS_A_PLACE, moment_of
from app.directory.models import Municipality
from app.directory.regions import region_of


@dataclass
class Count:
    """How many people of one kind hold a place: on site and by video."""

    on_site: int = 0
    video: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.on_site + self.video


@dataclass(frozen=True)
class Statistics:
    """Those who hold a place, by country, region (ISO 3166-2), role and day of arrival ("" when unknown)."""

    total: Count
    by_country: dict[str, Count]
    by_region: dict[str, Count]
    by_role: dict[str, Count]
    by_arrival: dict[str, Count]
    region_names: dict[str, str]


def _add(found: dict[str, Count], key: str, attendance: Attendance, number: int) -> None:
    count = found.setdefault(key, Count())
    if is_on_site(attendance):
        count.on_site += number
    else:
        count.video += number


def _largest_first(found: dict[str, Count]) -> dict[str, Count]:
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == "", -pair[1].total, pair[0])))


def statistics_of(conference: Conference) -> Statistics:
    """Two queries, whatever the number of delegates. The first of several roles counts."""
    rows = db.session.execute(
        select(
            Delegate.country, Municipality.iso3166_2, Delegate.role, Delegate.arrival, Delegate.attendance, func.count()
        )
        .outerjoin(Municipality, Municipality.id == Delegate.municipality_id)
        .where(
            Delegate.conference_id == conference.id,
            Delegate.accreditation.in_(HOLDS_A_PLACE),
            Delegate.merged_into_id.is_(None),
        )
        .group_by(Delegate.country, Municipality.iso3166_2, Delegate.role, Delegate.arrival, Delegate.attendance)
    )
    countries: dict[str, Count] = {}
    regions: dict[str, Count] = {}
    roles: dict[str, Count] = {}
    days: dict[str, Count] = {}
    everyone: dict[str, Count] = {}
    zone = ZoneInfo(conference.timezone)
    for country, region, role, arrival, attendance, number in rows:
        moment = moment_of(arrival, conference.timezone)
        _add(everyone, "", attendance, number)
        _add(countries, country, attendance, number)
        _add(regions, region or "", attendance, number)
        _add(roles, role.split(";")[0], attendance, number)
        if is_on_site(attendance):
            _add(days, moment.astimezone(zone).date().isoformat() if moment else "", attendance, number)
    names = db.session.execute(
        select(Municipality.iso3166_2, Municipality.region_ru, Municipality.region_de)
        .where(Municipality.iso3166_2.in_([code for code in regions if code]))
        .distinct()
    )
    return Statistics(
        total=everyone.get("", Count()),
        by_country=_largest_first(countries),
        by_region=_largest_first(regions),
        by_role=_largest_first(roles),
        by_arrival=dict(sorted(days.items(), key=lambda pair: (pair[0] == "", pair[0]))),
        region_names={row.iso3166_2: region_of(row) for row in names},
    )


@dataclass(frozen=True)
class Journey:
    """Somebody's arrival or departure, in the host's time; by what, its number, and at which station or airport."""

    delegate: Delegate
    moment: datetime
    mode: str = ""
    number: str = ""
    place: str = ""


def journeys(conference: Conference, *, leaving: bool = False) -> tuple[list[Journey], list[Delegate]]:
    """Who comes (or leaves) when, by time and rank; and those of whom it is not known. One query.

    Only those with a place on site. Moments are the host's local time, whatever offset they were given with.
    """
    column = Delegate.departure if leaving else Delegate.arrival
    rows = db.session.scalars(
        select(Delegate)
        .options(joinedload(Delegate.municipality), joinedload(Delegate.delegation))
        .where(
            Delegate.conference_id == conference.id,
            comes_in_sql(Delegate.attendance, conference.format),
            Delegate.accreditation.in_(HOLDS_A_PLACE),
            Delegate.merged_into_id.is_(None),
        )
        .order_by(column, *in_order_of(conference))
    )
    known, unknown = [], []
    zone = ZoneInfo(conference.timezone)
    for row in rows:
        moment = moment_of(row.departure if leaving else row.arrival, conference.timezone)
        if moment is None:
            unknown.append(row)
        else:
            known.append(_journey(row, moment.astimezone(zone), leaving=leaving))
    return sorted(known, key=lambda journey: journey.moment), unknown


def _journey(row: Delegate, moment: datetime, *, leaving: bool) -> Journey:
    if leaving:  # who says nothing of the way back goes as they came
        return Journey(row, moment, row.departure_mode or row.arrival_mode, row.departure_number, row.departure_place)
    return Journey(row, moment, row.arrival_mode, row.arrival_number, row.arrival_place)


def days_of(found: Iterable[Journey]) -> dict[date, Counter[str]]:
    """For each day how many come by which means of travel."""
    days: dict[date, Counter[str]] = {}
    for journey in found:
        days.setdefault(journey.moment.date(), Counter())[journey.mode] += 1
    return dict(sorted(days.items()))
