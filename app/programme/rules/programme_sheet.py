"""The draft as one table: a row for each session, for those who write programmes in spreadsheets.

Several values of a cell are divided by semicolons; one that holds a semicolon itself has a backslash before it. What is
known of people beyond their names, and papers, stand line by line: «chair: Анна Орлова | office_ru: Глава города |
email: orlova@kaluga.example», "Tagesordnung | link: https://suhl.example/a.pdf | language: de". In the night in which
clocks are put back an hour that comes twice has its distance from UTC behind it: "02:30 +01:00".
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.programme.rules.file_state import STATE, seen_in, sign_of
from app.programme.rules.programme_file import MAX_BYTES, MAX_ITEMS, ProgrammeFile, read_items
from app.tables import Rejected, TableRow, read_table, write_xlsx

_TEXTS = (
    "date", "start", "end", "title_ru", "title_de", "title_en", "venue", "room", "audience", "format", "track",
    "parallel", "part_of", "to_venue", "interpreted_how", "description_ru", "description_de", "description_en",
)  # fmt: skip
WHOSE = "conference"  # of which conference the row is: its number and its host
_NUMBERS = ("capacity", "places", "relief_minutes", "buffer_before", "buffer_after")
_YES_OR_NO = ("simultaneous_interpretation", "sign_up", "cancelled")
_LISTS = ("languages", "parties")
COLUMNS = (
    "id", "date", "start", "end", "type", "title_ru", "title_de", "title_en", "venue", "room", "people",
    "people_details", "languages", "simultaneous_interpretation", "interpreted_how", "relief_minutes", "track",
    "parallel", "part_of", "format", "audience", "capacity", "sign_up", "places", "parties", "agreements", "to_venue",
    "buffer_before", "buffer_after", "description_ru", "description_de", "description_en", "materials", "cancelled",
    WHOSE, STATE,
)  # fmt: skip
HEADS: Mapping[str, LazyString] = {
    "id": _l("Sign"), "date": _l("Day"), "start": _l("Begins"), "end": _l("Ends"), "type": _l("Kind"),
    "title_ru": _l("Title in Russian"), "title_de": _l("Title in German"), "title_en": _l("Title in English"),
    "venue": _l("House"), "room": _l("Room"), "people": _l("People"), "people_details": _l("More on the people"),
    "languages": _l("Languages"), "simultaneous_interpretation": _l("Simultaneous interpreting"),
    "interpreted_how": _l("How it is interpreted"), "relief_minutes": _l("Interpreters change after minutes"),
    "track": _l("Track"), "parallel": _l("Parallel group"), "part_of": _l("Part of"),
    "format": _l("Held"), "audience": _l("For whom"),
    "capacity": _l("Places"), "sign_up": _l("Delegates sign up for it"), "places": _l("Places to sign up for"),
    "parties": _l("Sides"), "agreements": _l("Documents"), "to_venue": _l("Leads to"),
    "buffer_before": _l("Minutes kept free before"), "buffer_after": _l("Minutes kept free after"),
    "description_ru": _l("Description in Russian"), "description_de": _l("Description in German"),
    "description_en": _l("Description in English"), "materials": _l("Handouts"), "cancelled": _l("cancelled"),
    WHOSE: _l("Of which conference (please leave as it is)"),
    STATE: _l("Of which state (please leave as it is)"),
}  # fmt: skip
WIDTHS: Mapping[str, int] = {
    "id": 8, "date": 12, "start": 9, "end": 9, "type": 16, "title_ru": 44, "title_de": 44, "title_en": 44, "venue": 28,
    "room": 18, "people": 40, "people_details": 40, "agreements": 40, "description_ru": 40, "description_de": 40,
    "description_en": 40, "materials": 40,
}  # fmt: skip
_YES = frozenset({"yes", "true", "1", "x", "да", "ja"})
_NO = frozenset({"", "no", "false", "0", "нет", "nein"})


def _joined(values: Sequence[str], sign: str = ";") -> str:
    return f"{sign} ".join(_escaped(value, sign) for value in values)


def _escaped(value: str, sign: str) -> str:
    return value.replace("\\", "\\\\").replace(sign, f"\\{sign}")


def _parts(text: str, sign: str = ";") -> list[str]:
    """The values of a cell, without the backslashes before ``sign``."""
    found = re.findall(rf"((?:\\.|[^\\{sign}])*)(?:{re.escape(sign)}|$)", text, re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL).strip() for part in found if part.strip()]


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("\r", "").split("\n") if line.strip()]


def _agreement(entry: Mapping[str, Any]) -> str:
    titles = [str(entry.get(f"title_{code}", "")) or "–" for code in ("ru", "de", "en")]
    return " | ".join([*(title.replace("|", "/") for title in titles), _joined(entry.get("parties") or [])])


_OF_PERSON = ("name_latin", "office_ru", "office_de", "office_en", "email", "language", "delegate")
_OF_PAPER = ("link", "file_name", "media_type", "sha256", "language")


def _labelled(head: str, entry: Mapping[str, Any], names: Sequence[str]) -> str:
    """«head | name: value | name: value», as far as there are values."""
    values = [head, *(f"{name}: {entry[name]}" for name in names if entry.get(name))]
    return " | ".join(_escaped(value, "|") for value in values)


def _read_labelled(line: str, names: Sequence[str], column: str) -> tuple[str, dict[str, str]]:
    head, *rest = _parts(line, "|")
    found = {}
    for part in rest:
        name, colon, value = part.partition(":")
        if not colon or name.strip() not in names:
            raise Refusal(
                _l("“%(value)s” is not known; known are %(known)s.", value=part[:60], known=", ".join(names)),
                field=column,
            )
        found[name.strip()] = value.strip()
    return head, found


def _paper(entry: Mapping[str, Any]) -> str:
    line = _labelled(str(entry["title"]), entry, _OF_PAPER)
    return line if entry.get("public", True) else f"{line} | public: no"


def _read_paper(line: str) -> dict[str, Any]:
    title, found = _read_labelled(line, (*_OF_PAPER, "public"), "materials")
    public = _answer(found.pop("public", "yes"), "materials")
    return {"title": title, "public": public, **found}


def _with_details(item: dict[str, Any]) -> dict[str, Any]:
    """The item with what a column of its own says of its people."""
    lines = item.pop("people_details", [])
    people = item.get("people", [])
    known = {(person["role"], person["name"]): person for person in people}
    for line in lines:
        head, found = _read_labelled(line, _OF_PERSON, "people_details")
        person = _person(head)
        if (person["role"], person["name"]) not in known:
            message = _l("“%(person)s” is not among the people of this session.", person=head[:80])
            raise Refusal(message, field="people_details")
        known[person["role"], person["name"]] |= found
    return item


def as_row(item: Mapping[str, Any]) -> dict[str, str]:
    """One item of a programme file as a row."""
    row = {column: "" if item.get(column) is None else str(item[column]) for column in ("id", "type", *_TEXTS)}
    row |= {name: f"{row[name]} {item[f'{name}_offset']}" for name in ("start", "end") if item.get(f"{name}_offset")}
    row |= {column: "" if item.get(column) is None else str(item[column]) for column in _NUMBERS}
    row |= {column: "yes" if item.get(column) else "no" for column in _YES_OR_NO}
    row |= {column: _joined(item.get(column) or []) for column in _LISTS}
    row["people"] = _joined([f"{person['role']}: {person['name']}" for person in item.get("people") or []])
    row["people_details"] = "\n".join(
        _labelled(f"{person['role']}: {person['name']}", person, _OF_PERSON)
        for person in item.get("people") or []
        if any(person.get(name) for name in _OF_PERSON)
    )
    row["materials"] = "\n".join(map(_paper, item.get("materials") or []))
    row["agreements"] = "\n".join(_agreement(entry) for entry in item.get("agreements") or [])
    return row


def write_sheet(content: Mapping[str, Any], versions: Mapping[str, int] | None = None) -> bytes:
    """The items of a draft as a workbook; the second line of each head is in the reader's language.

    :param versions: of the sessions, by their signs; None for what is no draft.
    """
    rows = [as_row(item) for item in content["items"]]
    for row in rows if versions is not None else ():
        row[STATE] = sign_of(row, (versions or {}).get(row["id"], 0))
    for row in rows:
        row[WHOSE] = f"{content['conference']} {content['host']}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "programme.xlsx"
        columns = [column for column in COLUMNS if column != STATE or versions is not None]
        write_xlsx(rows, columns, path, heads={name: str(words) for name, words in HEADS.items()}, widths=WIDTHS)
        return path.read_bytes()


def _person(text: str) -> dict[str, str]:
    role, colon, name = text.partition(":")
    if not colon:
        raise Refusal(_l("People are written as “role: name; role: name”."), field="people")
    return {"role": role.strip().casefold(), "name": name.strip()}


def _signed(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) > 4:
        raise Refusal(_l("A document is written as “Russian | German | English title | party; party”."),
                      field="agreements")  # fmt: skip
    parts += [""] * (4 - len(parts))
    titles = {f"title_{code}": "" if part in {"–", "-"} else part
              for code, part in zip(("ru", "de", "en"), parts, strict=False)}  # fmt: skip
    return {**titles, "parties": _parts(parts[3])}


def _number(text: str, column: str) -> int | None:
    if not text.strip():
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text.strip(), re.ASCII):
        raise Refusal(_l("A whole number from 0 is expected."), field=column)
    return int(text)


def _answer(text: str, column: str) -> bool:
    word = text.strip().casefold()
    if word not in _YES | _NO:
        raise Refusal(_l("Yes or no is expected."), field=column)
    return word in _YES


def _clock(text: str) -> str:
    """Spreadsheets say 09:30:00."""
    return re.sub(r"^(\d{1,2}:\d{2}):00$", r"\1", text.strip())


_WITH_OFFSET = re.compile(r"(\d{1,2}:\d{2}(?::00)?) *([+-]\d{2}:\d{2})", re.ASCII)


def _day(text: str) -> str:
    """Spreadsheets say 2017-06-29 00:00:00, people 29.06.2017."""
    text = re.sub(r"[ T]00:00:00$", "", text.strip())
    found = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text, re.ASCII)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def as_item(row: TableRow) -> dict[str, Any]:
    """A row as the item of a programme file; columns the table does not have are not named.

    :raises Refusal: with the column, when a cell cannot be read.
    """
    take: dict[str, Callable[[str], Any]] = {
        "id": str.strip, "type": str.strip,
        **dict.fromkeys(_TEXTS, str), "date": _day, "start": _clock, "end": _clock, STATE: str,
        **{column: lambda text, column=column: _number(text, column) for column in _NUMBERS},  # type: ignore[misc]
        **{column: lambda text, column=column: _answer(text, column) for column in _YES_OR_NO},  # type: ignore[misc]
        "languages": _parts, "parties": _parts,
        "people": lambda text: [_person(part) for part in _parts(text.replace("\n", ";"))],
        "people_details": _lines,
        "materials": lambda text: [_read_paper(line) for line in _lines(text)],
        "agreements": lambda text: [_signed(line) for line in _lines(text)],
    }  # fmt: skip
    item = _with_details({column: take[column](text) for column, text in row.values.items()})
    for name in ("start", "end"):
        found = _WITH_OFFSET.fullmatch(item.get(name, ""))
        if found is not None:
            item[name], item[f"{name}_offset"] = _clock(found[1]), found[2]
    return item


def read_sheet(content: bytes, *, zone: str) -> ProgrammeFile:
    """Read a workbook for a conference held in ``zone``; rows are counted as a person does, the header is row 1.

    :raises Refusal: when the file as a whole cannot be used: no workbook, unknown columns, an id twice.
    """
    if len(content) > MAX_BYTES:
        raise Refusal(_l("The file is larger than 20 MB; no programme is that long."))
    rejected: list[Rejected] = []
    warnings: list[Rejected] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "programme.xlsx"
        path.write_bytes(content)
        required = ("id", "type")
        optional = [column for column in COLUMNS if column not in required]
        rows = read_table(path, required=required, optional=optional, rejected=rejected, warnings=warnings)
    if len(rows) > MAX_ITEMS:
        raise Refusal(_l("The file holds more than %(most)s items.", most=MAX_ITEMS))
    items, places = [], []
    whose = list(dict.fromkeys(filter(None, (row.values.pop(WHOSE, "").strip() for row in rows))))
    if len(whose) > 1:
        raise Refusal(_l("The rows are of several conferences: %(marks)s.", marks=", ".join(whose)[:200]), field=WHOSE)
    for row in rows:
        try:
            item, seen = as_item(row), seen_in(row.values)
            if seen is not None:  # the sum is one of cells: said anew for what was read from them
                item[STATE] = sign_of(item if seen.untouched else {}, seen.version)
            items.append(item)
            places.append(row.number)
        except Refusal as refusal:
            rejected.append(Rejected(row.number, refusal.field or "", refusal.message))
    file = read_items(items, zone=zone, rows=places)
    file.rejected = sorted([*rejected, *file.rejected], key=lambda one: one.row)
    file.warnings = [*warnings, *file.warnings]
    if whose:
        file.conference, _space, file.host = whose[0].partition(" ")
    return file
