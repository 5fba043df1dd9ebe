"""Departures from good usage in the wording of a letter: hints for the organiser, never a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from invitations.address.towns import inflect_town

_TOWN: Final = re.compile(r"(?P<before>\b(?:в|о|об)\s+городе\s+)(?P<town>[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*)")


@dataclass(frozen=True)
class Departure:
    """One place: ``found`` should read ``better``; ``rule`` is a short code for the message to show."""

    rule: str
    found: str
    better: str


_RULES: Final[tuple[tuple[str, re.Pattern[str], str], ...]] = (
    ("year", re.compile(r"\b(\d{4})г\.?(?![а-яё])"), "\\1\u00a0г."),
    ("initials", re.compile(r"\b([А-ЯЁ]\.)\s?([А-ЯЁ]\.)([А-ЯЁ][а-яё]+)"), "\\1\\2\u00a0\\3"),
    ("sheets", re.compile(r"[«\"]?(\d+)[»\"]?\s*лл\."), "\\1\u00a0л."),
    ("number", re.compile(r"№(?=\d)"), "№\u00a0"),
    ("dear", re.compile(r"\bУв\.\s*"), "Уважаемый "),
    ("mister", re.compile(r"\bг-н\b(?=\s+[А-ЯЁ][а-яё]+!)"), "господин"),
    ("dash", re.compile(r"(?<=\s)-(?=\s)"), "—"),
    ("double space", re.compile(r"(?<=\S) {2,}(?=\S)"), " "),
)


def _towns(text: str) -> list[Departure]:
    found = []
    for place in _TOWN.finditer(text):
        town = place["town"]
        agreeing = inflect_town(town, "prepositional")
        # A name that would change once more is still in the nominative; one already inflected is left alone.
        if agreeing != town and not town.endswith(("е", "и", "ом")):
            found.append(Departure("town", place[0], place["before"] + agreeing))
    return found


def departures(text: str, language: str = "ru") -> tuple[Departure, ...]:
    """What a careful proofreader would mark: «в городе Калуга», «2021г.», «В.В.Шапшой», «на «7» лл.»."""
    if language != "ru":
        return ()
    found = _towns(text)
    for rule, pattern, better in _RULES:
        for place in pattern.finditer(text):
            found.append(Departure(rule, place[0], place.expand(better)))
    return tuple(found)


def missing_parts(text: str) -> tuple[str, ...]:
    """What a letter's text lacks as a letter: ``heading`` (GOST R 7.0.97, requisite 17), ``closing``, ``body``."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = {"heading": any(line.startswith("# ") for line in lines)}
    found["body"] = any(not line.startswith(("# ", "-- ")) for line in lines)
    found["closing"] = any(line.startswith("-- ") for line in lines)
    return tuple(name for name, there in found.items() if not there)
