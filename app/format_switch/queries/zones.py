"""On which clocks those present live, and the hours of a day on each of them, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.correspondence.queries import answers_by_municipality, invited_slugs
from app.correspondence.rules import ReplyAnswer
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.directory.models import Municipality
from app.directory.zones import zone_of
from app.format_switch.queries.moving import CONCERNED
from app.format_switch.rules.hours import HourKind, HoursStrip, TimedSession, ZoneRow, hours_strips, shared_window
from app.i18n import language, number, time_range, weekday_date
from app.programme.rules.zones import city

_MOST_CITIES = 3  # named in a row


def zones_present(conference: Conference) -> dict[str, int]:
    """How many live by each clock: the delegates, and a head for each municipality that was invited, has no delegate
    yet and did not decline. Four queries.

    Whose zone is not known lives by the host's.
    """
    own, of_group = aliased(Municipality), aliased(Municipality)
    rows = db.session.execute(
        select(
            Delegate.country, Delegate.city_slug, own.id, own.timezone, own.iso3166_2, own.country, of_group.id,
            of_group.timezone, of_group.iso3166_2, of_group.country,
        )
        .outerjoin(own, own.id == Delegate.municipality_id)
        .outerjoin(Delegation, Delegation.id == Delegate.delegation_id)
        .outerjoin(of_group, of_group.id == Delegation.municipality_id)
        .where(Delegate.conference_id == conference.id, Delegate.accreditation.in_(CONCERNED))
    ).all()  # fmt: skip
    invited = invited_slugs(conference)
    slugs = {row[1] for row in rows if row[1]} | set(invited)
    towns = {
        slug: (number_, zone_of(timezone=zone, region=region, country=country))
        for slug, number_, zone, region, country in db.session.execute(
            select(
                Municipality.slug, Municipality.id, Municipality.timezone, Municipality.iso3166_2, Municipality.country
            ).where(Municipality.slug.in_(slugs))
        )
    }
    found: Counter[str] = Counter()
    seen: set[int] = set()
    for country, slug, *places in rows:
        zone = ""
        for town_id, timezone, region, of_country in (places[:4], places[4:]):
            if town_id is not None and not zone:
                seen.add(town_id)
                zone = zone_of(timezone=timezone, region=region, country=of_country)
        if not zone and slug in towns:
            seen.add(towns[slug][0])
            zone = towns[slug][1]
        found[zone or zone_of(timezone="", region="", country=country or "") or conference.timezone] += 1
    answers = answers_by_municipality(conference)
    for slug in invited:
        town_id, zone = towns[slug]
        declined = town_id in answers and answers[town_id].answer is ReplyAnswer.CANNOT
        if town_id not in seen and not declined:
            found[zone or conference.timezone] += 1
    return dict(found)


@dataclass(frozen=True)
class ShownCell:
    """An hour on another clock; ``word`` says what it is where it is not a good one, ``day`` when it is another."""

    clock: str
    kind: HourKind
    word: str = ""
    day: str = ""


@dataclass(frozen=True)
class ShownRow:
    """One clock: «Berlin, Wien», how far from the host's, how many live by it, its hours, and all in a few words."""

    name: str
    distance: str
    people: str
    cells: tuple[ShownCell, ...]
    summary: str
    is_host: bool = False


@dataclass(frozen=True)
class ShownStrip:
    """The hours of a day on every clock; ``hours`` are the host's. ``window`` says when it is a good time for all, or
    for most."""

    day: date
    title: str
    hours: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    window: str = ""


def _distance(minutes: int) -> str:
    if not minutes:
        return str(_("the host's clock"))
    hours, rest = divmod(abs(minutes), 60)
    written = f"{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"
    return str(_("%(hours)s h from the host", hours=written))


def _summary(kinds: Mapping[HourKind, int]) -> str:
    parts = []
    for kind in (HourKind.GOOD, HourKind.EARLY, HourKind.LATE, HourKind.NIGHT):
        if many := kinds.get(kind, 0):
            parts.append(
                {
                    HourKind.GOOD: ngettext("%(num)s good hour", "%(num)s good hours", many),
                    HourKind.EARLY: ngettext("%(num)s early hour", "%(num)s early hours", many),
                    HourKind.LATE: ngettext("%(num)s late hour", "%(num)s late hours", many),
                    HourKind.NIGHT: ngettext("%(num)s hour at night", "%(num)s hours at night", many),
                }[kind]
            )
    return ", ".join(parts)


def _row(row: ZoneRow, host: str) -> ShownRow:
    words = {
        HourKind.GOOD: "", HourKind.EARLY: str(_("early")), HourKind.LATE: str(_("late")),
        HourKind.NIGHT: str(_("night")),
    }  # fmt: skip
    days = {0: "", 1: str(_("next day")), -1: str(_("day before"))}
    names = list(dict.fromkeys(city(zone, language()) for zone in row.zones))
    more = len(names) - _MOST_CITIES
    written = ", ".join(names[:_MOST_CITIES])
    return ShownRow(
        name=str(_("%(cities)s and %(number)s more", cities=written, number=number(more))) if more > 0 else written,
        distance=_distance(row.minutes),
        people=ngettext("%(num)s person", "%(num)s persons", row.people) if row.people else "",
        cells=tuple(ShownCell(cell.clock, cell.kind, words[cell.kind], days[cell.days]) for cell in row.cells),
        summary=_summary(row.kinds),
        is_host=host in row.zones,
    )


def shown_strips(sessions: Iterable[TimedSession], zones: Mapping[str, int], *, host: str) -> list[ShownStrip]:
    """The hours of every day with sessions on every clock, in the language being spoken.

    Show them with the macro ``hours`` of ``templates/format_switch/_hours.html``.
    """
    return [_shown(strip, zones) for strip in hours_strips(sessions, zones, host=host)]


def _window(day: date, zones: Mapping[str, int], host: str) -> str:
    found = shared_window(day, zones, at_least=timedelta(hours=1))
    if found is None:
        return ""
    hours, total = time_range(found.starts_at, found.ends_at, host), sum(zones.values())
    if not found.without:
        return str(_("%(hours)s is a good time for everybody.", hours=hours))
    return str(_("%(hours)s is a good time for most (%(people)s of %(total)s).", hours=hours,
                 people=number(found.people), total=number(total)))  # fmt: skip


def _shown(strip: HoursStrip, zones: Mapping[str, int]) -> ShownStrip:
    title = weekday_date(strip.day)
    rows = tuple(_row(row, strip.host) for row in strip.rows)
    return ShownStrip(strip.day, title[0].upper() + title[1:], strip.hours, rows, _window(strip.day, zones, strip.host))
