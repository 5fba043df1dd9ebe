"""Where a house stands on the globe: read as people copy it from a map, and written so that a map understands it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_EARTH = 6_371_008.8  # metres, mean radius
_NUMBER = r"\d{1,3}(?:[.,]\d{1,12})?"
_PLAIN = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)")
_WITH_COMMAS = re.compile(r"([+-]?\d{1,3},\d{1,15})\s*[;,\s]\s*([+-]?\d{1,3},\d{1,15})")
_ANGLE = (
    rf"(?P<degrees>{_NUMBER})\s*°\s*(?:(?P<minutes>{_NUMBER})\s*['’′]\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s*(?:\"|''|[”″])\s*)?"
)
_LETTER = r"(?P<letter>[NSEWO]|[СЮВЗ](?:\.\s*[ШД]\.?)?)"
_LETTER_FIRST = re.compile(rf"{_LETTER}\s*{_ANGLE}", re.IGNORECASE)
_LETTER_LAST = re.compile(rf"{_ANGLE}{_LETTER}?", re.IGNORECASE)
_NORTH_SOUTH, _BACKWARDS = frozenset("NSСЮ"), frozenset("SWЮЗ")


@dataclass(frozen=True)
class Spot:
    """Degrees of WGS 84, north and east of nought."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        """ "45.0271, 38.971", as every map takes it."""
        return f"{_short(self.latitude)}, {_short(self.longitude)}"

    @property
    def uri(self) -> str:
        """ "geo:45.0271,38.971" (RFC 5870)."""
        return f"geo:{_short(self.latitude)},{_short(self.longitude)}"

    def metres_to(self, other: Spot) -> float:
        """The shortest way over the ground."""
        one, two = math.radians(self.latitude), math.radians(other.latitude)
        across = math.radians(other.longitude - self.longitude) / 2
        half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(across) ** 2
        return 2 * _EARTH * math.asin(math.sqrt(min(1.0, half)))


def _short(degrees: float) -> str:
    return f"{degrees:.6f}".rstrip("0").rstrip(".")


def read_spot(text: str) -> Spot | None:
    """The place meant by “45.0271, 38.9710”, “geo:45.0271,38.971”, “45,0271; 38,971” or “45°01′38″ N 38°58′16″ E”.

    :returns: None when it is none of these or lies beside the globe.
    """
    text = text.strip()
    if text[:4].casefold() == "geo:":
        text = text[4:].split(";")[0].split("?")[0]
    found = _in_degrees(text) if "°" in text else _as_numbers(text)
    if found is None or not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180):
        return None
    return Spot(round(found[0], 6), round(found[1], 6))


def _as_numbers(text: str) -> tuple[float, float] | None:
    found = _PLAIN.fullmatch(text) or _WITH_COMMAS.fullmatch(text)
    return (float(found[1].replace(",", ".")), float(found[2].replace(",", "."))) if found else None


def _in_degrees(text: str) -> tuple[float, float] | None:
    form = _LETTER_LAST if text[:1].isdigit() else _LETTER_FIRST
    parts = list(form.finditer(text))
    if len(parts) != 2 or re.sub(r"[\s,;.]", "", form.sub("", text)):
        return None
    values = []
    for part in parts:
        degrees, minutes, seconds = (
            float((part[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")
        )
        letter = (part["letter"] or " ")[0].upper()
        if minutes >= 60 or seconds >= 60:
            return None
        whole = degrees + minutes / 60 + seconds / 3600
        values.append((letter, -whole if letter in _BACKWARDS else whole))
    (first, one), (second, two) = values
    if (first == " ") != (second == " ") or (first != " " and (first in _NORTH_SOUTH) == (second in _NORTH_SOUTH)):
        return None
    return (one, two) if first == " " or first in _NORTH_SOUTH else (two, one)


def in_metres(spots: Sequence[Spot]) -> list[tuple[float, float]]:
    """Each place in metres east and south of the first, as a town is flat."""
    if not spots:
        return []
    start = spots[0]
    across = math.cos(math.radians(sum(spot.latitude for spot in spots) / len(spots)))
    return [
        (math.radians((spot.longitude - start.longitude + 180) % 360 - 180) * across * _EARTH,
         math.radians(start.latitude - spot.latitude) * _EARTH)
        for spot in spots
    ]  # fmt: skip
