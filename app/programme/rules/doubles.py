"""People who are perhaps one: entered under two spellings of a name, they would stand twice in the booklet."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from typing import Final

from flask_babel import lazy_gettext as _l

from app.programme.rules.planned import Planned, Warning_, bearers, same_name, shown
from invitations.translit import ru_to_icao

# One sign for what the ways of writing Russian in Latin letters (passports, Duden, habit) write differently.
_ALIKE: Final = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        ("ph", "f"), ("th", "t"), ("ck", "k"), ("(?<!c)x", "ks"), ("schtsch|shch", "q"), ("tsch|tch", "h"),
        ("sch|sh|zh", "x"), ("ch|kh", "h"), ("ts|tz|[zc]", "s"), ("w", "v"), ("ff$", "v"), ("[ijy]+", "i"),
        ("(?<=[xhq])o", "e"), ("io", "e"), ("i(?=[aeou])|(?<=[aeou])i", ""), (r"([a-z])\1+", r"\1"), ("andr$", "ander"),
    )
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*[^\W\d_]")
_PATRONYMIC: Final = re.compile(r"(?:[oe]?vih|ih|[oe]vna|ihna)$")
_CALLED: Final = frozenset({"dr", "prof", "dipl", "ing", "herr", "frau", "mr", "mrs", "ms"})
# What German families of one sound write differently: Meyer and Meier, Hofmann and Hoffmann, Becker and Beker.
_OF_FAMILIES: Final = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (("ph", "f"), ("th", "t"), ("ck", "k"), ("[jy]", "i"), ("c", "k"), (r"([a-z])\1+", r"\1"))
)
_RUSSIAN: Final = re.compile(r"(?:[oe]va?|ina?|sk(?:i|a|oi)|i|ko)$")  # the ends of Russian surnames, as they sound
_LATIN: Final = re.compile(r"[a-zà-ÿß]")
_DIGIT: Final = re.compile(r"\d")


def _sound(word: str) -> str:
    said = unicodedata.normalize("NFKD", ru_to_icao(word).casefold()).encode("ascii", "ignore").decode()
    for pattern, sign in _ALIKE:
        said = pattern.sub(sign, said)
    return said


@lru_cache(maxsize=20_000)
def sound_of(name: str) -> tuple[tuple[str, ...], str]:
    """Surname and given name as they sound, however they are written, in no order; and the patronymic, if there is one.

    >>> sound_of("Пётр Семёнов") == sound_of("Semjonow, Pjotr") == sound_of("Petr Semenov")
    True
    """
    if _DIGIT.search(name):
        return (), ""
    words = [_sound(word) for word in _WORD.findall(name) if word.casefold() not in _CALLED]
    middle = ""
    if len(words) > 2:
        middle = next((word for word in words[1:] if _PATRONYMIC.search(word)), "")
    kept = tuple(sorted(word for word in words if word != middle))
    return (kept, middle) if len(kept) > 1 else ((), "")


Who = tuple[str, int | None]  # the name as written, the delegate if it is one


def doubles(held: Iterable[Planned]) -> Iterable[Warning_]:
    """Each pair of spellings once, at the first session of either. Two delegates are two, whatever they are called."""
    sessions = list(held)
    bearer = bearers(sessions)
    first: dict[Who, Planned] = {}
    for session in sessions:
        for part in session.people:
            if not part.gone:
                known = part.delegate if part.delegate is not None else bearer.get(same_name(part.name))
                first.setdefault((part.name, known), session)
    alike: dict[tuple[str, ...], list[Who]] = defaultdict(list)
    for who in first:
        sound = sound_of(who[0])[0]
        if sound:
            alike[sound].append(who)
    pairs: dict[tuple[str, str], tuple[Who, Who]] = {}
    for group in alike.values():
        for one, other in combinations(sorted(group, key=lambda who: who[0]), 2) if len(group) > 1 else ():
            if _perhaps_one(one, other):
                pairs.setdefault((one[0], other[0]), (one, other))
    for one, other in (pairs[names] for names in sorted(pairs)):
        here, there = first[one], first[other]
        yield Warning_(
            "double", tuple(dict.fromkeys((here.code, there.code))),
            _l("%(one)s in %(first)s and %(other)s in %(second)s are perhaps one person, who would stand in the "
               "booklet twice: write the name alike, or accept this if they are two.",
               one=one[0], first=shown(here), other=other[0], second=shown(there)),
            (one[0], other[0]),
        )  # fmt: skip


def _perhaps_one(one: Who, other: Who) -> bool:
    """Whether the names are written differently and nothing speaks against their being one."""
    if same_name(one[0]) == same_name(other[0]) or (one[1] is not None and other[1] is not None):
        return False
    if _spelt_in_german(one[0], other[0]):
        return False
    middles = {middle for middle in (sound_of(one[0])[1], sound_of(other[0])[1]) if middle}
    return len(middles) < 2


def _surname(name: str) -> str:
    """In small letters: what stands before a comma, else the last word."""
    words = _WORD.findall(name.split(",")[0])
    return words[-1].casefold() if words else ""


def _spelt_in_german(one: str, other: str) -> bool:
    """Whether both are written in Latin letters and their surnames differ only as those of two families do. What is no
    Russian name has one spelling: its bearers are two."""
    first, second = _surname(one), _surname(other)
    if first == second or not all(map(_LATIN.match, (first, second))) or _RUSSIAN.search(_sound(first)):
        return False
    for pattern, sign in _OF_FAMILIES:
        first, second = pattern.sub(sign, first), pattern.sub(sign, second)
    return first == second
