"""The public programme: the newest release, in three languages."""

from __future__ import annotations

import re
import statistics
import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.conferences.rules import ConferenceFormat
from app.database import transaction
from app.programme.operations import cancel_session, change_session, details_of, release_programme
from app.programme.queries import session_by_code
from app.programme.rules import PersonRole
from app.programme.rules.parts import PersonDetails
from tests.factories import ACTOR, NOW, make_conference, make_room, make_session
from tests.programme_files import released_krasnodar


def _page(visitor: FlaskClient, language: str, slug: str, query: str = "") -> Any:
    response = visitor.get(f"/{language}/c/{slug}/programme{query}")
    assert response.status_code == 200
    return html.fromstring(response.text)


def _find(page: Any, selector: str) -> list[Any]:
    import cssselect2

    root = cssselect2.ElementWrapper.from_html_root(page)
    return [found.etree_element for found in root.query_all(selector)]


def _words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


@pytest.mark.parametrize(
    ("language", "says"),
    [("ru", "Здесь будет программа"), ("de", "Hier wird das Programm stehen"), ("en", "The programme will stand here")],
)
def test_page_invites_to_come_back_when_nothing_is_released(visitor: FlaskClient, language: str, says: str) -> None:
    conference = make_conference()
    make_session(conference, title_de="Noch geheim")
    page = _page(visitor, language, conference.slug)
    assert [_words(found) for found in _find(page, ".empty__title")] == [says]
    assert "Noch geheim" not in _words(page)
    assert visitor.get(f"/{language}/c/{conference.slug}/programme.pdf").status_code == 404


def test_page_is_not_there_when_the_conference_is_unknown(visitor: FlaskClient) -> None:
    assert visitor.get("/ru/c/nowhere/programme").status_code == 404


@pytest.mark.parametrize(
    ("language", "day", "opening"),
    [
        ("ru", "Среда, 28 июня 2017 г.", [
            "17:00–19:00",
            "Торжественное открытие XIV Конференции городов-партнёров России и Германии",
            "Eröffnung der XIV. Deutsch-Russischen Städtepartnerkonferenz",
            "Краснодарская филармония им. Г. Ф. Пономаренко, Большой зал",
            "Пленарное заседание · русский и немецкий, с синхронным переводом",
        ]),
        ("de", "Mittwoch, 28. Juni 2017", [
            "17:00–19:00",
            "Eröffnung der XIV. Deutsch-Russischen Städtepartnerkonferenz",
            "Торжественное открытие XIV Конференции городов-партнёров России и Германии",
            "Philharmonie Krasnodar, Großer Saal",
            "Plenarsitzung · Russisch und Deutsch, mit Simultandolmetschen",
        ]),
    ],
)  # fmt: skip
def test_page_shows_hours_and_both_titles_when_released(
    visitor: FlaskClient, language: str, day: str, opening: list[str]
) -> None:
    conference, _release = released_krasnodar()
    page = _page(visitor, language, conference.slug)
    [line] = _find(page, "#K07")
    assert [_words(part) for part in (_find(line, "time")[0], *_find(line, ".timetable__text > *"))] == opening
    heads = [_words(head) for head in _find(page, "h2.day-head")]
    assert (len(heads), heads[2]) == (5, day)
    assert [link.get("href") for link in _find(page, ".programme__days a")] == [
        "#day-2017-06-26", "#day-2017-06-27", "#day-2017-06-28", "#day-2017-06-29", "#day-2017-06-30",
    ]  # fmt: skip
    assert _find(line, ".timetable__title")[0].get("lang") == language


def test_page_shows_the_release_not_the_draft_when_the_draft_went_on(visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    opening = session_by_code(conference, "K07")
    assert opening is not None
    details = replace(details_of(opening), title_de="Auftakt", people=(PersonDetails("Анна Орлова", PersonRole.CHAIR),))
    change_session(session=opening, details=details, version=opening.version, actor=ACTOR, at=NOW)
    assert "Auftakt" not in _words(_page(visitor, "de", conference.slug))
    release_programme(conference=conference, name="Stand 12. Mai", actor=ACTOR, at=NOW)
    page = _page(visitor, "de", conference.slug)
    assert [_words(part) for part in _find(page, "#K07 .timetable__title, #K07 .timetable__people")] == [
        "Auftakt", "VorsitzAnna Orlowa",
    ]  # fmt: skip
    assert [_words(foot) for foot in _find(page, ".page-foot")] == [
        "Fassung 2, „Stand 12. Mai“, vom 6. April 2021, 12:00 Uhr. Alle Zeiten in Ortszeit. Was sich geändert hat"
    ]


def test_page_marks_what_is_cancelled_and_by_video_when_released(visitor: FlaskClient) -> None:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "A", room=hall)
    off = make_session(conference, "B", room=hall)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    cancel_session(session=off, actor=ACTOR, at=NOW)
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    page = _page(visitor, "en", conference.slug)
    assert [_words(part) for part in _find(page, "#B .timetable__state")] == ["is cancelled"]
    assert [_words(part) for part in _find(page, "#A .timetable__place, #A .timetable__facts")] == [
        "Plenary session · by video · Russian and German, with simultaneous interpreting"
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [("ОТКРЫТИЕ конференции", ["K07"]), ("филармония", ["K03", "K06", "K07", "K08"]),
     ("eröffnung", ["K01", "K07"]), ("перекрестном", ["K08"]), ("<script>", []), ("%", [])],
)  # fmt: skip
def test_search_finds_what_mentions_every_word_when_asked(visitor: FlaskClient, search: str, found: list[str]) -> None:
    from urllib.parse import quote

    conference, _release = released_krasnodar()
    page = _page(visitor, "ru", conference.slug, f"?q={quote(search)}")
    assert [line.get("id") for line in _find(page, ".timetable > li")] == found
    assert _find(page, "input[name=q]")[0].get("value") == search


def test_search_counts_in_plurals_when_russian(visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    page = _page(visitor, "ru", conference.slug, "?q=забег")
    assert "«забег» упоминается в 1 мероприятии." in _words(page)


def test_page_answers_304_when_the_reader_has_it(visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    address = f"/de/c/{conference.slug}/programme"
    first = visitor.get(address)
    again = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_text_stays_text_when_it_looks_like_markup(visitor: FlaskClient) -> None:
    conference = make_conference()
    make_session(conference, title_ru="<script>alert(1)</script>", title_de='"><img src=x>')
    release_programme(conference=conference, name="<b>", actor=ACTOR, at=NOW)
    page = _page(visitor, "ru", conference.slug)
    assert [_words(title) for title in _find(page, ".timetable__title")] == ["<script>alert(1)</script>"]
    assert _find(page, ".timetable img, .timetable script") == []


def test_page_answers_within_100_milliseconds_when_released(visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    address = f"/ru/c/{conference.slug}/programme"
    visitor.get(address)
    took = []
    for _ in range(7):
        begun = time.perf_counter()
        visitor.get(address)
        took.append(time.perf_counter() - begun)
    assert statistics.median(took) < 0.1


def test_conference_knows_its_programme_when_it_is_released(app: Flask) -> None:
    from app.conferences.queries import next_steps, public_links

    drafted = make_conference()
    make_session(drafted)
    released, _release = released_krasnodar()
    with app.test_request_context("/en/"):
        from flask import g

        g.language = "en"
        assert public_links["programme"]([drafted, released]) == {released.id: "/en/c/xiv-krasnodar-2017/programme"}
        steps = {key: (step.label, step.url) for key, step in next_steps["programme"]([drafted, released]).items()}
    assert steps == {drafted.id: ("Release the programme", "/en/desk/c/xvi-kaluga-2021/programme/release")}


def test_anchor_is_a_valid_id_when_the_sign_is_not(visitor: FlaskClient) -> None:
    from app.programme.rules.anchors import anchor

    conference = make_conference()
    for code in ("AG 1", "content", "K07"):
        make_session(conference, code)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    page = _page(visitor, "en", conference.slug)
    ids = [line.get("id") for line in _find(page, ".timetable > li")]
    assert sorted(ids) == sorted(["K07", anchor("AG 1"), anchor("content")])
    assert [len(_find(page, f"#{one}")) for one in ids] == [1, 1, 1]
    assert f"/programme/{anchor('AG 1')}" in visitor.get(f"/c/{conference.slug}/programme.xml").text
