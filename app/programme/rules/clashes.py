"""What a programme should be warned about. Warnings never block; they are all told."""

from __future__ import annotations

import heapq
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.errors import Message

LONGEST_LABEL = 80


@dataclass(frozen=True)
class Planned:
    """What the warnings look at in one session.

    ``label`` names it in the reader's language; ``room`` is the same for the same room, None: no room named.
    """

    code: str
    label: str
    titles: tuple[str, str]  # Russian, German
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None
    room: int | None
    room_name: str
    room_capacity: int | None
    capacity: int | None
    people: tuple[str, ...]
    cancelled: bool


@dataclass(frozen=True)
class Warning_:  # the plain name is Python's
    """One thing to look at; ``kind`` is room, person, days, hours, title or capacity."""

    kind: str
    sessions: tuple[str, ...]
    message: Message


def folded_name(name: str) -> str:
    """A name for comparing: case, ё and е, width and blanks do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("ё", "е").split())


def _overlapping(sessions: list[Planned]) -> Iterable[tuple[Planned, Planned]]:
    """All pairs that share a minute; touching ends is no clash. O(n log n + pairs)."""
    timed = [one for one in sessions if one.starts_at is not None and one.ends_at is not None]
    timed.sort(key=lambda one: (one.starts_at, one.code))
    running: list[tuple[datetime, int, Planned]] = []
    for number, one in enumerate(timed):
        assert one.starts_at is not None  # sifted above
        assert one.ends_at is not None
        while running and running[0][0] <= one.starts_at:
            heapq.heappop(running)
        for _, _, other in sorted(running, key=lambda entry: entry[1]):
            yield other, one
        heapq.heappush(running, (one.ends_at, number, one))


def _name(one: Planned) -> str:
    label = one.label if len(one.label) <= LONGEST_LABEL else one.label[: LONGEST_LABEL - 1].rstrip() + "…"
    return f"{one.code} ({label})" if label else one.code


def _room_clashes(sessions: list[Planned]) -> Iterable[Warning_]:
    by_room: dict[int, list[Planned]] = defaultdict(list)
    for one in sessions:
        if one.room is not None:
            by_room[one.room].append(one)
    for group in by_room.values():
        for first, second in _overlapping(group):
            yield Warning_(
                "room",
                (first.code, second.code),
                _l("%(room)s is taken twice at the same time: %(first)s and %(second)s.",
                   room=first.room_name, first=_name(first), second=_name(second)),
            )  # fmt: skip


def _person_clashes(sessions: list[Planned]) -> Iterable[Warning_]:
    by_person: dict[str, dict[str, tuple[str, Planned]]] = defaultdict(dict)
    for one in sessions:
        for name in one.people:
            by_person[folded_name(name)].setdefault(one.code, (name, one))
    for found in by_person.values():
        name = next(iter(found.values()))[0]
        for first, second in _overlapping([one for _, one in found.values()]):
            yield Warning_(
                "person",
                (first.code, second.code),
                _l("%(person)s is needed twice at the same time: %(first)s and %(second)s.",
                   person=name, first=_name(first), second=_name(second)),
            )  # fmt: skip


def _single(one: Planned, first_day: date, last_day: date, zone: ZoneInfo) -> Iterable[Warning_]:
    code = (one.code,)
    day = one.starts_at.astimezone(zone).date() if one.starts_at is not None else one.day
    if day is not None and not first_day <= day <= last_day:
        yield Warning_("days", code, _l("%(session)s lies outside the days of the conference.", session=_name(one)))
    if one.starts_at is None or one.ends_at is None:
        yield Warning_("hours", code, _l("%(session)s has no complete hours yet.", session=_name(one)))
    if not one.titles[0]:
        yield Warning_("title", code, _l("%(session)s has no Russian title.", session=_name(one)))
    if not one.titles[1]:
        yield Warning_("title", code, _l("%(session)s has no German title.", session=_name(one)))
    if one.capacity is not None and one.room_capacity is not None and one.capacity > one.room_capacity:
        yield Warning_(
            "capacity", code,
            _l("%(session)s is planned for %(places)s people; %(room)s holds %(seats)s.", session=_name(one),
               places=one.capacity, room=one.room_name, seats=one.room_capacity),
        )  # fmt: skip


def warnings(sessions: Iterable[Planned], *, first_day: date, last_day: date, zone: str) -> list[Warning_]:
    """Everything worth a second look: clashes of rooms and people first, then what one session lacks.

    Cancelled sessions are passed over. Two sessions clash when they share time, however little; sharing a room on
    purpose (a signing within a plenary) is told all the same.
    """
    place = ZoneInfo(zone)
    held = [one for one in sessions if not one.cancelled]
    found = [*_room_clashes(held), *_person_clashes(held)]
    for one in held:
        found.extend(_single(one, first_day, last_day, place))
    return found
