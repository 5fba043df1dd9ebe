"""The plan of a town, made of nothing but where its houses stand: where numbers go, which ways are drawn, the scale.

North is up. Numbers never cover each other: where houses stand close, their numbers step aside and a line leads back.
What lies far outside stands at the edge with its distance, so that the town does not shrink to a dot.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.conferences.spots import Spot, in_metres

Point = tuple[float, float]
Pair = tuple[int, int]

_FAR = 3.5  # so many times as far from the middle as the next one: outside of the plan
_LEAST = 250.0  # metres: closer no plan looks
_SPARE = 0.35  # of a sign's radius, between two signs
_TURNS = 24


@dataclass(frozen=True)
class Marker:
    """A house: its place in the order, the point where it stands, and the middle of its number.

    ``metres`` None: it stands on the plan; else it lies so far from the middle, in the direction of its place.
    """

    index: int
    at: Point
    sign: Point
    metres: float | None = None

    @property
    def aside(self) -> bool:
        """Whether a line has to lead from the number to the house."""
        return self.metres is None and math.dist(self.at, self.sign) > 1e-6


@dataclass(frozen=True)
class Way:
    """A way between two houses; ``label`` is the middle of its minutes, None where there is no room for them."""

    pair: Pair
    start: Point
    end: Point
    minutes: int | None
    by_bus: bool
    label: Point | None


@dataclass(frozen=True)
class TownPlan:
    """All in units of the drawing. ``radius`` of a sign; the bar is ``bar`` long and tells ``bar_metres``."""

    width: float
    height: float
    foot: float  # height of the strip below, which has the bar
    radius: float
    markers: tuple[Marker, ...]
    ways: tuple[Way, ...]
    bar: float
    bar_metres: int


def bar_length(metres: float) -> int:
    """The roundest length that is no longer: 1, 2 or 5 of a power of ten, at least 1 metre."""
    power = 10 ** math.floor(math.log10(max(1.0, metres)))
    return int(max(step * power for step in (1, 2, 5) if step * power <= max(1.0, metres)))


def outside(points: Sequence[Point]) -> set[int]:
    """Which of the points lie so far from all others that a plan of the others is better without them."""
    inside = list(range(len(points)))
    gone: set[int] = set()
    while len(inside) > 2:
        middle = (_median([points[one][0] for one in inside]), _median([points[one][1] for one in inside]))
        ordered = sorted(inside, key=lambda one: math.dist(points[one], middle))
        if math.dist(points[ordered[-1]], middle) <= _FAR * max(math.dist(points[ordered[-2]], middle), _LEAST):
            break
        gone.add(ordered[-1])
        inside.remove(ordered[-1])
    return gone


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def place_signs(points: Sequence[Point], *, radius: float, size: Point, taken: Sequence[Point] = ()) -> list[Point]:
    """The middle of a sign for each point: as close as can be, inside of the size, and none covers another.

    :param taken: middles of signs that are placed already.
    :raises ValueError: when there is no room for so many.
    """
    apart = radius * (2 + _SPARE)
    placed = list(taken)
    for number, point in enumerate(points):
        others = [*points[:number], *points[number + 1 :]]
        place = _nearest_free(point, others, placed, radius, apart, size)
        if place is None:
            raise ValueError("no room")
        placed.append(place)
    return placed[len(taken) :]


def _nearest_free(point: Point, others: Sequence[Point], placed: Sequence[Point], radius: float, apart: float,
                  size: Point) -> Point | None:  # fmt: skip
    if _is_free(point, placed, radius, apart, size):
        return point
    step = radius * 0.3
    for ring in range(1, math.ceil(math.hypot(*size) / step) + 1):
        free = [
            there
            for turn in range(_TURNS)
            for angle in [2 * math.pi * turn / _TURNS]
            for there in [(point[0] + ring * step * math.cos(angle), point[1] + ring * step * math.sin(angle))]
            if _is_free(there, placed, radius, apart, size)
        ]
        if free:  # of those as close, the one that leaves most room for the others
            return max(free, key=lambda there: min((math.dist(there, one) for one in [*others, *placed]), default=0.0))
    return None


def _is_free(there: Point, placed: Sequence[Point], radius: float, apart: float, size: Point) -> bool:
    inside = radius <= there[0] <= size[0] - radius and radius <= there[1] <= size[1] - radius
    return inside and all(math.dist(there, one) >= apart for one in placed)


def town_plan(
    spots: Sequence[Spot | None], minutes: Mapping[Pair, int], buses: frozenset[Pair] = frozenset(), *,
    width: float = 124.0, radius: float = 2.7, highest: float = 0.72,
) -> TownPlan | None:  # fmt: skip
    """The plan of the houses whose place is known; None when that is fewer than two.

    :param minutes: from house to house, by their places in the order, the lower first; so are ``buses``.
    :param highest: height of the plan at most, as a share of its width.
    """
    known = [index for index, spot in enumerate(spots) if spot is not None]
    if len(known) < 2:
        return None
    metres = in_metres([spot for spot in spots if spot is not None])
    gone = outside(metres)
    inside = [one for one in range(len(known)) if one not in gone]
    edge, foot = 3.2 * radius, 3.6 * radius
    (left, right), (top, bottom) = (_range([metres[one][axis] for one in inside]) for axis in (0, 1))
    room = width - 2 * edge
    scale = min(room / (right - left), (width * highest - 2 * edge) / (bottom - top))
    height = max(2 * edge + (bottom - top) * scale, width * 0.3)
    middle = ((left + right) / 2, (top + bottom) / 2)

    def on_plan(point: Point) -> Point:
        return (width / 2 + (point[0] - middle[0]) * scale, height / 2 + (point[1] - middle[1]) * scale)

    points = [on_plan(metres[one]) for one in inside]
    while True:
        try:
            edges = [_at_the_edge(on_plan(metres[one]), radius, (width, height)) for one in sorted(gone)]
            far = place_signs(edges, radius=radius, size=(width, height))
            words = [(x, y + 1.75 * radius * (1 if y < height / 2 else -1)) for x, y in far]  # how far, told beside
            signs = place_signs(points, radius=radius, size=(width, height), taken=[*far, *words])
            break
        except ValueError:  # more houses than such a plan holds: smaller numbers
            radius *= 0.85
    markers = [Marker(known[one], at, sign) for one, at, sign in zip(inside, points, signs, strict=True)]
    markers += [
        Marker(known[one], sign, sign, math.dist(metres[one], middle))
        for one, sign in zip(sorted(gone), far, strict=True)
    ]
    markers.sort(key=lambda one: one.index)
    bar_metres = bar_length(width * 0.3 / scale)
    return TownPlan(
        width, height, foot, radius, tuple(markers), tuple(_ways(markers, minutes, buses, radius)),
        bar_metres * scale, bar_metres,
    )  # fmt: skip


def _range(values: Sequence[float]) -> Point:
    low, high = min(values), max(values)
    spare = max(0.0, (_LEAST - (high - low)) / 2)
    return low - spare, high + spare


def _at_the_edge(point: Point, radius: float, size: Point) -> Point:
    """Where the way from the middle of the plan to a point outside meets its edge."""
    middle = (size[0] / 2, size[1] / 2)
    across, down = point[0] - middle[0], point[1] - middle[1]
    free = (middle[0] - 1.6 * radius, middle[1] - 1.6 * radius)
    share = min(free[0] / abs(across) if across else math.inf, free[1] / abs(down) if down else math.inf, 1.0)
    return middle[0] + across * share, middle[1] + down * share


def _ways(markers: Sequence[Marker], minutes: Mapping[Pair, int], buses: frozenset[Pair], radius: float) -> list[Way]:
    """The ways that are drawn: those of buses, and of the others those between neighbours; a table tells the rest."""
    found = []
    for place, one in enumerate(markers):
        for other in markers[place + 1 :]:
            pair = (one.index, other.index)
            apart = math.dist(one.at, other.at)
            near = one.metres is None and other.metres is None and _neighbours(one, other, markers)
            if apart > 2.5 * radius and (pair in buses or (pair in minutes and near)):
                found.append(Way(pair, one.at, other.at, minutes.get(pair), pair in buses, None))
    return _labelled(found, [marker.sign for marker in markers], radius)


def _neighbours(one: Marker, other: Marker, markers: Sequence[Marker]) -> bool:
    """Whether no third house is nearer to both of them than they are to each other."""
    apart = math.dist(one.at, other.at)
    return not any(
        max(math.dist(third.at, one.at), math.dist(third.at, other.at)) < apart
        for third in markers
        if third is not one and third is not other and third.metres is None
    )


def _labelled(ways: Sequence[Way], signs: Sequence[Point], radius: float) -> list[Way]:
    taken: list[Point] = list(signs)
    found = []
    for way in ways:
        label = None
        if way.minutes is not None:
            middles = (
                (way.start[0] + (way.end[0] - way.start[0]) * share, way.start[1] + (way.end[1] - way.start[1]) * share)
                for share in (0.5, 0.42, 0.58, 0.34, 0.66)
            )
            label = next((one for one in middles if all(math.dist(one, sign) > 2.1 * radius for sign in taken)), None)
        if label is not None:
            taken.append(label)
        found.append(replace(way, label=label))
    return found
