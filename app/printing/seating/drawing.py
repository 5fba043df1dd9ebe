"""Tables drawn: where the top and the seats stand, in units of a tenth of the room a person has. No database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import atan2, degrees, pi

from app.printing.seating.rules import Place, Shape, places_of

SEAT = 10.0  # units a person has along the table
_EDGE = 4.0  # from the middle of a seat to the edge of the drawing
_TOP = 9.0  # how deep a table is


@dataclass(frozen=True)
class Box:
    """A rectangle of the table's top; ``round`` ones are circles in it."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class DrawnSeat:
    """A seat: its middle, and which way its name is written beside it (``up``, ``down``, ``left``, ``right``).

    ``angle`` is that way exactly, in degrees from the right, clockwise.
    """

    place: int
    x: float
    y: float
    out: str
    angle: float


@dataclass(frozen=True)
class Drawing:
    """A table from above."""

    width: float
    height: float
    tops: tuple[Box, ...]
    round: bool
    seats: tuple[DrawnSeat, ...]


def _out(looks: tuple[float, float]) -> str:
    """Away from the table."""
    across, along = -looks[0], -looks[1]
    if abs(across) >= abs(along) - 1e-9:
        return "right" if across > 0 else "left"
    return "down" if along > 0 else "up"


def _angle(looks: tuple[float, float]) -> float:
    return round(degrees(atan2(-looks[1], -looks[0])), 2)


@lru_cache(maxsize=256)
def draw(shape: Shape, seats: int, *, second_host: bool = False) -> Drawing:
    """The table of a shape with its seats; the seat across from the host where a second host sits."""
    places = places_of(shape, seats, second_host=second_host)
    if shape is Shape.ROUND:
        radius = max(seats * SEAT / (2 * pi), 12.0)
        size = 2 * (radius + _EDGE)
        top = radius - 6
        return _of(size, size, [Box(size / 2 - top, size / 2 - top, 2 * top, 2 * top)],
                   [(one.x * 2 * radius + _EDGE, one.y * 2 * radius + _EDGE) for one in places],
                   places, shape)  # fmt: skip
    first = [one for one in places if one.looks[1] > 0]
    wide = (len(first) + 1) * SEAT
    if shape is Shape.ROW:
        return _of(wide, 18, [Box(2, 9, wide - 4, _TOP - 1)], [(one.x * wide, _EDGE) for one in places], places, shape)
    if shape is Shape.LONG:
        middles = [(one.x * wide, _EDGE if one.row == 0 else 26.0 - _EDGE) for one in places]
        return _of(wide, 26, [Box(2, 9, wide - 4, 8)], middles, places, shape)
    rest = [one for one in places if one.looks[0]]
    side = max(sum(one.looks[0] > 0 for one in rest), sum(one.looks[0] < 0 for one in rest))
    long = side * SEAT
    faced = any(one.looks[1] < 0 for one in places)  # by the second host
    if shape is Shape.U_SHAPE:
        wide = max(wide, 5 * SEAT) + 2 * SEAT
        inner = wide - 2 * SEAT
        tops = [Box(9, 9, wide - 18, _TOP)]
        if long:
            tops += [Box(9, 9, _TOP, _TOP + long), Box(wide - 9 - _TOP, 9, _TOP, _TOP + long)]
        middles = [
            (SEAT + one.x * inner, _EDGE if one.looks[1] > 0 else 9 + _TOP + 5) if one.looks[1] else
            (_EDGE if one.looks[0] > 0 else wide - _EDGE, 14.0 + one.y * long)
            for one in places
        ]  # fmt: skip
    else:
        wide = max(wide, 4 * SEAT)
        tops = [Box(2, 9, wide - 4, _TOP)]
        if long:
            tops.append(Box(wide / 2 - 4.5, 9 + _TOP, 9, long))
        middles = [
            (one.x * wide, _EDGE if one.looks[1] > 0 else 23 + long) if one.looks[1] else
            (wide / 2 - 9.5 if one.looks[0] > 0 else wide / 2 + 9.5, 13.0 + one.y * long)
            for one in places
        ]  # fmt: skip
    foot = 8 if faced and (shape is Shape.T_SHAPE or not long) else 0
    return _of(wide, 20 + long + foot, tops, middles, places, shape)


def _of(
    width: float, height: float, tops: list[Box], middles: list[tuple[float, float]], places: tuple[Place, ...],
    shape: Shape,
) -> Drawing:  # fmt: skip
    drawn = tuple(
        DrawnSeat(place.number, round(x, 2), round(y, 2), _out(place.looks), _angle(place.looks))
        for place, (x, y) in zip(places, middles, strict=True)
    )
    return Drawing(round(width, 2), round(height, 2), tuple(tops), shape is Shape.ROUND, drawn)
