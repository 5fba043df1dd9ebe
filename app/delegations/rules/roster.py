"""A list of people typed, pasted or uploaded: which cell says what. No database."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.delegations.rules import is_cyrillic

# The columns of the table, and the order in which pasted cells are read that have no header.
COLUMNS = (
    "last", "first", "patronymic", "last_latin", "first_latin", "position", "email", "phone", "function", "role",
)  # fmt: skip
LIMITS: Mapping[str, int] = {
    "last": 200, "first": 200, "patronymic": 200, "last_latin": 200, "first_latin": 200, "position": 400,
    "email": 254, "phone": 60, "function": 60, "role": 60, "full_name": 400,
}  # fmt: skip
MOST_ROWS = 500

_HEADINGS: Mapping[str, str] = {
    "last": "last name|surname|family name|фамилия|familienname|nachname|name, familie",
    "first": "first name|given name|имя|vorname",
    "patronymic": "отчество|patronym|vatersname|middle name",
    "last_latin": "family name in latin letters|last name latin|surname (passport)|фамилия латиницей|"
                  "фамилия латинскими буквами|фамилия (загранпаспорт)|familienname in lateinischen buchstaben|"
                  "nachname lateinisch",
    "first_latin": "given name in latin letters|first name latin|имя латиницей|имя латинскими буквами|"
                   "имя (загранпаспорт)|vorname in lateinischen buchstaben|vorname lateinisch",
    "position": "office or position|office|title|job title|должность|funktion/amt|amt oder funktion|amt|dienststellung",
    "email": "e-mail|mail|электронная почта|эл. почта|почта|e-mail-adresse|mailadresse",
    "phone": "telephone|mobile|телефон|моб. телефон|тел.|telefon|mobil|telefonnummer",
    "function": "function in the delegation|in the delegation|в делегации|функция в делегации|in der delegation|"
                "funktion in der delegation",
    "role": "role|роль|rolle|категория|category|kategorie",
    "full_name": "фио|ф.и.о.|ф. и. о.|name|full name|vor- und nachname|name, vorname",
}  # fmt: skip
HEADINGS: Mapping[str, str] = {
    word: column for column, words in _HEADINGS.items() for word in (column, *words.split("|"))
}


@dataclass(frozen=True)
class ReadRow:
    """What one row says; ``number`` as a person counts rows of what they sent, from 1."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Reading:
    """What a pasted or uploaded list says; ``ignored`` are headings that are not known."""

    rows: list[ReadRow]
    columns: tuple[str, ...]
    has_header: bool
    ignored: list[str] = field(default_factory=list)


def cells_of_text(text: str) -> list[tuple[int, list[str]]]:
    """The cells of pasted rows: between tabs as spreadsheets give them, else between semicolons or commas."""
    first = text.strip("\r\n").split("\n", 1)[0]
    delimiter = "\t" if "\t" in text else ";" if ";" in first else ","
    lines = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""), delimiter=delimiter)
    return [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(lines, start=1)]


def _heading(cell: str) -> str:
    return HEADINGS.get(re.sub(r"[\s_]+", " ", cell).strip(" *:").casefold(), "") or HEADINGS.get(
        cell.strip().casefold(), ""
    )


def read_rows(cells: Sequence[tuple[int, Sequence[str]]]) -> Reading:
    """Which cell says what: by the header where the first row is one, else in the order of :data:`COLUMNS`."""
    filled = [(number, list(row)) for number, row in cells if any(cell.strip() for cell in row)]
    if not filled:
        return Reading([], COLUMNS, has_header=False)
    named = [_heading(cell) for cell in filled[0][1]]
    known = [name for name in named if name]
    has_header = bool({"last", "first", "full_name"} & set(known)) and len(known) >= min(2, len(filled[0][1]))
    columns = tuple(named) if has_header else COLUMNS
    ignored = [cell for cell, name in zip(filled[0][1], named, strict=True) if cell.strip() and not name]
    rows = []
    for number, row in filled[1:] if has_header else filled:
        values: dict[str, str] = {}
        for name, cell in zip(columns, row, strict=False):
            if name and cell.strip() and name not in values:
                values[name] = cell.strip()
        rows.append(ReadRow(number, _split_name(values)))
    return Reading(rows, columns, has_header, ignored if has_header else [])


def _split_name(values: dict[str, str]) -> dict[str, str]:
    """«Орлова Анна Павловна», "Meier, Jörg" and "Jörg Meier" in their parts."""
    whole = " ".join(values.pop("full_name", "").split())
    if not whole or values.get("last") or values.get("first"):
        return values
    if "," in whole:
        last, first = (part.strip() for part in whole.split(",", 1))
        return {"last": last, "first": first, **values}
    parts = whole.split(" ")
    if is_cyrillic(whole):
        named = dict(zip(("last", "first", "patronymic"), (parts[0], *parts[1:2], " ".join(parts[2:])), strict=False))
        return {**{name: part for name, part in named.items() if part}, **values}
    return {"last": parts[-1], "first": " ".join(parts[:-1]), **values}
