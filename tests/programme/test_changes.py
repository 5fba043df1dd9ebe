"""What changed between two frozen programmes, in words of three languages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.i18n import speaking
from app.programme.rules.changes import Change, changes

A: dict[str, Any] = {
    "uid": "a", "id": "A", "date": "2021-06-28", "type": "plenary", "title_ru": "Открытие", "title_de": "Eröffnung",
    "title_en": "Opening", "audience": "all", "languages": ["ru", "de"], "simultaneous_interpretation": True,
    "people": [{"name": "Анна Орлова", "role": "chair"}, {"name": "Dr. Knapp", "role": "speaker"}],
    "cancelled": False, "held_as": "in-person", "starts_at": "2021-06-28T07:00:00+00:00",
    "ends_at": "2021-06-28T09:00:00+00:00", "venue_names": {"ru": "Филармония", "de": "Philharmonie"},
    "room_names": {"ru": "Зал 1", "de": "Saal 1"},
}  # fmt: skip
NEXT_DAY = {"starts_at": "2021-06-29T08:30:00+00:00", "ends_at": "2021-06-29T10:30:00+00:00", "date": "2021-06-29"}
NOWHERE: dict[str, Any] = {"venue_names": {}, "room_names": {}}
NO_TIME: dict[str, Any] = {"starts_at": None, "ends_at": None, "date": ""}


def _content(*items: dict[str, Any]) -> dict[str, Any]:
    tracks = [{"id": "youth", "name_ru": "Молодёжь", "name_de": "Jugend", "name_en": "Youth"}]
    return {"timezone": "Europe/Moscow", "items": list(items), "tracks": tracks}


def _changes(before: list[dict[str, Any]], after: list[dict[str, Any]], language: str = "en") -> list[Change]:
    with speaking(language):
        return changes(_content(*before), _content(*after), language=language)


def _words(language: str = "en", /, **given: Any) -> list[str]:
    [found] = _changes([A], [A | given], language)
    return [text.replace("\u00a0", " ") for text in found.words]


@pytest.mark.parametrize(
    ("given", "english", "russian", "german"),
    [
        (NEXT_DAY, "Moved from 28 June, 10:00 to 29 June, 11:30.",
         "Перенесено с 28 июня, 10:00 на 29 июня, 11:30.",
         "Verschoben vom 28. Juni, 10:00 Uhr, auf den 29. Juni, 11:30 Uhr."),
        ({"starts_at": "2021-06-28T08:00:00+00:00", "ends_at": "2021-06-28T10:00:00+00:00"},
         "Moved on 28 June from 10:00 to 11:00.",
         "28 июня: перенесено с 10:00 на 11:00.",
         "Am 28. Juni von 10:00 Uhr auf 11:00 Uhr verschoben."),
        ({"ends_at": "2021-06-28T09:30:00+00:00"}, "Ends at 12:30 instead of 12:00.",
         "Окончание в 12:30 вместо 12:00.", "Ende um 12:30 Uhr statt um 12:00 Uhr."),
        (NO_TIME, "Now no day yet (before: 28 June 2021, 10:00–12:00).",
         "Теперь день не определён (было: 28 июня 2021 г., 10:00–12:00).",
         "Jetzt noch kein Tag (vorher: 28. Juni 2021, 10:00–12:00 Uhr)."),
        ({"room_names": {"ru": "Зал 2", "de": "Saal 2"}}, "Other room: Saal 2 (before: Saal 1).",
         "Другой зал: Зал 2 (было: Зал 1).", "Anderer Raum: Saal 2 (vorher: Saal 1)."),
        (NOWHERE, "The place is open now (before: Philharmonie, Saal 1).",
         "Место пока не определено (было: Филармония, Зал 1).",
         "Der Ort ist jetzt offen (vorher: Philharmonie, Saal 1)."),
        ({"title_de": "Auftakt"}, "Renamed in German: “Auftakt” (before: “Eröffnung”).",
         "Переименовано по-немецки: «Auftakt» (было: «Eröffnung»).",
         "Umbenannt auf Deutsch: „Auftakt“ (vorher: „Eröffnung“)."),
        ({"title_en": ""}, "No title in English any more (before: “Opening”).",
         "Названия по-английски больше нет (было: «Opening»).",
         "Kein Titel auf Englisch mehr (vorher: „Opening“)."),
        ({"held_as": "video"}, "Now by video (before: on site).", "Теперь по видеосвязи (было: очно).",
         "Jetzt per Video (vorher: vor Ort)."),
        ({"languages": ["de"]}, "Languages: German (before: Russian and German).",
         "Языки: немецкий (было: русский и немецкий).",
         "Sprachen: Deutsch (vorher: Russisch und Deutsch)."),
        ({"simultaneous_interpretation": False}, "No simultaneous interpreting any more.",
         "Теперь без синхронного перевода.", "Jetzt ohne Simultandolmetschen."),
        ({"interpreted_how": "whispered"}, "Interpreting: whispered.", "Перевод: шёпотом.", "Dolmetschen: geflüstert."),
        ({"track": "youth"}, "Track: Youth.", "Направление: Молодёжь.", "Themenreihe: Jugend."),
        ({"audience": "press"}, "Now for the press.", "Теперь для прессы.", "Jetzt für die Presse."),
        ({"type": "press"}, "Other kind: Press (before: Plenary session).",
         "Другой вид: Пресса (было: Пленарное заседание).", "Andere Art: Presse (vorher: Plenarsitzung)."),
        ({"people": A["people"][:1]}, "Not with them any more: Dr. Knapp.", "Больше не участвует: Dr. Knapp.",
         "Nicht mehr dabei: Dr. Knapp."),
        ({"people": [*A["people"], {"name": "Л. Вебер", "name_latin": "L. Weber", "role": "speaker"}]},
         "With them now: L. Weber (speaker).", "Теперь участвует: Л. Вебер (выступающий).",
         "Neu dabei: L. Weber (Redebeitrag)."),
        ({"people": A["people"][::-1]}, "Other order of the people.", "Изменён порядок участников.",
         "Andere Reihenfolge der Mitwirkenden."),
        ({"description_ru": "Сначала гимны"}, "Other description.", "Изменено описание.", "Andere Beschreibung."),
    ],
)  # fmt: skip
def test_change_is_told_in_three_languages_when_one_thing_differs(
    app: Flask, given: dict[str, Any], english: str, russian: str, german: str
) -> None:
    assert (_words("en", **given), _words("ru", **given), _words("de", **given)) == ([english], [russian], [german])


def test_everything_is_told_in_order_of_weight_when_much_differs(app: Flask) -> None:
    people = [{"name": "Анна Орлова", "role": "moderator"}, {"name": "Л. Вебер", "role": "speaker"}]
    given = NEXT_DAY | {"ends_at": "2021-06-29T11:00:00+00:00"} | NOWHERE | {
        "title_ru": "Торжественное открытие", "people": people, "languages": ["ru"], "description_de": "Neu",
    }  # fmt: skip
    assert _words(**given) == [
        "Moved from 28 June, 10:00 to 29 June, 11:30.",
        "Lasts until 14:00.",
        "The place is open now (before: Philharmonie, Saal 1).",
        "Renamed in Russian: “Торжественное открытие” (before: “Открытие”).",
        "With them now: L. Weber (speaker).",
        "Not with them any more: Dr. Knapp.",
        "Anna Orlowa now: moderator.",
        "Languages: Russian (before: Russian and German).",
        "Other description.",
    ]


def test_sessions_are_new_cancelled_and_reinstated_when_two_programmes_are_compared(app: Flask) -> None:
    b, c, d = (A | {"uid": code, "id": code} for code in "bcd")
    off = {"cancelled": True}
    found = _changes([A, b, c | off], [A | off, c, d, b | {"uid": "e", "id": "e"} | off])
    assert [(one.kind, one.item["id"], one.sign) for one in found] == [
        ("cancelled", "A", "cancelled"), ("reinstated", "c", "reinstated"), ("new", "d", "new"),
        ("cancelled", "b", "cancelled"),
    ]  # fmt: skip


def test_nothing_is_told_when_only_what_nobody_reads_differs(app: Flask) -> None:
    assert _changes([A], [A | {"sequence": 3, "note": "intern", "track": "", "parties": []}]) == []


def test_titles_stand_side_by_side_when_renamed(app: Flask) -> None:
    [found] = _changes(
        [A | {"title_de": "Feierliche Eröffnung der Konferenz"}], [A | {"title_de": "Eröffnung der Tagung"}]
    )
    [detail] = found.details
    assert (detail.what, detail.language) == ("renamed", "de")
    assert detail.compared == [
        ("gone", "Feierliche", ""), ("same", "Eröffnung der", "Eröffnung der"), ("other", "Konferenz", "Tagung"),
    ]  # fmt: skip
