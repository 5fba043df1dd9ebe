"""The door sign of a hall with tables: hours by tables, both towns in each field, to be read from one step away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.database import db
from app.directory.models import Municipality
from app.programme.queries.papers.measure import PT, lines
from app.programme.queries.papers.tables import Slot, slots
from app.programme.queries.reading import Item, tied, unique
from app.programme.rules.changes import named

SIZES: Final = (20.0, 18.0, 16.0, 15.0, 14.0, 13.0)  # points; the last has capitals of 3.2 mm, good for one metre
SHAPES: Final = {"portrait": (186.0, 226.0), "landscape": (273.0, 139.0)}  # mm there are for the table
HOURS: Final = 24.0  # mm of the first column
WIDEST: Final = 70.0  # mm of a table's column
HEAD: Final = 10.0  # mm of the numbers of the tables
PAD: Final = 1.6  # mm around what stands in a field, at each side
LEADING: Final = 1.14
_SCRIPTS: Final = {"RU": "ru", "BY": "ru", "KZ": "ru", "DE": "de", "AT": "de", "CH": "de"}

Names = list[tuple[str, str]]  # (language, name of a town)


@dataclass(frozen=True)
class Field:
    """A meeting: the lines of each name. Nothing where the table is free."""

    names: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Sheet:
    """A page of the sign: some of the tables, some of the hours."""

    tables: list[str]
    rows: list[tuple[list[str], list[Field]]]  # hours in two lines, a field for each table


@dataclass(frozen=True)
class Grid:
    """All meetings of a room and day. ``shape`` of the paper; ``width``: mm of a table's column."""

    shape: str
    size: float
    width: float
    translated: bool  # every town in all languages of the sign
    sheets: list[Sheet]


def grid_of(items: Sequence[Item], languages: Sequence[str]) -> Grid:
    """The fewest pages on which the towns can be read from one metre; then the largest letters.

    On a sign in several languages each town is named in all of them, or where that takes fewer pages, in its own.
    """
    countries = _countries(items) if len(languages) > 1 else {}
    ways = [_names_in_all(items, languages)]
    if countries:
        ways.append(_names_in_own(items, languages, countries))
    made = [
        _grid(items, names, languages, shape, size, names is ways[0])
        for names in ways
        for shape in SHAPES
        for size in SIZES
    ]
    fewest = min(len(grid.sheets) for grid in made)
    return max((grid for grid in made if len(grid.sheets) == fewest), key=lambda grid: grid.size)


def _names_in_all(items: Iterable[Item], languages: Sequence[str]) -> dict[str, Names]:
    return {
        str(item["id"]): [
            (language, tied(name, language))
            for town in item["party_names"]
            for language, name in _each(town, languages)
        ]
        for item in items
    }  # fmt: skip


def _each(town: Mapping[str, str], languages: Sequence[str]) -> Names:
    told = {named(town, language): language for language in reversed(languages)}
    return [(language, name) for name, language in reversed(told.items())]


def _names_in_own(items: Iterable[Item], languages: Sequence[str], countries: Mapping[str, str]) -> dict[str, Names]:
    found = {}
    for item in items:
        names = []
        for town in item["party_names"]:
            own = countries.get(str(town.get("ru") or ""), "")
            language = own if own in languages else languages[0]
            names.append((language, tied(named(town, language), language)))
        found[str(item["id"])] = names
    return found


def _countries(items: Iterable[Item]) -> dict[str, str]:
    """The language of a town, by its Russian name."""
    names = {str(town.get("ru") or "") for item in items for town in item["party_names"]}
    rows = db.session.execute(select(Municipality.name_ru, Municipality.country).where(Municipality.name_ru.in_(names)))
    return {name: _SCRIPTS.get(country, "") for name, country in rows}


def _grid(
    items: Sequence[Item], names: Mapping[str, Names], languages: Sequence[str], shape: str, size: float,
    translated: bool,
) -> Grid:  # fmt: skip
    """With as many tables beside each other as the words of their towns have room for."""
    width, height = SHAPES[shape]
    found = slots(items, languages)
    tables = unique(meeting.table for slot in found for meeting in slot.meetings)
    tables.sort(key=lambda name: (int(name) if name.isdigit() else 10_000, name))
    best: Grid | None = None
    for groups in range(1, len(tables) + 1):
        beside = -(-len(tables) // groups)
        column = min((width - HOURS) / beside, WIDEST)
        if beside > 1 and _broken(names.values(), column, size):
            continue
        sheets = [
            sheet
            for first in range(0, len(tables), beside)
            for sheet in _sheets(found, tables[first : first + beside], names, column, size, height)
        ]
        if best is None or len(sheets) < len(best.sheets):
            best = Grid(shape, size, column, translated, sheets)
    assert best is not None  # with one table beside no other it is never None
    return best


def _broken(names: Iterable[Names], column: float, size: float) -> bool:
    """Whether a word does not fit the column."""
    words = {word for told in names for _language, name in told for word in name.replace("-", "- ").split()}
    room = column - 2 * PAD - 1
    return any(len(lines(word, millimetres=room, size=size, face="sans-bold")) > 1 for word in words)


def _sheets(
    found: Sequence[Slot], tables: list[str], names: Mapping[str, Names], column: float, size: float, height: float
) -> list[Sheet]:
    sheets: list[Sheet] = []
    left = 0.0
    for slot in found:
        by_table = {meeting.table: meeting.anchor for meeting in slot.meetings}
        fields = [_field(names.get(by_table.get(table, ""), []), column, size) for table in tables]
        most = max((sum(len(text) for _language, text in field.names) for field in fields), default=1)
        needed = max(most, 2) * size * LEADING * PT + 2 * PAD
        if not sheets or needed > left:
            sheets.append(Sheet(tables, []))
            left = height - HEAD
        left -= needed
        sheets[-1].rows.append((slot.hours.split("–"), fields))
    return sheets


def _field(names: Names, column: float, size: float) -> Field:
    return Field([
        (language, lines(name, millimetres=column - 2 * PAD - 1, size=size, face="sans-bold", language=language))
        for language, name in names
    ])  # fmt: skip
