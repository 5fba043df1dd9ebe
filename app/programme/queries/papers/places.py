"""The plan of the houses: where they stand, addresses, rooms, plans of floors, and how many minutes they are apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from flask_babel import gettext as _

from app.conferences.place_words import access_words, floor_words
from app.conferences.rules import Access
from app.conferences.spots import Spot
from app.conferences.town_plan import Pair, TownPlan, town_plan
from app.programme.queries.reading import capacity_words, shown
from app.programme.rules import SessionKind
from app.programme.rules.changes import named
from app.programme.rules.persons import place_key

_WIDE = 1.15
_HALF = 0.6  # of the height beside its words


@dataclass(frozen=True)
class Picture:
    """A plan somebody uploaded, in one language."""

    sha256: str
    width: int
    height: int
    caption: str
    alt: str

    @property
    def is_wide(self) -> bool:
        """Whether it lies rather than stands."""
        return self.width > self.height * _WIDE

    def fitting(self, width: float, height: float) -> float:
        """How wide it is, in the same unit, when it is as large as that much room allows.

        A wide one takes about half of the height at most, so that two stand on a page.
        """
        room = height * _HALF if self.is_wide else height
        return min(width, room * self.width / self.height)


@dataclass(frozen=True)
class RoomLine:
    """A room in one language; ``told`` is how many it holds and who reaches it. ``key`` as in addresses."""

    key: str
    name: str
    told: str


@dataclass(frozen=True)
class Floor:
    """A floor of a house in words, "" when it is not known, with its rooms."""

    name: str
    rooms: list[RoomLine]


@dataclass(frozen=True)
class House:
    """A house in one language; ``access`` holds for all rooms. ``key`` as in addresses."""

    key: str
    name: str
    address: str
    floors: list[Floor]
    access: str = ""
    spot: Spot | None = None
    plans: list[Picture] = field(default_factory=list)


@dataclass(frozen=True)
class Houses:
    """The houses of a programme in the order of the staff. ``minutes[a][b]`` None: not known.

    ``buses`` are the pairs a bus of the programme drives, ``town`` the plans of the town somebody uploaded.
    """

    rows: list[list[House]]  # of each house its languages
    minutes: list[list[int | None]]
    buses: frozenset[Pair] = frozenset()
    town: list[list[Picture]] = field(default_factory=list)  # of each plan its languages

    @property
    def ways(self) -> bool:
        """Whether a way from one to another is known."""
        return any(way for row in self.minutes for way in row)

    @property
    def signs(self) -> list[str]:
        """The SHA-256 of all plans."""
        plans = [plan for row in self.rows for plan in row[0].plans] + [row[0] for row in self.town]
        return list(dict.fromkeys(plan.sha256 for plan in plans))

    @classmethod
    def side_by_side(cls, columns: Sequence[Houses]) -> Houses:
        """Several languages beside each other."""
        rows = [list(same) for same in zip(*([row[0] for row in one.rows] for one in columns), strict=True)]
        town = [list(same) for same in zip(*([row[0] for row in one.town] for one in columns), strict=True)]
        return cls(rows, columns[0].minutes, columns[0].buses, town)

    def plan(self, *, width: float, radius: float, highest: float = 0.55) -> TownPlan | None:
        """The plan of the town; None while fewer than two houses have their place."""
        known: dict[Pair, int] = {}
        for one, other in combinations(range(len(self.rows)), 2):
            way = self.minutes[one][other]
            if way:
                known[one, other] = way
        spots = [row[0].spot for row in self.rows]
        return town_plan(spots, known, self.buses, width=width, radius=radius, highest=highest)


def _used(content: Mapping[str, Any]) -> list[str]:
    """The houses in which something takes place; those not frozen with the programme follow."""
    there = dict.fromkeys(item["venue"] for item in shown(content) if item["venue"])
    ordered = [str(place["name"]) for place in content.get("places") or () if place["name"] in there]
    return list(dict.fromkeys([*ordered, *there]))


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


def _floors(place: Mapping[str, Any], common: str, language: str) -> list[Floor]:
    """The rooms by their floors, from below; those of an unknown one last."""
    words = access_words()
    found: dict[int | None, list[RoomLine]] = {}
    for room in place["rooms"]:
        access = str(room.get("access") or "")
        told = [capacity_words(room["capacity"]), words[Access(access)] if access and access != common else ""]
        key = place_key(place["name"], room["name"])
        line = RoomLine(key, named(room["names"], language), ", ".join(filter(None, told)))
        found.setdefault(room.get("floor"), []).append(line)
    ordered = sorted(found.items(), key=lambda one: (one[0] is None, one[0] or 0))
    names = [floor_words(floor) if floor is not None else "" for floor, _lines in ordered]
    return [Floor(name[:1].upper() + name[1:], lines) for name, (_floor, lines) in zip(names, ordered, strict=True)]


def _pictures(plans: Sequence[Mapping[str, Any]], language: str) -> list[Picture]:
    return [
        Picture(plan["sha256"], plan["width"], plan["height"], named(plan["captions"], language),
                named(plan["alts"], language) or named(plan["captions"], language))
        for plan in plans
    ]  # fmt: skip


def _house(place: Mapping[str, Any], language: str) -> House:
    accesses = {str(room.get("access") or "") for room in place["rooms"]}
    common = accesses.pop() if len(accesses) == 1 else ""
    spot = place.get("spot")
    return House(
        place_key(place["name"], ""), named(place["names"], language), " ".join(str(place["address"]).split()),
        _floors(place, common, language),
        str(_("All rooms: %(access)s", access=access_words()[Access(common)])) if common else "",
        Spot(*spot) if spot else None, _pictures(place.get("plans") or (), language),
    )  # fmt: skip


def _buses(content: Mapping[str, Any], places: Sequence[Mapping[str, Any]]) -> frozenset[Pair]:
    order = {place["name"]: number for number, place in enumerate(places)}
    found = set()
    for item in shown(content):
        one, other = order.get(item["venue"]), order.get(item.get("to_venue", ""))
        if item["type"] == SessionKind.TRANSFER.value and one is not None and other is not None and one != other:
            found.add((min(one, other), max(one, other)))
    return frozenset(found)


def houses_of(content: Mapping[str, Any], language: str) -> Houses:
    """The houses in which something takes place, in the language being spoken."""
    places = _places(content)
    minutes: list[list[int | None]] = [
        [0 if one is other else one["minutes"].get(other["name"]) for other in places] for one in places
    ]
    town = [[picture] for picture in _pictures(content.get("town_plans") or (), language)]
    return Houses([[_house(place, language)] for place in places], minutes, _buses(content, places), town)
