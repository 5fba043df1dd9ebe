"""The example tables of forms: every answer that is asserted is reached, and nothing beyond the answers is touched."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from invitations.inflect_tables import fill_names, fill_salutation, fill_titles, fill_translit, split_name

DATA = Path(__file__).parent / "data"
Rows = list[dict[str, str]]


def table(name: str) -> Rows:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text: str) -> str:
    return text.replace("ё", "е").replace("Ё", "Е").replace("\u00a0", " ").replace(". ", ".").casefold()


@pytest.mark.parametrize(
    ("name", "fill", "answers"),
    [
        ("names.csv", fill_names, ("dative", "genitive", "instrumental", "initials_dative")),
        ("titles.csv", fill_titles, ("dative",)),
        ("salutation.csv", fill_salutation, ("address_lines", "salutation")),
        ("translit.csv", fill_translit, ("target",)),
    ],
)
def test_fill_table_reaches_every_asserted_answer_when_answers_are_empty(
    name: str, fill: Callable[[Rows], Rows], answers: tuple[str, ...]
) -> None:
    wanted = table(name)
    asked = [{column: "" if column in answers else value for column, value in row.items()} for row in wanted]
    got = fill(asked)
    asserted = [(n, a) for n, row in enumerate(wanted) for a in answers if row[a]]
    assert {(n, a): plain(got[n][a]) for n, a in asserted} == {(n, a): plain(wanted[n][a]) for n, a in asserted}
    assert [list(row) for row in got] == [list(row) for row in wanted]


@pytest.mark.parametrize(
    ("nominative", "parts"),
    [
        ("Денисов Дмитрий Александрович", ("Денисов", "Дмитрий", "Александрович")),
        ("ван дер Беллен Александр", ("ван дер Беллен", "Александр", "")),
        ("Алиев Мамед Гасан оглы", ("Алиев", "Мамед", "Гасан оглы")),
        ("Гарсия Маркес Габриэль Хосевич", ("Гарсия Маркес", "Габриэль", "Хосевич")),
        ("Юнг Буркхард", ("Юнг", "Буркхард", "")),
    ],
)
def test_split_name_finds_the_three_parts(nominative: str, parts: tuple[str, str, str]) -> None:
    assert split_name(nominative) == parts


def test_fill_titles_leaves_the_answer_empty_when_the_head_word_is_unknown() -> None:
    assert fill_titles([{"nominative": "Квазимодо города Калуги", "dative": ""}]) == [
        {"nominative": "Квазимодо города Калуги", "dative": ""}
    ]
