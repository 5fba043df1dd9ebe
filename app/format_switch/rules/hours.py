"""Hours that are humane wherever somebody sits: the window of a day, shifting a day into it, the strip of local hours.

A humane hour lies between 8:00 and 20:00 on the clock of whoever takes part; between 22:00 and 6:00 is night (as noise
laws of both countries have it), the hours between are early or late. All is counted in moments, so that the day on
which a clock is changed has 23 or 25 hours, as it has in life.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_STEP = timedelta(minutes=30)  # by which a day is shifted where it can be: hours stay as people write them
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Window:
    """Hours of the clock that are humane, the last one not included."""

    earliest: time = time(8, 0)
    latest: time = time(20, 0)


HUMANE = Window()
NIGHT_BEGINS, NIGHT_ENDS = time(22, 0), time(6, 0)


class HourKind(StrEnum):
    """What an hour is for somebody who sits elsewhere."""

    GOOD = "good"
    EARLY = "early"
    LATE = "late"
    NIGHT = "night"


@dataclass(frozen=True)
class TimedSession:
    """A session with aware moments; ``key`` is whatever the asker knows it by."""

    key: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ProposedTime:
    """When a session should be. ``outside`` are the zones in which it still lies outside the humane hours."""

    key: str
    before: datetime
    starts_at: datetime
    ends_at: datetime
    outside: tuple[str, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether it is another time than now."""
        return self.starts_at != self.before


@dataclass(frozen=True)
class SharedWindow:
    """The moments between which it is humane hours in ``zones``, ``people`` of whom sit there; not in ``without``."""

    starts_at: datetime
    ends_at: datetime
    zones: tuple[str, ...]
    without: tuple[str, ...]
    people: int


def _moment(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def humane_hours(day: date, zone: str, window: Window = HUMANE) -> tuple[datetime, datetime]:
    """The moments between which it is humane hours in ``zone`` on ``day``."""
    return _moment(day, window.earliest, zone), _moment(day, window.latest, zone)


def shared_window(
    day: date, zones: Mapping[str, int], window: Window = HUMANE, *, at_least: timedelta = timedelta(0)
) -> SharedWindow | None:
    """The longest window of a day that is humane for as many people as possible.

    :param zones: how many people sit in each zone.
    :param at_least: how long it has to be; None is returned when it is so long for nobody.
    """
    there = {zone: humane_hours(day, zone, window) for zone, people in zones.items() if people > 0}
    best: tuple[int, timedelta, datetime] | None = None
    for starts_at in {begin for begin, _end in there.values()}:
        for ends_at in {end for _begin, end in there.values()}:
            length = ends_at - starts_at
            if length < at_least or length <= timedelta(0):
                continue
            people = sum(zones[zone] for zone, (begin, end) in there.items() if begin <= starts_at and ends_at <= end)
            if people and (best is None or (people, length, best[2]) > (best[0], best[1], starts_at)):
                best = (people, length, starts_at)
    if best is None:
        return None
    people, length, starts_at = best
    ends_at = starts_at + length
    inside = tuple(zone for zone, (begin, end) in there.items() if begin <= starts_at and ends_at <= end)
    return SharedWindow(starts_at, ends_at, inside, tuple(zone for zone in there if zone not in inside), people)


def _is_humane(starts_at: datetime, ends_at: datetime, zone: str, window: Window) -> bool:
    begin, end = humane_hours(starts_at.astimezone(ZoneInfo(zone)).date(), zone, window)
    return begin <= starts_at and ends_at <= end


def outside_hours(
    starts_at: datetime, ends_at: datetime, zones: Iterable[str], window: Window = HUMANE
) -> tuple[str, ...]:
    """The zones in which something of it lies outside the humane hours of the day it begins on there."""
    return tuple(zone for zone in zones if not _is_humane(starts_at, ends_at, zone, window))


def _shift(first: datetime, last: datetime, into: SharedWindow) -> timedelta:
    """The smallest shift, in half hours where that fits, after which first to last lies within the window."""
    if first < into.starts_at:
        exact, limit = into.starts_at - first, into.ends_at - last
        steps = -(-exact // _STEP) * _STEP
        return steps if steps <= limit else exact
    if last > into.ends_at:
        exact, limit = last - into.ends_at, first - into.starts_at
        steps = -(-exact // _STEP) * _STEP
        return -(steps if steps <= limit else exact)
    return timedelta(0)


def propose_hours(
    sessions: Sequence[TimedSession], zones: Mapping[str, int], window: Window = HUMANE, *, host: str
) -> list[ProposedTime]:
    """Humane times for sessions, in their order.

    Each day is shifted as one: order, sessions beside each other and breaks stay, nothing is shortened. A day is moved
    only when that gives more people humane hours from its first session to its last; else it stays, and ``outside``
    says where its sessions lie too early or too late.

    :param zones: how many people sit in each zone; where nobody sits is left out.
    :param host: the zone by which the sessions' days are counted.
    """
    there = {zone: people for zone, people in zones.items() if people > 0}
    place = ZoneInfo(host)
    # in UTC: moments of one zone are subtracted as its clocks show them, which is wrong where they change
    sessions = [TimedSession(one.key, one.starts_at.astimezone(UTC), one.ends_at.astimezone(UTC)) for one in sessions]
    days: dict[date, list[TimedSession]] = defaultdict(list)
    for session in sessions:
        days[session.starts_at.astimezone(place).date()].append(session)
    shifts: dict[date, timedelta] = {}
    for day, found in days.items():
        first, last = min(one.starts_at for one in found), max(one.ends_at for one in found)
        shared = shared_window(day, there, window, at_least=last - first)
        outside = outside_hours(first, last, there, window)
        well = sum(people for zone, people in there.items() if zone not in outside)
        shifts[day] = _shift(first, last, shared) if shared is not None and shared.people > well else timedelta(0)
    proposed = []
    for session in sessions:
        day = session.starts_at.astimezone(place).date()
        starts_at, ends_at = session.starts_at + shifts[day], session.ends_at + shifts[day]
        outside = outside_hours(starts_at, ends_at, there, window)
        proposed.append(ProposedTime(session.key, session.starts_at, starts_at, ends_at, outside))
    return proposed


@dataclass(frozen=True)
class HourCell:
    """An hour of the host on another clock: «16» or «16:30»; ``days`` −1 or 1 when it is another day there."""

    clock: str
    kind: HourKind
    days: int = 0


@dataclass(frozen=True)
class ZoneRow:
    """One clock of those present: the zones that show it, the one of most people first; ``minutes`` from the host."""

    zones: tuple[str, ...]
    people: int
    minutes: int
    cells: tuple[HourCell, ...]

    @property
    def kinds(self) -> Mapping[HourKind, int]:
        """How many of the hours are what."""
        return Counter(cell.kind for cell in self.cells)


@dataclass(frozen=True)
class HoursStrip:
    """The hours of a day on every clock. ``hours`` are those of the host, from the first session's to the last's."""

    day: date
    host: str
    hours: tuple[str, ...]
    rows: tuple[ZoneRow, ...]


def kind_of_hour(clock: time, window: Window = HUMANE) -> HourKind:
    """What the hour that begins then is."""
    if window.earliest <= clock < window.latest:
        return HourKind.GOOD
    if clock >= NIGHT_BEGINS or clock < NIGHT_ENDS:
        return HourKind.NIGHT
    return HourKind.EARLY if clock < window.earliest else HourKind.LATE


def _on_clock(local: datetime) -> str:
    return f"{local:%-H}" if local.minute == 0 else f"{local:%-H:%M}"


def _cell(moment: datetime, zone: str, day: date, window: Window) -> HourCell:
    local = moment.astimezone(ZoneInfo(zone))
    return HourCell(_on_clock(local), kind_of_hour(local.time(), window), (local.date() - day).days)


def _distance(moment: datetime, zone: str, host: str) -> int:
    offsets = [moment.astimezone(ZoneInfo(name)).utcoffset() or timedelta(0) for name in (zone, host)]
    return (offsets[0] - offsets[1]) // timedelta(minutes=1)


def hours_strip(
    day: date, sessions: Sequence[TimedSession], zones: Mapping[str, int], *, host: str, window: Window = HUMANE
) -> HoursStrip | None:
    """The strip of a day; None without sessions. Clocks that show the same hours all day share a row.

    The rows stand from west to east; the host's is among them, with or without people.
    """
    if not sessions:
        return None
    place = ZoneInfo(host)
    moment = min(one.starts_at for one in sessions).astimezone(place).replace(minute=0, second=0, microsecond=0)
    moment, last = moment.astimezone(UTC), max(one.ends_at for one in sessions).astimezone(UTC)
    moments: list[datetime] = []
    while moment < last and len(moments) < 48:
        moments.append(moment)
        moment += _HOUR
    rows: dict[tuple[HourCell, ...], ZoneRow] = {}
    there = {host: 0} | {zone: people for zone, people in zones.items() if people > 0}
    for zone, people in sorted(there.items(), key=lambda pair: (pair[0] != host, -pair[1], pair[0])):
        cells = tuple(_cell(one, zone, day, window) for one in moments)
        known = rows.get(cells)
        if known is None:
            rows[cells] = ZoneRow((zone,), people, _distance(moments[0], zone, host), cells)
        else:
            rows[cells] = replace(known, zones=(*known.zones, zone), people=known.people + people)
    hours = tuple(_on_clock(one.astimezone(place)) for one in moments)
    return HoursStrip(day, host, hours, tuple(sorted(rows.values(), key=lambda row: row.minutes)))


def hours_strips(
    sessions: Iterable[TimedSession], zones: Mapping[str, int], *, host: str, window: Window = HUMANE
) -> list[HoursStrip]:
    """The strips of all days with sessions, in order."""
    days: dict[date, list[TimedSession]] = defaultdict(list)
    for session in sessions:
        days[session.starts_at.astimezone(ZoneInfo(host)).date()].append(session)
    strips = (hours_strip(day, days[day], zones, host=host, window=window) for day in sorted(days))
    return [strip for strip in strips if strip is not None]
