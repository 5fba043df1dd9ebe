"""The plan of a town, made of nothing but where its houses stand: where numbers go, which ways are drawn, the scale.

North is up. Numbers never cover each other: where houses stand close, their numbers step aside and a line leads back.
What lies far outside stands at the edge with its distance, so that the town does not shrink to a dot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.conferences.spots import Spot, in_metres

Point = tuple[float, float]
Pair = tuple[int, int]
Box = tuple[float, float, float, float]  # left, top, right, bottom

_FAR = 4.0  # so many times as far from the middle as half of the houses are: outside of the plan,
_GAIN = 1.6  # if it lies so many times as far as those that stay
_LEAST = 250.0  # metres: closer no plan looks
_SPARE = 0.35  # of a sign's radius, between two signs
_TURNS = 24
_NOTE = 7.0  # of a sign's radius: the width of a distance in two languages


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
    """Which of the points lie so far from most of the others that a plan of those is better without them."""
    inside = list(range(len(points)))
    gone: set[int] = set()
    while len(inside) > 2:
        middle = (_median([points[one][0] for one in inside]), _median([points[one][1] for one in inside]))
        far = {one: math.dist(points[one], middle) for one in inside}
        limit = _FAR * max(_median(list(far.values())), _LEAST)
        beyond = {one for one in inside if far[one] > limit}
        widest = max((far[one] for one in inside if one not in beyond), default=0.0)
        beyond = {one for one in beyond if far[one] > _GAIN * max(widest, _LEAST)}
        if not beyond or len(inside) - len(beyond) < 2:
            break
        gone |= beyond
        inside = [one for one in inside if one not in beyond]
    return gone


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def place_signs(
    points: Sequence[Point], *, radius: float, size: Point, taken: Sequence[Point] = (), boxes: Sequence[Box] = ()
) -> list[Point]:
    """The middle of a sign for each point: as close as can be, inside of the size, and none covers another.

    :param taken: middles of signs that are placed already; ``boxes``: where words stand.
    :raises ValueError: when there is no room for so many.
    """
    placed = list(taken)
    for number, point in enumerate(points):
        others = [*points[:number], *points[number + 1 :]]
        place = _nearest_free(point, others, placed, radius, size, lambda there: _clear(there, radius, boxes))
        if place is None:
            raise ValueError("no room")
        placed.append(place)
    return placed[len(taken) :]


def _nearest_free(point: Point, others: Sequence[Point], placed: Sequence[Point], radius: float, size: Point,
                  allowed: Callable[[Point], bool]) -> Point | None:  # fmt: skip
    def is_free(there: Point) -> bool:
        return _is_free(there, placed, radius, size) and allowed(there)

    if is_free(point):
        return point
    step = radius * 0.3
    for ring in range(1, math.ceil(math.hypot(*size) / step) + 1):
        free = [
            there
            for turn in range(_TURNS)
            for angle in [2 * math.pi * turn / _TURNS]
            for there in [(point[0] + ring * step * math.cos(angle), point[1] + ring * step * math.sin(angle))]
            if is_free(there)
        ]
        if free:  # of those as close, the one that leaves most room for the others
            return max(free, key=lambda there: min((math.dist(there, one) for one in [*others, *placed]), default=0.0))
    return None


def _is_free(there: Point, placed: Sequence[Point], radius: float, size: Point) -> bool:
    inside = radius <= there[0] <= size[0] - radius and radius <= there[1] <= size[1] - radius
    return inside and all(math.dist(there, one) >= radius * (2 + _SPARE) for one in placed)


def _clear(there: Point, radius: float, boxes: Sequence[Box]) -> bool:
    """Whether a sign there touches none of the boxes."""
    return all(
        math.dist(there, (min(max(there[0], left), right), min(max(there[1], top), bottom))) >= radius
        for left, top, right, bottom in boxes
    )


def meet(one: Box, other: Box) -> bool:
    """Whether the boxes share some place."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def note_at(sign: Point, radius: float, size: Point) -> tuple[Point, str]:
    """Where the distance of a house at the edge is written: its point on the line of the letters, and the anchor."""
    x, y = sign
    anchor = "start" if x < size[0] / 4 else "end" if x > size[0] * 3 / 4 else "middle"
    return ({"start": x - radius, "end": x + radius, "middle": x}[anchor],
            y + radius * (2.1 if y < size[1] / 2 else -1.35)), anchor  # fmt: skip


def note_box(sign: Point, radius: float, size: Point) -> Box:
    """The room the distance takes."""
    (x, y), anchor = note_at(sign, radius, size)
    left = {"start": x, "end": x - _NOTE * radius, "middle": x - _NOTE * radius / 2}[anchor]
    return left, y - 0.9 * radius, left + _NOTE * radius, y + 0.3 * radius


def _place_far(edges: Sequence[Point], radius: float, size: Point, points: Sequence[Point]) -> list[Point]:
    """Signs at the edge, each with the words beside it; clear of the ``points`` of the plan where that can be.

    :raises ValueError: when there is no room for so many.
    """
    placed: list[Point] = []
    boxes: list[Box] = []
    for point in edges:

        def allowed(there: Point, boxes: Sequence[Box] = tuple(boxes), placed: Sequence[Point] = tuple(placed)) -> bool:
            box = note_box(there, radius, size)
            return (
                _clear(there, radius, boxes)
                and not any(meet(box, other) for other in boxes)
                and all(_clear(other, radius, [box]) for other in placed)
            )

        def well(there: Point) -> bool:
            words = [note_box(there, radius, size)]
            return allowed(there) and all(
                _clear(one, radius, words) and math.dist(one, there) > (2 + _SPARE) * radius for one in points
            )

        place = _nearest_free(point, edges, placed, radius, size, well)
        place = place or _nearest_free(point, edges, placed, radius, size, allowed)
        if place is None:
            raise ValueError("no room")
        placed.append(place)
        boxes.append(note_box(place, radius, size))
    return placed


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
            far = _place_far(edges, radius, (width, height), points)
            notes = [note_box(sign, radius, (width, height)) for sign in far]  # how far, told beside
            signs = place_signs(points, radius=radius, size=(width, height), taken=far, boxes=notes)
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
    ways = _ways(markers, minutes, buses, radius, (width, height), notes)
    return TownPlan(
        width, height, foot, radius, tuple(markers), tuple(ways), bar_metres * scale, bar_metres,
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


def _ways(markers: Sequence[Marker], minutes: Mapping[Pair, int], buses: frozenset[Pair], radius: float, size: Point,
          notes: Sequence[Box]) -> list[Way]:  # fmt: skip
    """The ways that are drawn: those of buses, and of the others those between neighbours and the shortest to each
    house at the edge; a table tells the rest."""
    found = []
    shortest = {_shortest(one, markers, minutes, buses) for one in markers if one.metres is not None}
    for place, one in enumerate(markers):
        for other in markers[place + 1 :]:
            pair = (one.index, other.index)
            near = one.metres is None and other.metres is None and _neighbours(one, other, markers)
            wanted = pair in buses or (pair in minutes and (near or pair in shortest))
            if wanted and math.dist(one.at, other.at) > 2.5 * radius:
                found.append(Way(pair, one.at, other.at, minutes.get(pair), pair in buses, None))
    return _labelled(found, [marker.sign for marker in markers], radius, size, notes)


def _shortest(far: Marker, markers: Sequence[Marker], minutes: Mapping[Pair, int], buses: frozenset[Pair]
              ) -> Pair | None:  # fmt: skip
    """The way of fewest minutes from a house of the plan to one at its edge, where no bus leads there."""
    pairs = [(min(far.index, one.index), max(far.index, one.index)) for one in markers if one.metres is None]
    known = [pair for pair in pairs if pair in minutes]
    return min(known, key=minutes.__getitem__) if known and not any(pair in buses for pair in pairs) else None


def _neighbours(one: Marker, other: Marker, markers: Sequence[Marker]) -> bool:
    """Whether no third house is nearer to both of them than they are to each other."""
    apart = math.dist(one.at, other.at)
    return not any(
        max(math.dist(third.at, one.at), math.dist(third.at, other.at)) < apart
        for third in markers
        if third is not one and third is not other and third.metres is None
    )


def pill(way: Way, radius: float) -> Box:
    """The room the minutes of a way take."""
    x, y = way.label or way.start
    wide, high = radius * (1.1 + 0.5 * len(str(way.minutes))), radius * 1.3
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _labelled(ways: Sequence[Way], signs: Sequence[Point], radius: float, size: Point, notes: Sequence[Box]
              ) -> list[Way]:  # fmt: skip
    """The ways with their minutes on them or close beside; a way on foot that has no room for them is not drawn."""
    taken = list(notes)
    found = []
    for way in sorted(ways, key=lambda way: math.dist(way.start, way.end)):  # short ones have less choice
        if way.minutes is None:
            found.append(way)
            continue
        told = next((there for there in _beside(way, radius) if _has_room(there, signs, radius, size, taken)), None)
        if told is not None:
            taken.append(pill(told, radius))
            found.append(told)
        elif way.by_bus:
            found.append(way)
    return sorted(found, key=lambda way: way.pair)


def _beside(way: Way, radius: float) -> Iterator[Way]:
    """The way with its minutes on its middle, then nearer to its ends, then more and more aside."""
    across, down = way.end[0] - way.start[0], way.end[1] - way.start[1]
    length = math.hypot(across, down)
    for aside in (0.0, 1.0, -1.0, 1.5, -1.5, 2.1, -2.1):
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
            off = aside * radius / length
            x, y = way.start[0] + across * share - down * off, way.start[1] + down * share + across * off
            yield replace(way, label=(x, y))


def _has_room(way: Way, signs: Sequence[Point], radius: float, size: Point, taken: Sequence[Box]) -> bool:
    box = pill(way, radius)
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]
    free = not any(meet(box, other) for other in taken)
    return inside and free and all(_clear(sign, radius * 1.05, [box]) for sign in signs)
