"""What holds together on a line, and the marks of quotation."""

from __future__ import annotations

import pytest

from invitations.typography import bound, quoted


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [
        ("ru", 'Форум "Города-партнёры"', "Форум «Города-партнёры»"),
        ("ru", '"Дом "Мира" и дружбы"', "«Дом „Мира“ и дружбы»"),
        ("ru", '«Клуб "Диалог"» и "Мост"', "«Клуб „Диалог“» и «Мост»"),
        ("ru", "«Клуб „Диалог“»", "«Клуб „Диалог“»"),
        ("de", 'das Forum "Partnerstädte"', "das Forum „Partnerstädte“"),
        ("de", 'der Verein "Haus "Mir" Suhl"', "der Verein „Haus ‚Mir‘ Suhl“"),
        ("en", 'the forum ("Partner Cities"), the city\'s guests', "the forum (“Partner Cities”), the city’s guests"),
    ],
)
def test_straight_marks_become_those_of_the_language(language: str, typed: str, shown: str) -> None:
    assert quoted(typed, language) == shown


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [
        ("ru", "2021 г. и 2019-2021гг.", "2021~г. и~2019-2021~гг."),
        ("ru", "В. В. Шапша, № 12", "В.В.~Шапша, №~12"),
        ("ru", "с Шапшой В. В. в г. Калуге", "с~Шапшой~В.~В. в~г.~Калуге"),
        ("ru", "28 июня — 412 человек", "28~июня~— 412~человек"),
        ("de", "Herrn Dr. Müller, 6. April, z. B. Nr. 7", "Herrn~Dr.~Müller, 6.~April, z.~B. Nr.~7"),
        ("en", "Dr Weber met Ms Reker – No. 7", "Dr~Weber met Ms~Reker~– No.~7"),
    ],
)
def test_words_hold_together_where_the_language_wants_it(language: str, typed: str, shown: str) -> None:
    assert bound(typed, language).replace("\u00a0", "~") == shown
