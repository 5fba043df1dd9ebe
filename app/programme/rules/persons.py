"""Where people of a programme have their page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from app.database import fold
from app.programme.rules.addressing import parts_of
from app.programme.rules.german_names import with_german_given
from invitations.translit import ru_to_duden, ru_to_icao


@lru_cache(maxsize=20_000)
def person_key(name: str) -> str:
    """The last part of the address of a person's page: the name in Latin letters, and a sign of the name as written.

    The same name is the same person, as it is for the warnings.
    """
    said = unicodedata.normalize("NFC", " ".join((fold(name) or "").split()))
    latin = unicodedata.normalize("NFKD", ru_to_icao(said)).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:60].strip("-")
    sign = hashlib.sha256(said.encode()).hexdigest()[:6]
    return f"{readable}-{sign}" if readable else sign


def place_key(venue: str, room: str) -> str:
    """A short sign of a room of a venue, for addresses."""
    return hashlib.sha256(f"{venue}\n{room}".encode()).hexdigest()[:8]


_CYRILLIC = re.compile("[\u0400-\u04ff]")
# Endings that family names have and given names of five letters and more have not.
_FAMILY = re.compile(r"(?:ов|ев|ёв|ова|ева|ёва|ский|ская|цкий|цкая|енко)$")


def given_first(name: str) -> str:
    """A written name with the given name first, as far as that can be told: «Кузнецов Пётр» is «Пётр Кузнецов»."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and given and "," not in given:
        return f"{given} {family}"
    words = name.split()
    if not _CYRILLIC.search(name):
        return name
    said = parts_of(name)
    if said.patronymic:
        return " ".join(part for part in (said.degree, said.first, said.patronymic, said.last) if part)
    if len(words) == 2 and all(len(word) >= 3 for word in words):
        first, second = (word.casefold() for word in words)
        if len(first) >= 5 and _FAMILY.search(first) and not _FAMILY.search(second):
            return f"{words[1]} {words[0]}"
    return name


@lru_cache(maxsize=20_000)
def name_for(name: str, language: str, latin: str = "") -> str:
    """A person's name as readers of the language know it, wherever the programme writes it.

    In Russian as it was entered. Else in Latin letters with the given name first: the person's own spelling (``latin``)
    wins, what is written in Cyrillic only is transcribed after Duden, but for given names known as German ones.
    """
    if language == "ru":
        return name
    if not _CYRILLIC.search(name):
        return given_first(name)
    return latin or ru_to_duden(with_german_given(given_first(name)))
