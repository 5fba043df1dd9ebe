"""Days and hours of a session in the conference's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.errors import Refusal

LONGEST_NIGHT = timedelta(hours=12)
FIRST_YEAR, LAST_YEAR = 1900, 2199  # what lies outside is a slip of the pen, and years beyond have no moments in UTC
Moment = TypeVar("Moment", datetime, time)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")


def require_likely(day: date, *, field: str) -> None:
    """A day on which a conference can be held.

    :raises Refusal: when its year is none of these times.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refusal(
            _l("The year %(year)s cannot be right; it must lie between %(first)s and %(last)s.", year=day.year,
               first=FIRST_YEAR, last=LAST_YEAR),
            field=field,
        )  # fmt: skip


def read_day(text: str, *, field: str) -> date | None:
    """``2017-06-28``; None for nothing.

    :raises Refusal: for anything else.
    """
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError as reason:
        raise Refusal(_l("“%(value)s” is no day; write it as 2021-06-28.", value=text[:40]), field=field) from reason
    require_likely(day, field=field)
    return day


def read_clock(text: str, *, field: str) -> time | None:
    """``9:00`` or ``09:00``; ``24:00`` is midnight; None for nothing.

    :raises Refusal: for anything else.
    """
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found is not None:
        hour, minute = int(found[1]), int(found[2])
        if (hour, minute) == (24, 0):
            return time(0, 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Refusal(_l("“%(value)s” is no hour; write it as 09:30.", value=text[:40]), field=field)


def moment(day: date, clock: time, zone: ZoneInfo, *, field: str) -> datetime:
    """The moment of an hour of the clock; when the clocks are put back and it comes twice, the earlier one unless the
    clock says otherwise (its ``fold``).

    :raises Refusal: when the clocks are put forward over it, or the year is none of these times.
    """
    require_likely(day, field=field)
    local = datetime.combine(day, clock, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refusal(_l("That hour does not exist: the clocks are put forward in that night."), field=field)
    return moment


def comes_twice(day: date | None, clock: time, zone: str) -> bool:
    """Whether the clocks are put back over that hour, so that it comes twice; the earlier one is taken."""
    if day is None:
        return False
    local = datetime.combine(day, clock.replace(fold=0), tzinfo=ZoneInfo(zone))
    exists = local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
    return exists and local.utcoffset() != local.replace(fold=1).utcoffset()


def offset_of(local: datetime) -> str:
    """``+01:00``: how far the clock is from UTC then."""
    return f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:5]


def at_offset(
    day: date | None, clock: time | None, offset: str, zone: str, *, field: str, days: int = 1
) -> time | None:  # fmt: skip
    """The hour of the clock at an offset from UTC, which tells apart the two of a night that shows it twice.

    :param days: on how many days it may be; an end may be of the next one.
    :raises Refusal: when the clocks of the zone do not stand at that offset then.
    """
    if not offset or day is None or clock is None:
        return clock
    place = ZoneInfo(zone)
    known: dict[str, time] = {}
    for number in range(days):
        for fold in (0, 1):
            local = datetime.combine(day + timedelta(days=number), clock.replace(fold=fold), tzinfo=place)
            known.setdefault(offset_of(local), clock.replace(fold=fold))
    if offset not in known:
        raise Refusal(
            _l("The file says UTC%(offset)s, but %(zone)s is at UTC%(local)s in those days.",
               offset=offset[:10], zone=zone, local=", ".join(sorted(known))),
            field=field,
        )  # fmt: skip
    return known[offset]


def require_after(starts: Moment, ends: Moment, *, field: str = "end") -> None:
    """An end comes after its beginning.

    :raises Refusal: saying whether it is the same or before.
    """
    if ends == starts:
        raise Refusal(_l("It would end when it begins."), field=field)
    if ends < starts:
        raise Refusal(_l("The end lies before the beginning."), field=field)


def require_length(starts_at: datetime | None, ends_at: datetime | None, zone: str) -> None:
    """A session ends on its day, or within twelve hours: files and forms could not say it otherwise.

    :raises Refusal: when it does not, or ends before it begins.
    """
    if starts_at is None or ends_at is None:
        return
    require_after(starts_at, ends_at)
    place = ZoneInfo(zone)
    same_day = starts_at.astimezone(place).date() == ends_at.astimezone(place).date()
    if not same_day and ends_at - starts_at > LONGEST_NIGHT:
        raise Refusal(_l("Over midnight a session lasts at most twelve hours."), field="end")


def moments(
    day: date | None,
    start: time | None,
    end: time | None,
    zone: str,
    *,
    start_field: str = "start",
    end_field: str = "end",
    day_field: str = "date",
    end_said: bool = False,
    literally: bool = False,
) -> tuple[datetime | None, datetime | None]:
    """The moments of a session in UTC. Of an end that the clock shows twice the first one after the beginning is taken.

    :param end_said: which of the two is meant is known (the ``fold`` of ``end``).
    :param literally: unless it is, the end must be after the beginning on the clock, too.

    An end before the start belongs to the next day when the session then lasts at most twelve hours (22:30 to
    00:45); else it is a slip.

    :raises Refusal: naming the field at fault.
    """
    if day is not None:
        require_likely(day, field=day_field)
    if start is None and end is None:
        return None, None
    if start is None:
        raise Refusal(_l("There is an end but no beginning."), field=start_field)
    if day is None:
        raise Refusal(_l("There is an hour but no day."), field=day_field)
    place = ZoneInfo(zone)
    begins = moment(day, start, place, field=start_field)
    if end is None:
        return begins, None
    ends = None
    if end.replace(fold=0) > start.replace(fold=0) or comes_twice(day, end, zone):
        ends = moment(day, end, place, field=end_field)
        may_be_later = not end_said and (end.replace(fold=0) > start.replace(fold=0) or not literally)
        if ends <= begins and may_be_later and comes_twice(day, end, zone):
            ends = moment(day, end.replace(fold=1), place, field=end_field)
    if ends is None or (ends <= begins and end <= start):
        ends = moment(day + timedelta(days=1), end, place, field=end_field)
        if ends - begins > LONGEST_NIGHT:
            require_after(start.replace(fold=0), end.replace(fold=0), field=end_field)
    require_after(begins, ends, field=end_field)
    return begins, ends
