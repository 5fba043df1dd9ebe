"""Names of venues and rooms as programme files write them, taken apart by language."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class PlaceName:
    """A name in each language; empty where the file has none."""

    ru: str = ""
    de: str = ""
    en: str = ""


_CYRILLIC = re.compile("[Ѐ-ӿ]")
# «Отправление / Abfahrt: Конгресс-центр / Kongresszentrum»
_PREFIXED = re.compile(r"(?P<ru1>[^/:]+) / (?P<de1>[^/:]+): (?P<ru2>[^/]+) / (?P<de2>[^/]+)")
# What rooms are called most often, so that a German guest finds a door that has a Russian name only.
_ROOMS: tuple[tuple[str, str, str], ...] = (
    (r"Большой зал", "Großer Saal", "Great Hall"),
    (r"Малый зал", "Kleiner Saal", "Small Hall"),
    (r"Актовый зал", "Aula", "Assembly Hall"),
    (r"Банкетный зал", "Bankettsaal", "Banquet Hall"),
    (r"Конференц-зал", "Konferenzsaal", "Conference Hall"),
    (r"Зал церемоний", "Zeremoniensaal", "Hall of Ceremonies"),
    (r"Зал (\w+)", r"Saal \1", r"Hall \1"),
    (r"Фойе", "Foyer", "Foyer"),
    (r"Фойе ([А-ЯA-Z0-9]+)", r"Foyer \1", r"Foyer \1"),
    (r"Фойе, 1-й этаж", "Foyer, Erdgeschoss", "Foyer, ground floor"),
    *(
        (rf"Фойе, {floor + 1}-й этаж", f"Foyer, {floor}. Obergeschoss", f"Foyer, floor {floor}")
        for floor in range(1, 10)
    ),
    (r"Ресторан", "Restaurant", "Restaurant"),
    (r"Терраса", "Terrasse", "Terrace"),
    (r"Главный корпус", "Hauptgebäude", "Main building"),
    (r"Аудитории ([\d–-]+)", r"Hörsäle \1", r"Lecture rooms \1"),
    (r"Аудитория (\d+)", r"Hörsaal \1", r"Lecture room \1"),
    (r"Автобусы ([\d–-]+)", r"Busse \1", r"Buses \1"),
    (r"Автобус (\d+)", r"Bus \1", r"Bus \1"),
    (r"[Пп]оле (\d+)", r"Feld \1", r"Pitch \1"),
    (r"пешком", "zu Fuß", "on foot"),
    (r"под открытым небом", "unter freiem Himmel", "in the open air"),
)
_LETTERS = str.maketrans("АБВГД", "ABWGD")


def place_name(text: str) -> PlaceName:
    """«Филармония / Philharmonie» by language; a name of one script stands in that language alone.

    >>> place_name("Филармония / Philharmonie")
    PlaceName(ru='Филармония', de='Philharmonie', en='')
    """
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is not None and _CYRILLIC.search(prefixed["ru2"]):
        return PlaceName(f"{prefixed['ru1']}: {prefixed['ru2']}", f"{prefixed['de1']}: {prefixed['de2']}")
    parts = [part.strip() for part in text.split(" / ")]
    if 2 <= len(parts) <= 3 and _CYRILLIC.search(parts[0]) and not any(map(_CYRILLIC.search, parts[1:])):
        return PlaceName(*parts)
    return PlaceName(ru=text) if _CYRILLIC.search(text) else PlaceName(de=text)


def room_name(text: str) -> PlaceName:
    """Like :func:`place_name`; the common Russian names of rooms («Зал 3») are given in German and English too."""
    name = place_name(text)
    if name.ru and not name.de:
        for pattern, german, english in _ROOMS:
            found = re.fullmatch(pattern, name.ru)
            if found is not None:
                return PlaceName(
                    name.ru, found.expand(german).translate(_LETTERS), found.expand(english).translate(_LETTERS)
                )
    return name
