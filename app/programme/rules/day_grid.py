"""Where a session stands in the grid of a day: minutes of the host's clock, and lanes for those that share a room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

DAY = 24 * 60
NIGHT = 6 * 60  # what ends before six is shown to its end on the day it began
SNAP = 5
SHORTEST_SHOWN = 15  # a shorter one is drawn this long, so that it can be read and hit
OPEN_END = 30  # and one whose end is unknown this long
FIRST_HOUR, LAST_HOUR = 8, 20  # shown even when nothing happens


@dataclass(frozen=True)
class Span:
    """Minutes of the host's clock from midnight of the day shown. ``end`` None: not known."""

    start: int
    end: int | None

    @property
    def drawn(self) -> tuple[int, int]:
        """What is taken up on the page."""
        end = self.start + OPEN_END if self.end is None else self.end
        return self.start, max(end, self.start + SHORTEST_SHOWN)


def span(starts_at: datetime, ends_at: datetime | None, day: date, zone: ZoneInfo) -> Span:
    """A session on the clock of ``day``; before midnight is negative, the next morning over 1440."""

    def minutes(moment: datetime) -> int:
        local = moment.astimezone(zone)
        return (local.date() - day).days * DAY + local.hour * 60 + local.minute

    return Span(minutes(starts_at), None if ends_at is None else minutes(ends_at))


def shown_hours(spans: Iterable[Span], *, whole_day: bool = False) -> tuple[int, int]:
    """The first hour shown and the one after the last; up to 30, six in the morning of the next day."""
    first, last = (0, 24) if whole_day else (FIRST_HOUR, LAST_HOUR)
    for one in spans:
        start, end = one.drawn
        if 0 <= start < DAY:
            first = min(first, start // 60)
            last = max(last, -(-end // 60) if end <= DAY + NIGHT else 24)
        elif start < 0 and end > NIGHT:
            first, last = 0, max(last, min(24, -(-end // 60)))
    return first, last


def lanes(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """For every stretch of minutes its lane from the left and how many lanes stand there, so that none covers another.

    Those that follow one another share a lane; touching ends is no overlap.
    """
    found: list[tuple[int, int]] = [(0, 1)] * len(spans)
    group: list[tuple[int, int]] = []  # number, lane
    ends: list[int] = []

    def close() -> None:
        for number, lane in group:
            found[number] = (lane, len(ends))
        group.clear()
        ends.clear()

    reach = None
    for number in sorted(range(len(spans)), key=lambda one: (spans[one][0], -spans[one][1], one)):
        start, end = spans[number]
        if reach is not None and start >= reach:
            close()
            reach = None
        lane = next((lane for lane, until in enumerate(ends) if until <= start), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        group.append((number, lane))
        reach = end if reach is None else max(reach, end)
    close()
    return found
