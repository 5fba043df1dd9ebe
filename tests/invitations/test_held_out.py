"""Forms no rule was made for: tables written by hand, of classes rather than of examples."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from invitations import inflect_tables

DATA = Path(__file__).parent / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / f"held_out_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text: str) -> str:
    return text.replace("ё", "е").replace("Ё", "Е").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("name", "keys", "answers", "least"),
    [
        ("names", ("nominative", "gender"), ("dative", "genitive", "instrumental"), 180),
        ("titles", ("nominative",), ("dative",), 150),
        ("salutation", ("lang", "title", "last", "gender"), ("address_lines", "salutation"), 80),
        ("translit", ("source", "scheme"), ("target",), 240),
    ],
)
def test_tables_are_filled_as_written_by_hand(
    name: str, keys: tuple[str, ...], answers: tuple[str, ...], least: int
) -> None:
    rows = rows_of(name)
    assert len(rows) >= least
    asked = [{key: value for key, value in row.items() if key not in answers} for row in rows]
    filled = getattr(inflect_tables, f"fill_{name}")(asked)
    wrong = [
        ([row[key] for key in keys], done[answer], row[answer])
        for row, done in zip(rows, filled, strict=True)
        for answer in answers
        if row[answer] and plain(done[answer]) != plain(row[answer])
    ]
    assert wrong == []
