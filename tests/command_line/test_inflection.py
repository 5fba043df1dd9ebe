"""``ratusha inflect``: tables in, tables out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask

from app.errors import Refusal
from app.inflection import fill

EXAMPLES = {
    "names": (
        "nominative,gender,dative,genitive,instrumental,initials_dative\nДенисов Дмитрий Александрович,m,,,,\n",
        {"dative": "Денисову Дмитрию Александровичу", "instrumental": "Денисовым Дмитрием Александровичем"},
    ),
    "titles": ("nominative,dative\nГлава города Калуги,\n", {"dative": "Главе города Калуги"}),
    "salutation": (
        "lang,title,academic,first,patronymic,last,gender,address_lines,salutation\n"
        "de,Oberbürgermeister der Stadt Jena,Dr.,Anna,,Beck,f,,\n",
        {"address_lines": "Oberbürgermeisterin der Stadt Jena | Frau Dr. Anna Beck",
         "salutation": "Sehr geehrte Frau Oberbürgermeisterin,"},
    ),
    "translit": ("source,scheme,target\nХрущёв,ru_icao9303,\n", {"target": "Khrushchev"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXAMPLES)
def test_fill_answers_each_row_when_the_answers_are_empty(app: Flask, tmp_path: Path, kind: str) -> None:
    given, expected = EXAMPLES[kind]
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(given, encoding="utf-8")
    assert fill(kind, source, target) == {"rows": 1, "filled": 1, "empty": []}
    with target.open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert {name: row[name] for name in expected} == expected
    assert list(row) == given.split("\n", 1)[0].split(",")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("names", "nominative,gender\nВебер Ким,x\n"),
        ("titles", "nominative\nБурмистр города\n"),
        ("translit", "source,scheme\nХрущёв,klingon\n"),
    ],
)
def test_fill_names_the_rows_it_leaves_empty_when_it_does_not_know(
    app: Flask, tmp_path: Path, kind: str, given: str
) -> None:
    source = tmp_path / "in.csv"
    source.write_text(given, encoding="utf-8")
    assert fill(kind, source, tmp_path / "out.csv") == {"rows": 1, "filled": 0, "empty": [2]}


@pytest.mark.parametrize("given", [b"a,b\n1,2\n", "nominative\nДенисов".encode("cp1251"), b""])
def test_fill_refuses_when_the_file_is_of_another_kind(app: Flask, tmp_path: Path, given: bytes) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(given)
    with pytest.raises(Refusal):
        fill("names", source, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
