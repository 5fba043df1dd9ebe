"""Who is who among the people of a frozen programme: a delegate is one person under however many spellings.

Who is no delegate is told apart by name, and is the delegate of that name when there is one only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.database import fold
from app.programme.rules.persons import given_first, person_key

Item = Mapping[str, Any]
Face = Mapping[str, str]  # key of the page, name, name_latin

_CYRILLIC = re.compile("[\u0400-\u04ff]")


def _folded(name: str) -> str:
    return " ".join((fold(name) or "").split())


def _best(names: Counter[str]) -> str:
    """The one that stands most often; of several the first by the alphabet."""
    return min(names, key=lambda name: (-names[name], name), default="")


def _face(names: Counter[str], latin: Counter[str]) -> dict[str, str]:
    """By the Cyrillic spelling for who reads it, by a Latin one for the others."""
    cyrillic = Counter({name: count for name, count in names.items() if _CYRILLIC.search(name)})
    written = Counter({given_first(name): count for name, count in names.items() if name not in cyrillic})
    name = _best(cyrillic) or _best(names)
    return {"key": person_key(name), "name": name, "name_latin": _best(latin) or _best(written)}


def faces(items: Iterable[Item]) -> tuple[dict[str, Face], dict[str, Face]]:
    """How people are known whom their name as written does not tell: delegates by number, others by folded name."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    latin: dict[str, Counter[str]] = defaultdict(Counter)
    bearers: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for person in item["people"]:
            number = person.get("delegate")
            if number:
                names[number][person["name"]] += 1
                if person.get("name_latin"):
                    latin[number][person["name_latin"]] += 1
    for number, written in names.items():
        for name in written:
            bearers[_folded(name)].add(number)
    several = {number for number, written in names.items() if len({_folded(name) for name in written}) > 1}
    several.update(number for numbers in bearers.values() if len(numbers) > 1 for number in numbers)
    delegates: dict[str, Face] = {}
    taken: Counter[str] = Counter()
    for number in sorted(several):
        face = _face(names[number], latin[number])
        taken[face["key"]] += 1
        if taken[face["key"]] > 1:
            face["key"] = f"{face['key']}-{taken[face['key']]}"
        delegates[number] = face
    others: dict[str, Face] = {}
    for name, numbers in bearers.items():
        if len(numbers) > 1:  # nobody knows which of them is meant
            others[name] = {"key": f"{person_key(name)}-0"}
        elif (one := next(iter(numbers))) in delegates:
            others[name] = {**delegates[one], "delegate": one}
    return delegates, others


def with_faces(items: Sequence[Item]) -> list[Item]:
    """The sessions; the people in question carry in ``known_as`` the key of their page and their name in both
    scripts."""
    delegates, others = faces(items)
    if not delegates:
        return list(items)
    found = []
    for item in items:
        known = [
            delegates.get(person["delegate"]) if person.get("delegate") else others.get(_folded(person["name"]))
            for person in item["people"]
        ]
        people = [
            {**person, "known_as": face} if face else person for person, face in zip(item["people"], known, strict=True)
        ]
        found.append({**item, "people": people} if any(known) else item)
    return found


def key_of(person: Mapping[str, Any]) -> str:
    """The last part of the address of a person's page."""
    face: Face = person.get("known_as") or {}
    return face.get("key") or person_key(str(person["name"]))


def as_known(person: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry of a person with the name they are known by."""
    face: Face = person.get("known_as") or {}
    return {**person, **{name: face[name] for name in ("name", "name_latin", "delegate") if face.get(name)}}
