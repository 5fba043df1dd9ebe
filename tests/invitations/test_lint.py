"""Hints a proofreader would give."""

from __future__ import annotations

from typing import Any

import pytest

from invitations.letter import KINDS, shipped_text
from invitations.lint import (
    Departure,
    addressee_departures,
    departures,
    heading_departures,
    missing_parts,
    opening_departures,
    text_departures,
)
from invitations.recipient import Recipient


def test_departures_are_found_with_what_should_stand_there() -> None:
    text = "Встреча в городе Калуга 28 июня 2021г. с В.В.Шапшой, письмо на «7» лл., исх. №69"
    assert departures(text) == (
        Departure("town", "в городе Калуга", "в городе Калуге"),
        Departure("year", "2021г.", "2021\u00a0г."),
        Departure("initials", "В.В.Шапшой", "В.В.\u00a0Шапшой"),
        Departure("sheets", "«7» лл.", "7\u00a0л."),
        Departure("number", "№", "№\u00a0"),
    )


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("ru", "Ув. коллеги", ("dear", "Ув. ", "Уважаемый ")),
        ("ru", "г-жа Рекер!", ("mister", "г-жа", "госпожа")),
        ("ru", "встреча в г. Калуга", ("town", "в г. Калуга", "в г. Калуге")),
        ("ru", "28-30 июня", ("range", "28-30", "28–30")),
        ("ru", "из г.Перми", ("town sign", "г.", "г.\u00a0")),
        ("ru", "встреча - это", ("dash", "-", "—")),
        ("ru", "форум “Диалог”", ("foreign quotes", "“Диалог”", "«Диалог»")),
        ("ru", 'форум "Диалог"', ("quotes", '"Диалог"', "«Диалог»")),
        ("ru", "просим  Вас", ("double space", "  ", " ")),
        ("ru", "просим , Вас", ("space before", " ,", ",")),
        ("ru", "просим просим", ("doubled word", "просим просим", "просим")),
        ("ru", "С уважением", ("closing comma", "С уважением", "С уважением,")),
        ("de", "in der Hauptstrasse", ("sharp s", "Hauptstrasse", "Hauptstraße")),
        ("de", "eine grosse Freude", ("sharp s", "grosse", "große")),
        ("de", "wir hoffen, daß", ("sharp s", "daß", "dass")),
        ("de", "z.B. Suhl", ("abbreviation", "z.B.", "z.\u00a0B.")),
        ("de", "Hr. Weiss", ("mister", "Hr. ", "Herr ")),
        ("de", "Kultur - und mehr", ("dash", "-", "–")),
        ("de", "28.-30. Juni", ("range", "28.-30.", "28.–30.")),
        ("de", "das Forum «Dialog»", ("foreign quotes", "«Dialog»", "„Dialog“")),
        ("de", 'das Forum "Dialog"', ("quotes", '"Dialog"', "„Dialog“")),
        ("de", "Mit freundlichen Grüßen,", ("closing comma", "Mit freundlichen Grüßen,", "Mit freundlichen Grüßen")),
        ("en", "28-30 June", ("range", "28-30", "28–30")),
        ("en", "the forum «Dialog»", ("foreign quotes", "«Dialog»", "“Dialog”")),
        ("en", 'the forum "Dialog"', ("quotes", '"Dialog"', "“Dialog”")),
        ("en", "Dear Sirs", ("dear", "Dear Sirs", "Dear Sir or Madam")),
        ("en", "Yours sincerely", ("closing comma", "Yours sincerely", "Yours sincerely,")),
    ],
)
def test_departures_are_found_in_every_language(language: str, text: str, found: tuple[str, str, str]) -> None:
    assert departures(text, language) == (Departure(*found),)


@pytest.mark.parametrize(
    ("language", "clean"),
    [
        (
            "ru",
            "Встреча в городе Калуге и в городе Мытищи 28–30 июня 2021\u00a0г. с В.В.\u00a0Шапшой — на 7\u00a0л. "
            "в Доме «Мира „Слова“», в г.\u00a0Калуге",
        ),
        ("de", "Herr Weiss und Frau Gross – z.\u00a0B. im „Haus ‚Mir‘“ der Stadt- und Kreisverwaltung, 28.–30. Juni."),
        ("en", "The city’s forum “Dialogue” – on 28–30 June."),
    ],
)
def test_nothing_is_found_when_the_text_is_clean(language: str, clean: str) -> None:
    assert departures(clean, language) == ()


def test_heading_has_neither_its_word_nor_a_full_stop() -> None:
    assert heading_departures("Betreff: Einladung.") == (
        Departure("subject word", "Betreff:", "Einladung."),
        Departure("heading stop", "Betreff: Einladung.", "Betreff: Einladung"),
    )
    assert heading_departures("Treffen des Deutsch-Russischen Forums e. V.") == ()


@pytest.mark.parametrize(
    ("salutation", "first", "language", "found"),
    [
        ("Sehr geehrte Frau Dr. Muster", "wir", "de", [("salutation mark", "Sehr geehrte Frau Dr. Muster,")]),
        ("Sehr geehrte Frau Muster,", "Wir laden", "de", [("after comma", "wir")]),
        ("Sehr geehrte Frau Muster,", "Ihre Stadt", "de", []),
        ("Уважаемые коллеги.", "Приглашаем", "ru", [("salutation mark", "Уважаемые коллеги!")]),
        ("Уважаемые коллеги,", "Приглашаем", "ru", []),
        ("Dear Ms Reker", "We", "en", [("salutation mark", "Dear Ms Reker,")]),
    ],
)
def test_opening_departs_from_what_the_language_wants(
    salutation: str, first: str, language: str, found: list[tuple[str, str]]
) -> None:
    assert [(one.rule, one.better) for one in opening_departures(salutation, first, language)] == found


def test_edited_text_is_told_of_line_by_line() -> None:
    text = "# Betreff: Treffen.\n\nWir laden {% if theme %}Sie{% endif %} {% if year %}ein{% endif %}.\n"
    assert [one.rule for one in text_departures(text, "de")] == [
        "subject word", "heading stop", "after comma", "closing",
    ]  # fmt: skip
    assert [one.rule for one in text_departures("Приглашаем.\n\n-- С уважением", "ru")] == ["heading", "closing comma"]


@pytest.mark.parametrize("language", ["ru", "de", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_shipped_texts_are_clean(kind: str, language: str) -> None:
    assert text_departures(shipped_text(kind, language), language) == ()


def test_missing_parts_names_what_a_letter_lacks() -> None:
    assert missing_parts("# О деле\n\nТекст.\n\n-- С уважением,") == ()
    assert missing_parts("Текст.") == ("heading", "closing")
    assert missing_parts("# О деле\n-- С уважением,") == ("body",)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"last": "Müller-Lüdenscheidt", "first": "Jean-Luc", "degree": "Dr. h. c."}, []),
        ({"last": "O’Brien", "first": "J. R.", "office": "1. Bürgermeister der Stadt X (Y)"}, []),
        ({"last": "Nguyễn", "first": "Đặng"}, []),
        ({"last": "Ал-Фарух", "office": "Глава района № 5 города Калуги"}, []),
        ({"last": "<script>alert(1)</script>"}, ["digit in name", "odd sign"]),
        ({"last": "Иванов", "patronymic": "{{ 7*7 }}"}, ["digit in name", "odd sign"]),
        ({"office": "Глава {{ town }}"}, ["odd sign"]),
        ({"last": "Schmidt\u202egnp"}, ["sign left out"]),
        ({"first": "Anna\x07"}, ["sign left out"]),
        ({"first": "Anna 🎉"}, ["sign left out"]),
        ({"last": "Ивaнов"}, ["mixed letters"]),
        ({"last": "Muster2"}, ["digit in name"]),
        ({"last": "Müller/Schmidt"}, ["odd sign"]),
        ({"address": ("Marktplatz 1", "98527 <b>Suhl</b>")}, ["odd sign"]),
    ],
)
def test_addressee_departures_tell_of_signs_when_they_do_not_belong_to_an_addressee(
    given: dict[str, Any], found: list[str]
) -> None:
    recipient = Recipient("ru", **{"office": "Глава города", "last": "Денисов", "first": "Дмитрий", **given})
    assert [one.rule for one in addressee_departures(recipient)] == found


def test_addressee_departures_make_invisible_signs_visible() -> None:
    (one,) = addressee_departures(Recipient("de", "Landrat", "Schmidt\u202egnp", "Anna"))
    assert (one.found, one.better) == ("Schmidt[U+202E]gnp", "Schmidtgnp")
