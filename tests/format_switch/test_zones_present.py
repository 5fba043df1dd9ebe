"""On which clocks those present live, and how a page shows the hours."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask, get_template_attribute

from app.conferences.models import Conference
from app.correspondence.models import Reply
from app.correspondence.operations import approve_letters, issue_letters, prepare_letters
from app.correspondence.rules import LetterKind, ReplyAnswer
from app.delegations.rules import Accreditation
from app.format_switch.queries.zones import shown_strips, zones_present
from app.format_switch.rules.hours import TimedSession
from app.i18n import speaking
from tests.correspondence.conftest import write_briefs
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_delegation,
    make_head,
    make_municipality,
)

PLENARY = TimedSession("K", datetime(2021, 6, 28, 12, 0, tzinfo=UTC), datetime(2021, 6, 28, 14, 0, tzinfo=UTC))


def _invite(conference: Conference, slug: str, answer: ReplyAnswer | None, **town: str) -> None:
    given = {"name_ru": slug, "name_de": slug.title(), "country": "DE", "iso3166_2": "DE-BW", "timezone": "", **town}
    make_head(make_municipality(slug, **given), office_de="Oberbürgermeister", last="Mentrup", first="Frank",
              patronymic="", last_de="Mentrup", first_de="Frank")  # fmt: skip
    [letter] = prepare_letters(conference=conference, kind=LetterKind.INVITATION, selection=f"municipality:{slug}",
                               actor=ACTOR, at=NOW).letters  # fmt: skip
    approve_letters(conference=conference, letter_ids=[letter.id], actor=ACTOR, at=NOW)
    assert issue_letters(conference=conference, letter_ids=[letter.id], actor=ACTOR, at=NOW).count == 1
    if answer is not None:
        keep(Reply(letter_id=letter.id, answer=answer, people=0, first_at=NOW, answered_at=NOW))


def test_zones_are_those_of_delegates_and_of_heads_still_awaited_when_some_declined(app: Flask) -> None:
    conference = make_conference(contact_phone="+7 495 000-00-01", contact_email="info@twincities.example")
    write_briefs(conference)
    vladivostok = make_municipality("vladivostok", iso3166_2="RU-PRI", timezone="")
    make_delegate(conference, "D1", municipality_id=conference.host_id)
    make_delegate(conference, "D2", city_slug="vladivostok")
    make_delegate(conference, "D3", city_slug="", delegation_id=make_delegation(conference, vladivostok).id)
    make_delegate(conference, "D4", city_slug="", country="GE")
    make_delegate(conference, "D5", city_slug="", country="US", accreditation=Accreditation.WAITLISTED)
    make_delegate(conference, "D6", city_slug="", country="GE", accreditation=Accreditation.DECLINED)
    _invite(conference, "karlsruhe", None)
    _invite(conference, "suhl", ReplyAnswer.CANNOT)
    assert zones_present(conference) == {
        "Europe/Moscow": 2, "Asia/Vladivostok": 2, "Asia/Tbilisi": 1, "Europe/Berlin": 1,
    }  # fmt: skip


def test_strip_says_every_hour_in_words_when_it_is_read_aloud(app: Flask) -> None:
    with app.test_request_context("/de/"), speaking("de"):
        strips = shown_strips([PLENARY], {"Europe/Berlin": 1, "Asia/Vladivostok": 3}, host="Europe/Moscow")
        page = get_template_attribute("format_switch/_hours.html", "hours")(strips)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" ,", ",")
    assert "Montag, 28. Juni 2021 obere Zeile: Stunden am Gastgeberort beim Gastgeber 15 beim Gastgeber 16" in text
    assert "Berlin · 1 Person · −1 Std. zum Gastgeber 2 gute Stunden 14 15" in text
    assert "Moskau · Uhrzeit des Gastgebers 2 gute Stunden 15 16" in text
    assert "09:00–13:00 Uhr ist für alle eine gute Zeit." in text.replace("\u00a0", " ")
    assert "Wladiwostok · 3 Personen · +7 Std. zum Gastgeber 2 Stunden nachts 22 Nacht 23 Nacht" in text


def test_strip_says_for_how_many_it_is_a_good_time_when_no_hour_is_good_for_all(app: Flask) -> None:
    zones = {"Europe/Moscow": 5, "Pacific/Honolulu": 1}
    with app.test_request_context("/ru/"), speaking("ru"):
        [strip] = shown_strips([PLENARY], zones, host="Europe/Moscow")
    assert strip.window == "08:00–20:00: удобное время для большинства (5 из 6)."


def test_strip_is_left_out_when_there_is_no_session(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert get_template_attribute("format_switch/_hours.html", "hours")([]).strip() == ""
