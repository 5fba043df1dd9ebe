"""The plan of the houses: addresses, rooms, and a drawing of how far they are apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.programme.queries.reading import capacity_words, shown
from app.programme.rules.changes import named

_WIDTH, _HEIGHT = 120.0, 78.0  # mm of the drawing
_NEAR, _FAR = 17.0, 31.0  # mm from the middle


@dataclass(frozen=True)
class House:
    """A house in one language; ``rooms`` (name, how many places)."""

    name: str
    address: str
    rooms: list[tuple[str, str]]


@dataclass(frozen=True)
class Houses:
    """The houses of a programme, the most used first. ``minutes[a][b]`` None: not known."""

    rows: list[list[House]]  # of each house its languages
    minutes: list[list[int | None]]
    drawing: str

    @classmethod
    def side_by_side(cls, columns: Sequence[Houses]) -> Houses:
        """Several languages beside each other."""
        rows = [list(same) for same in zip(*([row[0] for row in one.rows] for one in columns), strict=True)]
        return cls(rows, columns[0].minutes, columns[0].drawing)


def _used(content: Mapping[str, Any]) -> list[str]:
    counted = Counter(item["venue"] for item in shown(content) if item["venue"])
    return [name for name, _count in counted.most_common()]


def _bare(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A house of a programme frozen before houses were frozen with it."""
    items = [item for item in shown(content) if item["venue"] == name]
    rooms = {item["room"]: item["room_names"] for item in items if item["room"]}
    return {
        "name": name, "names": items[0]["venue_names"], "address": "", "minutes": {},
        "rooms": [{"name": room, "names": names, "capacity": None} for room, names in rooms.items()],
    }  # fmt: skip


def _places(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = {place["name"]: place for place in content.get("places") or []}
    return [known.get(name) or _bare(content, name) for name in _used(content)]


def houses_of(content: Mapping[str, Any], language: str) -> Houses:
    """The houses in which something takes place, in the language being spoken."""
    places = _places(content)
    rows = [
        [House(named(place["names"], language), " ".join(str(place["address"]).split()),
               [(named(room["names"], language), capacity_words(room["capacity"])) for room in place["rooms"]])]
        for place in places
    ]  # fmt: skip
    minutes: list[list[int | None]] = [
        [0 if one is other else one["minutes"].get(other["name"]) for other in places] for one in places
    ]
    return Houses(rows, minutes, _drawing(minutes))


def _drawing(minutes: Sequence[Sequence[int | None]]) -> str:
    """The first house in the middle, the others around it, the farther the longer the way; numbers, no names."""
    count = len(minutes)
    known = [way for way in (minutes[0][1:] if count else []) if way is not None]
    if count < 2 or count > 13 or not known:
        return ""
    longest = max(known) or 1
    middle = (_WIDTH / 2, _HEIGHT / 2)
    spots = [middle]
    for place in range(1, count):
        way = minutes[0][place]
        far = _FAR if way is None else _NEAR + (_FAR - _NEAR) * way / longest
        angle = 2 * math.pi * (place - 1) / (count - 1) - math.pi / 2 + (0.25 if count % 2 else 0)
        spots.append((middle[0] + far * 1.7 * math.cos(angle), middle[1] + far * math.sin(angle)))
    lines, texts = [], []
    for place in range(1, count):
        way = minutes[0][place]
        (x, y), dashes = spots[place], ' stroke-dasharray="1.2 1.2"' if way is None else ""
        lines.append(f'<line x1="{middle[0]:.1f}" y1="{middle[1]:.1f}" x2="{x:.1f}" y2="{y:.1f}"{dashes}/>')
        if way is not None:
            at = (middle[0] + (x - middle[0]) * 0.56, middle[1] + (y - middle[1]) * 0.56)
            texts.append((at, f"{way}"))
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{4.6 if place else 6.2}"/>' for place, (x, y) in enumerate(spots)
    )
    numbers = "".join(
        f'<text x="{x:.1f}" y="{y + 1.35:.1f}" fill="#FFFFFF" font-weight="700">{place + 1}</text>'
        for place, (x, y) in enumerate(spots)
    )
    ways = "".join(
        f'<rect x="{x - 4.2:.1f}" y="{y - 2.4:.1f}" width="8.4" height="4.8" fill="#FFFFFF"/>'
        f'<text x="{x:.1f}" y="{y + 1.3:.1f}" fill="#1B242B">{text}</text>'
        for (x, y), text in texts
    )
    return (
        f'<g stroke="#8FA6A2" stroke-width="0.5">{"".join(lines)}</g><g fill="#1C6E64">{marks}</g>'
        f'<g font-family="PT Sans" font-size="3.8" text-anchor="middle">{ways}{numbers}</g>'
    )
