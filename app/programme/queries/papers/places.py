"""The plan of the houses: addresses, rooms, and how many minutes they are apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.programme.queries.reading import capacity_words, shown
from app.programme.rules.changes import named


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

    @property
    def ways(self) -> bool:
        """Whether a way from one to another is known."""
        return any(way for row in self.minutes for way in row)

    @classmethod
    def side_by_side(cls, columns: Sequence[Houses]) -> Houses:
        """Several languages beside each other."""
        rows = [list(same) for same in zip(*([row[0] for row in one.rows] for one in columns), strict=True)]
        return cls(rows, columns[0].minutes)


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
    return Houses(rows, minutes)
