"""Who of those who wait gets a place that is free: decided for both lines at once, without the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.conferences.rules import Attendance

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class InLine:
    """Somebody who waits for a place of this ``way``; who ``keeps`` one of the other way meanwhile leaves it behind."""

    id: int
    way: Attendance
    role: str
    keeps: bool = False


@dataclass
class Room:
    """What is left of one way: places (None: no limit), and of roles that have a limit of their own. Below 0 where more
    have one than should."""

    left: int | None
    by_role: dict[str, int] = field(default_factory=dict)

    def has_one_for(self, role: str) -> bool:
        """Whether somebody of this role may have a place."""
        return (self.left is None or self.left > 0) and self.by_role.get(role, 1) > 0

    def take(self, role: str, places: int = 1) -> None:
        """One place less; or one more, with -1."""
        if self.left is not None:
            self.left -= places
        if role in self.by_role:
            self.by_role[role] -= places


def by_line(waitlisted_at: datetime | None, number: int) -> tuple[datetime, int]:
    """The order of a line."""
    return waitlisted_at or _LAST, number


def given(line: Iterable[InLine], rooms: Mapping[Attendance, Room], *, offers: bool) -> list[InLine]:
    """Who gets a place, until nobody is left who could have one.

    Each place goes to the first who waits for it and whose role has one left. Who leaves one of the other way behind
    makes room there. The first of both lines change places, when each has the one the other waits for and roles have no
    limits.

    :param line: those who wait and to whom none is offered, in order.
    :param offers: a place is offered first: nobody leaves another one for it yet.
    """
    everybody = list(line)
    waiting = {way: [one for one in everybody if one.way is way] for way in rooms}
    found: list[InLine] = []
    while now := _round(waiting, rooms, offers=offers) or ([] if offers else _exchange(waiting, rooms)):
        found += now
    return found


def _round(
    waiting: Mapping[Attendance, list[InLine]], rooms: Mapping[Attendance, Room], *, offers: bool
) -> list[InLine]:  # fmt: skip
    got = []
    for way, room in rooms.items():
        for one in waiting[way]:
            if room.left is not None and room.left <= 0:
                break
            if not room.has_one_for(one.role):
                continue
            room.take(one.role)
            if one.keeps and not offers:
                _other(rooms, way).take(one.role, -1)
            got.append(one)
    done = {one.id for one in got}
    for line in waiting.values():
        line[:] = [one for one in line if one.id not in done]
    return got


def _exchange(waiting: Mapping[Attendance, list[InLine]], rooms: Mapping[Attendance, Room]) -> list[InLine]:
    if any(room.by_role for room in rooms.values()) or not all(waiting.values()):
        return []
    pair = [line[0] for line in waiting.values()]
    if not all(one.keeps for one in pair):
        return []
    for one in pair:
        waiting[one.way].remove(one)
    return pair


def _other(rooms: Mapping[Attendance, Room], way: Attendance) -> Room:
    return next(room for one, room in rooms.items() if one is not way)
