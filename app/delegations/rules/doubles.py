"""Whether two rows are one person. Found by keys, so that ten thousand rows take one pass; no database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from app.database import fold
from app.delegations.rules.sounds import sound_of, words_of

COMMON_FROM = 10  # people of one name in one town from whom on their further names must agree too
SHARED_BY = 4  # an address that more people have is an office's, not a person's


class Likeness(StrEnum):
    """How sure it is that two rows are one person."""

    SURE = "sure"  # name, and address or telephone
    LIKELY = "likely"  # name and town
    DOUBTFUL = "doubtful"  # the address alone


class Shared(StrEnum):
    """What two rows have in common."""

    NAME = "name"
    SWAPPED = "swapped"
    EMAIL = "email"
    PHONE = "phone"
    TOWN = "town"


@dataclass(frozen=True)
class Known:
    """What of a person tells whether somebody else is the same."""

    id: int
    last: str
    first: str
    patronymic: str
    last_latin: str
    first_latin: str
    gender: str
    town: str
    email: str
    phone: str


@dataclass(frozen=True)
class Pair:
    """Two rows that may be one person; ``a`` is the smaller id."""

    a: int
    b: int
    shared: frozenset[Shared]

    @property
    def likeness(self) -> Likeness:
        """How sure it is."""
        if self.shared & {Shared.NAME, Shared.SWAPPED}:
            return Likeness.SURE if self.shared & {Shared.EMAIL, Shared.PHONE} else Likeness.LIKELY
        return Likeness.DOUBTFUL


def mailbox(address: str) -> str:
    """The mailbox an address leads to: letter case, ``+tag``, and the dots of Gmail make no difference."""
    local, at, domain = address.strip().casefold().rpartition("@")
    if not at or not local:
        return ""
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    if not local.startswith('"'):
        local = local.split("+", 1)[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def line(phone: str) -> str:
    """The digits of a telephone number, the Russian 8 as 7, the German 0 as 49; empty when too few to tell."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
    elif len(digits) == 11 and digits.startswith("8"):
        digits = f"7{digits[1:]}"
    elif digits.startswith("0"):
        digits = f"49{digits[1:]}"
    return digits if len(digits) >= 8 else ""


Name = tuple[str, str]


def _sounds(last: str, first: str) -> set[Name]:
    """Family and given name by sound; ё as е and as itself, because both are written for it in Latin letters."""
    found = set()
    for text_last, text_first in ((last, first), (fold(last) or "", fold(first) or "")):
        family = "".join(sound_of(word) for word in words_of(text_last))
        given = next((sound for word in words_of(text_first) if (sound := sound_of(word))), "")
        if family or given:
            found.add((family, given))
    return found


def names_of(person: Known) -> set[Name]:
    """The names a person goes by, in either script."""
    return _sounds(person.last, person.first) | _sounds(person.last_latin, person.first_latin)


def _contradict(one: Known, other: Known) -> bool:
    """Two patronymics, or a man and a woman."""
    fathers = {"".join(map(sound_of, words_of(fold(person.patronymic) or ""))) for person in (one, other)} - {""}
    return len(fathers) > 1 or {one.gender, other.gender} >= {"m", "f"}


def _parted(ids: list[int], known: Mapping[int, Known]) -> Iterable[list[int]]:
    """Where many share a name and something else, only those with the same further names are compared."""
    if len(ids) <= COMMON_FROM:
        return [ids]
    parts: dict[str, list[int]] = defaultdict(list)
    for number in ids:
        person = known[number]
        further = words_of(fold(f"{person.first} {person.patronymic}") or "")
        parts[" ".join(sound_of(word) or word for word in further)].append(number)
    return parts.values()


def likely_doubles(people: Iterable[Known], *, apart: frozenset[tuple[int, int]] = frozenset()) -> list[Pair]:
    """Pairs that may be one person, the surest first, then by id.

    :param apart: pairs (smaller id first) somebody has said to be two people.
    """
    known: dict[int, Known] = {}
    names: dict[int, set[Name]] = {}
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    mailboxes: dict[str, list[int]] = defaultdict(list)
    for person in people:
        known[person.id] = person
        names[person.id] = names_of(person)
        box, number, town = mailbox(person.email), line(person.phone), fold(person.town.strip()) or ""
        for key in {tuple(sorted(name)) for name in names[person.id]}:
            for kind, value in (("email", box), ("phone", number), ("town", town)):
                if value:
                    groups[(*key, kind, value)].append(person.id)
        if box:
            mailboxes[box].append(person.id)
    found: dict[tuple[int, int], set[Shared]] = defaultdict(set)
    for key, ids in groups.items():
        for some in _parted(sorted(set(ids)), known):
            for a, b in combinations(some, 2):
                found[a, b].add(Shared(key[-2]))
    for (a, b), shared in list(found.items()):
        if _contradict(known[a], known[b]):
            del found[a, b]
        else:
            shared.add(Shared.NAME if names[a] & names[b] else Shared.SWAPPED)
    for ids in mailboxes.values():
        if 1 < len(ids) <= SHARED_BY:
            for a, b in combinations(sorted(ids), 2):
                if (a, b) not in found:
                    found[a, b] = {Shared.EMAIL}
    order = tuple(Likeness)
    pairs = [Pair(a, b, frozenset(shared)) for (a, b), shared in found.items() if (a, b) not in apart]
    return sorted(pairs, key=lambda pair: (order.index(pair.likeness), pair.a, pair.b))
