"""Hints a proofreader would give."""

from __future__ import annotations

from invitations.lint import Departure, departures, missing_parts


def test_departures_are_found_with_what_should_stand_there() -> None:
    text = "Встреча в городе Калуга 28 июня 2021г. с В.В.Шапшой, письмо на «7» лл., исх. №69"
    assert departures(text) == (
        Departure("town", "в городе Калуга", "в городе Калуге"),
        Departure("year", "2021г.", "2021\u00a0г."),
        Departure("initials", "В.В.Шапшой", "В.В.\u00a0Шапшой"),
        Departure("sheets", "«7» лл.", "7\u00a0л."),
        Departure("number", "№", "№\u00a0"),
    )


def test_nothing_is_found_when_the_text_is_clean() -> None:
    clean = "Встреча в городе Калуге и в городе Мытищи 28 июня 2021\u00a0г. с В.В.\u00a0Шапшой — на 7\u00a0л."
    assert departures(clean) == ()


def test_missing_parts_names_what_a_letter_lacks() -> None:
    assert missing_parts("# О деле\n\nТекст.\n\n-- С уважением,") == ()
    assert missing_parts("Текст.") == ("heading", "closing")
    assert missing_parts("# О деле\n-- С уважением,") == ("body",)
