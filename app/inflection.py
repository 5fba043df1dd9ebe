"""``ratusha inflect …``: fill a table of names, titles, salutations or transcriptions."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from app.command_line import verb
from app.errors import Refusal

COLUMNS = {
    "names": ("nominative", "gender", "dative", "genitive", "instrumental", "initials_dative"),
    "titles": ("nominative", "dative"),
    "salutation": (
        "lang", "title", "academic", "first", "patronymic", "last", "gender", "address_lines", "salutation",
    ),
    "translit": ("source", "scheme", "target"),
}  # fmt: skip
# The answer without which a row says nothing.
_FIRST = {"names": "dative", "titles": "dative", "salutation": "salutation", "translit": "target"}
ANSWERS = {
    "names": {"dative", "genitive", "instrumental", "initials_dative"},
    "titles": {"dative"},
    "salutation": {"address_lines", "salutation"},
    "translit": {"target"},
}


def _read(path: Path, kind: str) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or [])
            rows = [{key: value or "" for key, value in row.items() if key is not None} for row in reader]
    except (UnicodeDecodeError, csv.Error) as reason:
        raise Refusal(_("The file is no CSV in UTF-8."), row=1, field="file") from reason
    missing = [name for name in COLUMNS[kind] if name not in columns and name not in ANSWERS[kind]]
    if missing:
        raise Refusal(_("The column “%(name)s” is missing.", name=missing[0]), row=1, field=missing[0])
    return columns, rows


def fill(kind: str, source: Path, target: Path) -> dict[str, Any]:
    """Read ``source``, fill the answers, write ``target``; columns we do not know are kept.

    :raises Refusal: when the file is no CSV in UTF-8 or lacks a column.
    """
    from invitations import inflect_tables

    columns, rows = _read(source, kind)
    answers = getattr(inflect_tables, f"fill_{kind}")(rows)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*columns, *(name for name in COLUMNS[kind] if name not in columns)],
                                extrasaction="ignore", lineterminator="\n")  # fmt: skip
        writer.writeheader()
        writer.writerows(answers)
    empty = [number for number, row in enumerate(answers, start=2) if not row.get(_FIRST[kind])]
    return {"rows": len(answers), "filled": len(answers) - len(empty), "empty": empty}


def _text(result: dict[str, Any]) -> str:
    said = f"rows filled: {result['filled']} of {result['rows']}"
    if not result["empty"]:
        return said
    some = ", ".join(str(number) for number in result["empty"][:20])
    return f"{said}; left empty because the form is not known for certain: rows {some}" + (
        " …" if len(result["empty"]) > 20 else ""
    )


def _make(kind: str, words: str) -> None:
    @verb("inflect", kind, text=_text)
    @click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
    def run(source: Path, target: Path) -> dict[str, Any]:
        return fill(kind, source, target)

    run.help = words


_make("names", "Dative, genitive and instrumental of Russian names.")
_make("titles", "Dative of Russian titles.")
_make("salutation", "Address lines and salutations in Russian, German and English.")
_make("translit", "Transcription between Cyrillic and Latin.")
