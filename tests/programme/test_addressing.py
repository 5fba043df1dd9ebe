"""How mails of the programme greet somebody of whom only the written name is known."""

from __future__ import annotations

import pytest

from app.programme.rules.addressing import greeting, parts_of
from invitations.recipient import Gender


@pytest.mark.parametrize(
    ("name", "language", "latin", "said", "listed"),
    [
        ("Гостев Иван Петрович", "ru", "", "Уважаемый Иван Петрович!", "Гостев Иван Петрович"),
        ("Анна Павловна Орлова", "ru", "", "Уважаемая Анна Павловна!", "Орлова Анна Павловна"),
        ("Гостев Иван Петрович", "de", "Ivan Gostev", "Sehr geehrter Herr Gostev,", "Гостев Иван Петрович"),
        ("Анна Орлова", "ru", "", "Здравствуйте, Анна Орлова!", "Орлова Анна"),
        ("Thomas Dietrich", "de", "", "Guten Tag Thomas Dietrich,", "Dietrich, Thomas"),
        ("Томас Дитрих", "de", "Thomas Dietrich", "Guten Tag Thomas Dietrich,", "Дитрих Томас"),
        ("Frau Dr. Eva von Berg", "de", "", "Sehr geehrte Frau Dr. von Berg,", "von Berg, Eva"),
        ("Herr Amt", "de", "", "Sehr geehrter Herr Amt,", "Amt"),
        ("", "ru", "", "Уважаемые дамы и господа!", ""),
        ("", "de", "", "Sehr geehrte Damen und Herren,", ""),
    ],
)
def test_greeting_is_formal_when_the_name_tells_enough(
    name: str, language: str, latin: str, said: str, listed: str
) -> None:
    assert (greeting(name, language, latin=latin), parts_of(name).sorted_first()) == (said, listed)


def test_greeting_takes_the_gender_that_was_entered_when_there_is_one() -> None:
    assert greeting("Thomas Dietrich", "de", gender=Gender.MALE) == "Sehr geehrter Herr Dietrich,"
