"""The seats of a table and their order of honour; who is put on them says ``placing``. No database.

The rule (see stil.de on placing guests): the highest guest sits at the host's right, the second at the left, the next
at the right again, outwards. Where somebody sits across from the host, that seat is one of honour as well: the second
host's, or the guest's who would be third. At a U the second host sits at the inner side of the head, facing the host,
at a T at the foot of the stem.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise, zip_longest
from math import cos, pi, sin

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KIND = "seating"
MOST_SEATS = 120
MOST_TABLES = 100


class Shape(StrEnum):
    """How a table stands."""

    ROUND = "round"
    LONG = "long"
    U_SHAPE = "u"
    T_SHAPE = "t"
    ROW = "row"


class SeatOrder(StrEnum):
    """In which order people are put on the seats of honour."""

    RANK = "rank"
    ALTERNATE = "alternate"
    FACING = "facing"


class CompanionRule(StrEnum):
    """Where accompanying persons sit."""

    BESIDE = "beside"
    OPPOSITE = "opposite"
    CROSSED = "crossed"
    SEPARATE = "separate"
    RANK = "rank"


class Guests(StrEnum):
    """Who is to have a seat."""

    EVERYONE = "everyone"
    HEADS = "heads"
    NAMED = "named"


SHAPE_WORDS: Mapping[Shape, LazyString] = {
    Shape.ROUND: _l("round table"),
    Shape.LONG: _l("long table"),
    Shape.U_SHAPE: _l("tables in the shape of a U"),
    Shape.T_SHAPE: _l("tables in the shape of a T"),
    Shape.ROW: _l("one row, facing the hall"),
}
ORDER_WORDS: Mapping[SeatOrder, LazyString] = {
    SeatOrder.RANK: _l("by rank alone"),
    SeatOrder.ALTERNATE: _l("by rank, both sides in turn, the guests’ side first"),
    SeatOrder.FACING: _l("each side along its own side of a long table, by rank from the middle"),
}
COMPANION_WORDS: Mapping[CompanionRule, LazyString] = {
    CompanionRule.BESIDE: _l("beside the person they accompany"),
    CompanionRule.OPPOSITE: _l("across from the person they accompany"),
    CompanionRule.CROSSED: _l("crosswise: beside the partner of another couple, not beside their own"),
    CompanionRule.SEPARATE: _l("at tables of their own, in the order of the persons they accompany"),
    CompanionRule.RANK: _l("by their own rank, like everybody"),
}
GUEST_WORDS: Mapping[Guests, LazyString] = {
    Guests.EVERYONE: _l("everyone on site"),
    Guests.HEADS: _l("ministers, guests of honour, heads and diplomats"),
    Guests.NAMED: _l("the people named below"),
}


@dataclass(frozen=True)
class Place:
    """One seat. ``x`` and ``y`` from 0 to 1 in the drawing of the table, y downwards; ``looks`` is where the person at
    it looks, as a step in the drawing. ``row`` tells which side of a long table it is on (0: the host's).
    """

    number: int
    x: float
    y: float
    looks: tuple[float, float]
    row: int = 0


@dataclass(frozen=True)
class Table:
    """A table as the rule sees it."""

    id: int
    shape: Shape
    seats: int


Seats = Mapping[int, tuple[int, int]]  # by guest: the table and the place


def _middle_of(count: int) -> int:
    """Of a row the seat of the host, counted from its right end: right of it as many sit as left of it, or one more."""
    return count // 2


def outwards(host: int, count: int) -> list[int]:
    """The seats of a row of ``count``, counted from its right end, from the host's outwards: right, left, right …

    >>> outwards(2, 5)
    [2, 1, 3, 0, 4]
    >>> outwards(2, 4)
    [2, 1, 3, 0]
    """
    found = [host]
    for step in range(1, count):
        found += [seat for seat in (host - step, host + step) if 0 <= seat < count]
    return found


def _row(count: int, y: float, looks: tuple[float, float], *, row: int = 0, first: int = 1) -> list[Place]:
    """A row along the drawing. People who look down have their right at the left of the drawing."""
    found = [((number + 1) / (count + 1)) for number in range(count)]
    if looks[1] < 0:
        found.reverse()
    return [Place(first + number, x, y, looks, row) for number, x in enumerate(found)]


FACING_FROM = 4  # seats a U or a T has when a second host can sit across from the first


def _faced(shape: Shape, seats: int, *, second_host: bool) -> bool:
    """Whether the last place of a U or a T is the second host's, across from the first."""
    return second_host and shape in (Shape.U_SHAPE, Shape.T_SHAPE) and seats >= FACING_FROM


def _wings(count: int) -> tuple[int, int, int]:
    """Seats at the head of a U or a T and at its right and left wing."""
    head = max(count - 2 * (count // 3), 1)
    rest = count - head
    return head, (rest + 1) // 2, rest // 2


@lru_cache(maxsize=512)
def places_of(shape: Shape, seats: int, *, second_host: bool = False) -> tuple[Place, ...]:
    """Where the seats of a table are. The host sits at the head, or in the middle of the upper side.

    Round: counted from the host's seat to the right hand. A row: from its right end. Long: the host's side, then the
    other from its own right end. U: from the end of the right wing along the head to that of the left wing. T: the
    head, then the stem, the right side of it first, from the head outwards. With a second host the last seat of a U is
    at the inner side of its head, that of a T at the foot of its stem.
    """
    down, up = (0.0, 1.0), (0.0, -1.0)
    if shape is Shape.ROUND:
        found = []
        for number in range(seats):
            angle = -pi / 2 - 2 * pi * number / seats  # from the top, against the clock: to the host's right
            found.append(Place(number + 1, 0.5 + 0.5 * cos(angle), 0.5 + 0.5 * sin(angle), (-cos(angle), -sin(angle))))
        return tuple(found)
    if shape is Shape.ROW:
        return tuple(_row(seats, 0.5, down))
    if shape is Shape.LONG:
        near = (seats + 1) // 2
        return (*_row(near, 0.0, down), *_row(seats - near, 1.0, up, row=1, first=near + 1))
    faced = _faced(shape, seats, second_host=second_host)
    head, right, left = _wings(seats - faced)
    if shape is Shape.U_SHAPE:
        found = [Place(n + 1, 0.0, (right - n) / max(right, 1), (1.0, 0.0)) for n in range(right)]
        found += _row(head, 0.0, down, first=right + 1)
        found += [Place(right + head + n + 1, 1.0, (n + 1) / max(left, 1), (-1.0, 0.0)) for n in range(left)]
        across = found[right + _middle_of(head)].x
        return (*found, Place(seats, across, 0.5 / (left + 1), up)) if faced else tuple(found)
    found = _row(head, 0.0, down)
    found += [Place(head + n + 1, 0.42, (n + 1) / max(right, 1), (1.0, 0.0)) for n in range(right)]
    found += [Place(head + right + n + 1, 0.58, (n + 1) / max(right, 1), (-1.0, 0.0)) for n in range(left)]
    return (*found, Place(seats, 0.5, 1.0, up)) if faced else tuple(found)


@lru_cache(maxsize=512)
def in_honour(shape: Shape, seats: int, *, second_host: bool = False) -> tuple[int, ...]:
    """The places of a table in order of honour, the host's first; with a second host theirs, across, is the second.

    >>> in_honour(Shape.ROUND, 6)
    (1, 2, 6, 3, 5, 4)
    >>> in_honour(Shape.LONG, 6)
    (2, 1, 3, 5, 4, 6)
    >>> in_honour(Shape.LONG, 6, second_host=True)
    (2, 5, 1, 4, 3, 6)
    """
    if shape is Shape.ROUND:
        order = [1]
        for step in range(1, seats // 2 + 1):
            order += [1 + step, 1 + (seats - step) % seats]
        order = list(dict.fromkeys(order))
        across = 1 + seats // 2
        if second_host and seats > 1:
            return _two_hosts_round(seats, across)
        return tuple(order)
    if shape is Shape.ROW:
        return tuple(seat + 1 for seat in outwards(_middle_of(seats), seats))
    if shape is Shape.LONG:
        return _long(seats, second_host=second_host)
    faced = _faced(shape, seats, second_host=second_host)
    head, right, left = _wings(seats - faced)
    if shape is Shape.U_SHAPE:
        first, *others = (seat + 1 for seat in outwards(right + _middle_of(head), seats - faced))
        return (first, seats, *others) if faced else (first, *others)
    stem_right = [head + n + 1 for n in range(right)]
    stem_left = [head + right + n + 1 for n in range(left)]
    first, *others = (seat + 1 for seat in outwards(_middle_of(head), head))
    if faced:  # who looks up has the left side of the stem at the right hand
        foot = [seat for pair in zip_longest(stem_left[::-1], stem_right[::-1]) for seat in pair if seat is not None]
        return (first, seats, *(seat for pair in zip_longest(others, foot) for seat in pair if seat is not None))
    stem = [seat for pair in zip_longest(stem_right, stem_left) for seat in pair if seat is not None]
    return (first, *others, *stem)


def _two_hosts_round(seats: int, across: int) -> tuple[int, ...]:
    """Both hosts, then the seats beside them in turn: right of the first, right of the second, left, left …"""
    order = [1, across]
    for step in range(1, seats):
        for host, way in ((1, 1), (across, 1), (1, -1), (across, -1)):
            order.append(1 + (host - 1 + way * step) % seats)
    return tuple(dict.fromkeys(order))


def _long(seats: int, *, second_host: bool) -> tuple[int, ...]:
    near, far = (seats + 1) // 2, seats // 2
    host = _middle_of(near)
    if not far:
        return tuple(seat + 1 for seat in outwards(host, near))
    across = min(max(near - 1 - host, 0), far - 1)  # the seat that faces the host, from the other side's right end
    own, other = outwards(host, near), outwards(across, far)
    places = {0: [seat + 1 for seat in own], 1: [near + seat + 1 for seat in other]}
    if second_host:
        order = [places[0][0], places[1][0]]
        for mine, theirs in zip_longest(places[0][1:], places[1][1:]):
            order += [seat for seat in (mine, theirs) if seat is not None]
        return tuple(order)
    # the host's two neighbours, who faces the host, then pair by pair, the host's side first
    order = places[0][:3]
    own_rest, other_rest = places[0][3:], places[1]
    order.append(other_rest[0])
    own_pairs = [own_rest[n : n + 2] for n in range(0, len(own_rest), 2)]
    other_pairs = [other_rest[n : n + 2] for n in range(1, len(other_rest), 2)]
    for mine, theirs in zip_longest(own_pairs, other_pairs):
        order += [*(mine or ()), *(theirs or ())]
    return tuple(order)


@lru_cache(maxsize=512)
def chains_of(shape: Shape, seats: int, *, second_host: bool = False) -> tuple[tuple[int, ...], ...]:
    """The places of a table in rows of neighbours; that of a round table ends where it begins."""
    if shape is Shape.ROUND:
        return ((*range(1, seats + 1), 1),)
    if shape is Shape.LONG:
        near = (seats + 1) // 2
        return tuple(range(1, near + 1)), tuple(range(near + 1, seats + 1))
    if shape is Shape.T_SHAPE:
        faced = _faced(shape, seats, second_host=second_host)
        head, right, _left = _wings(seats - faced)
        stem_right = range(head + 1, head + right + 1)
        stem_left = range(head + right + 1, seats - faced + 1)
        if faced:
            return tuple(range(1, head + 1)), (*stem_right, seats, *reversed(stem_left))
        return tuple(range(1, head + 1)), tuple(stem_right), tuple(stem_left)
    if _faced(shape, seats, second_host=second_host):
        return tuple(range(1, seats)), (seats,)
    return (tuple(range(1, seats + 1)),)


@lru_cache(maxsize=512)
def beside(shape: Shape, seats: int, *, second_host: bool = False) -> Mapping[int, frozenset[int]]:
    """The neighbours of each place.

    >>> sorted(beside(Shape.LONG, 6)[3])
    [2]
    """
    found: dict[int, set[int]] = {number: set() for number in range(1, seats + 1)}
    for chain in chains_of(shape, seats, second_host=second_host):
        for one, other in pairwise(chain):
            if one != other:
                found[one].add(other)
                found[other].add(one)
    return {number: frozenset(others) for number, others in found.items()}


def across(shape: Shape, seats: int, place: int, free: Collection[int], *, second_host: bool = False) -> int | None:
    """The free place that faces somebody's best; None: nobody faces them.

    >>> across(Shape.LONG, 6, 2, {4, 5, 6})
    5
    >>> across(Shape.LONG, 6, 2, {4, 1})
    4
    """
    places = places_of(shape, seats, second_host=second_host)
    own = places[place - 1]
    found = []
    for one in (places[number - 1] for number in free):
        facing = one.looks[0] * own.looks[0] + one.looks[1] * own.looks[1]
        aside = abs((one.x - own.x) * own.looks[1] - (one.y - own.y) * own.looks[0])
        straight = shape in (Shape.U_SHAPE, Shape.T_SHAPE) and own.looks[1] != 0
        if facing < -0.5 and not (straight and aside > 1e-6):  # at a head only one is faced
            found.append((round(aside, 6), one.number))
    return min(found)[1] if found else None
