"""Sessions with their hours, and which of them share time or follow each other."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.programme.rules.planned import Planned

Span = tuple[datetime, datetime, Planned]


def overlapping(sessions: list[Span]) -> Iterable[tuple[Planned, Planned]]:
    """All pairs that share a minute; touching ends is no clash. O(n log n + pairs)."""
    running: list[tuple[datetime, int, Planned]] = []
    for number, (starts, ends, one) in enumerate(sessions):
        while running and running[0][0] <= starts:
            heapq.heappop(running)
        for _, _, other in sorted(running, key=lambda entry: entry[1]):
            yield other, one
        heapq.heappush(running, (ends, number, one))


def following(sessions: list[Span], reach: timedelta) -> Iterable[tuple[Planned, Planned, timedelta]]:
    """All pairs of which the second begins less than ``reach`` after the first has ended, with the time between."""
    for place, (_, ends, one) in enumerate(sessions):
        for starts, _, other in sessions[place + 1 :]:
            if starts >= ends + reach:
                break
            if starts >= ends:
                yield one, other, starts - ends


def spans_of(sessions: Iterable[Planned]) -> list[Span]:
    """Those whose hours are known, as they follow each other."""
    timed = [
        (one.starts_at, one.ends_at, one)
        for one in sessions
        if one.starts_at is not None and one.ends_at is not None
    ]  # fmt: skip
    timed.sort(key=lambda span: (span[0], span[2].code))
    return timed
