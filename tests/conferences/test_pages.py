"""The start page, a conference in public, and its pages of the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.conferences import queries
from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from tests.factories import make_conference, make_issuer, make_municipality, make_room
from tests.measuring import queries_of

Staff = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021"


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).strip()


def has(page: Any, *pieces: str) -> list[str]:
    """Which of the pieces stand on the page."""
    text = words(page)
    return [piece for piece in pieces if piece in text]


def ahead(**given: Any) -> Conference:
    start = now().date() + timedelta(days=90)
    return make_conference(starts_on=start, ends_on=start + timedelta(days=2), **given)


@pytest.mark.parametrize(
    ("language", "title", "format_word", "past"),
    [
        ("ru", "XVI конференция городов-партнёров России и Германии", "очно", "Прошедшие конференции"),
        ("de", "XVI. Deutsch-Russische Städtepartnerkonferenz", "in Präsenz", "Vergangene Konferenzen"),
        ("en", "XVI Conference of Partner Cities of Russia and Germany", "in person", "Past conferences"),
    ],
)
def test_public_pages_speak_the_language_of_the_address(
    app: Flask, visitor: FlaskClient, language: str, title: str, format_word: str, past: str
) -> None:
    row = ahead()
    start = visitor.get(f"/{language}/")
    assert (start.status_code, has(start, title, format_word, past)) == (200, [title, format_word])
    page = visitor.get(f"/{language}/c/{row.slug}/")
    assert (page.status_code, has(page, title, format_word)) == (200, [title, format_word])
    assert [f'lang="{language}"' in page.text, page.text.count("<h1")] == [True, 1]


def test_start_puts_the_next_conference_first_and_the_past_ones_last(app: Flask, visitor: FlaskClient) -> None:
    host = make_municipality()
    today = now().date()
    for slug, edition, days in (("past", 14, -900), ("later", 18, 900), ("next", 17, 90), ("older", 13, -1800)):
        start = today + timedelta(days=days)
        make_conference(slug, host=host, edition=edition, starts_on=start, ends_on=start, registration_open=False)
    links = re.findall(r'href="/en/c/([a-z]+)/"', visitor.get("/en/").text)
    assert list(dict.fromkeys(links)) == ["next", "later", "past", "older"]


def test_start_says_what_will_stand_there_when_it_is_empty(app: Flask, visitor: FlaskClient) -> None:
    page = visitor.get("/en/")
    assert (page.status_code, has(page, "No conference has been announced yet")) == (
        200, ["No conference has been announced yet"])  # fmt: skip


def test_conference_is_not_found_when_its_address_is_wrong(app: Flask, visitor: FlaskClient) -> None:
    assert visitor.get("/de/c/nothing/").status_code == 404


def test_pages_refuse_null_characters_when_an_address_or_form_carries_one(
    app: Flask, visitor: FlaskClient, staff: Staff
) -> None:
    client = staff("organiser")
    assert [
        visitor.get("/de/c/a%00b/").status_code,
        client.get("/de/desk/directory/municipalities?q=a%00b").status_code,
        client.post("/de/desk/directory/municipalities/new", data={"name_ru": "a\0b"}).status_code,
    ] == [404, 400, 400]


def test_conference_shows_the_ways_in_when_the_floors_above_offer_them(app: Flask, visitor: FlaskClient) -> None:
    row = ahead(registration_open=True)
    make_room(row)
    known = dict(queries.public_links)
    queries.public_links.clear()
    queries.public_links["register"] = lambda rows: {row.id: "/en/register-here" for row in rows}
    try:
        page = visitor.get(f"/en/c/{row.slug}/")
        assert ["/en/register-here" in page.text, "Philharmonic Hall" in page.text] == [True, True]
        queries.public_links["register"] = lambda rows: {}
        assert "/en/register-here" not in visitor.get(f"/en/c/{row.slug}/").text
    finally:
        queries.public_links.clear()
        queries.public_links.update(known)


def test_desk_and_start_take_the_same_number_of_queries_when_there_are_one_or_fifty(
    app: Flask, staff: Staff, visitor: FlaskClient
) -> None:
    host = make_municipality()
    client = staff("organiser")
    ahead(host=host)
    pages = (lambda: client.get("/en/desk/"), lambda: visitor.get("/en/"))
    one = [queries_of(page) for page in pages]
    for number in range(49):
        ahead(slug=f"conference-{number}", host=make_municipality(f"place-{number}"))
    assert [queries_of(page) for page in pages] == one


def test_desk_names_the_next_step_when_something_is_missing(app: Flask, staff: Staff) -> None:
    host = make_municipality()
    known = dict(queries.next_steps)
    queries.next_steps.clear()
    try:
        client = staff("organiser")
        row = ahead(host=host, theme_ru="")
        assert has(client.get("/en/desk/"), "Enter the theme", "nothing is waiting") == ["Enter the theme"]
        queries.next_steps["letters"] = lambda rows: {row.id: queries.Step("Prepare letters", "/x", 15) for row in rows}
        assert has(client.get("/en/desk/"), "Enter the theme", "Prepare letters") == ["Prepare letters"]
        assert has(client.get(f"/en/desk/c/{row.slug}/"), "Next step", "Prepare letters") == [
            "Next step", "Prepare letters"]  # fmt: skip
    finally:
        queries.next_steps.clear()
        queries.next_steps.update(known)


@pytest.mark.parametrize(
    ("role", "pieces"),
    [("organiser", ["No conference has been entered yet", "Enter a conference"]),
     ("desk", ["No conference has been entered yet"])],
)  # fmt: skip
def test_desk_says_how_to_begin_when_it_is_empty(app: Flask, staff: Staff, role: str, pieces: list[str]) -> None:
    page = staff(role).get("/en/desk/")
    assert has(page, "No conference has been entered yet", "Enter a conference") == pieces


@pytest.mark.parametrize(
    ("language", "pieces"),
    [
        ("ru", ["XVI", "Калуга", "28–30 июня 2021", "очно и по видеосвязи", "350", "Большой зал"]),
        ("de", ["XVI", "Kaluga", "28.–30. Juni 2021", "in Präsenz und per Video", "350", "Philharmonie"]),
        ("en", ["XVI", "Kaluga", "28–30 June 2021", "in person and by video", "350", "Philharmonic Hall"]),
    ],
)
def test_overview_tells_the_conference_in_the_language_of_the_page(
    app: Flask, staff: Staff, language: str, pieces: list[str]
) -> None:
    row = make_conference(format=ConferenceFormat.HYBRID, places_on_site=350)
    make_room(row)
    page = staff("secretariat").get(f"/{language}/desk/c/{row.slug}/")
    text = words(page).replace("\u00a0", " ")
    assert (page.status_code, [piece for piece in pieces if piece in text]) == (200, pieces)


def test_conference_is_entered_and_changed_by_hand(app: Flask, staff: Staff) -> None:
    make_municipality()
    make_issuer()
    client = staff("organiser")
    given = {"edition": "XVII", "title_ru": "Конференция", "title_de": "Konferenz", "host": "kaluga",
             "starts_on": "2027-06-28", "ends_on": "2027-06-30", "timezone": "Europe/Moscow",
             "issuer": "twin-cities", "organisers": ["twin-cities"], "places_on_site": "300"}  # fmt: skip
    answer = client.post("/en/desk/conferences/new", data=given)
    assert (answer.status_code, answer.location) == (303, "/en/desk/c/xvii-kaluga-2027/")
    page = client.get("/en/desk/c/xvii-kaluga-2027/edit").text
    assert ['value="XVII"' in page, 'name="format"' in page, 'name="registration_open"' in page] == [True, False, False]
    changed = given | {"ends_on": "2027-07-01", "theme_de": "Thema"}
    assert client.post("/en/desk/c/xvii-kaluga-2027/edit", data=changed).status_code == 303
    row = queries.get("xvii-kaluga-2027")
    assert (row.edition, row.ends_on, row.theme_de, row.places_on_site, row.calendar_sequence) == (
        17, date(2027, 7, 1), "Thema", 300, 1)  # fmt: skip


def test_conference_is_refused_at_its_fields_when_values_are_wrong(app: Flask, staff: Staff) -> None:
    make_municipality()
    client = staff("organiser")
    answer = client.post("/en/desk/conferences/new", data={"edition": "0", "starts_on": "soon", "places_on_site": "-1"})
    assert (answer.status_code, has(answer, "Please check what you have entered")) == (
        422, ["Please check what you have entered"])  # fmt: skip
    given = {"edition": "0", "title_ru": "К", "title_de": "", "host": "kaluga", "starts_on": "2027-06-28",
             "ends_on": "2027-06-27", "timezone": "Europe/Moscow"}  # fmt: skip
    answer = client.post("/en/desk/conferences/new", data=given)
    told = ["Edition: “0” is no number of an edition from 1 to 399, as “16” or “XVI”.",
            "Title in German: This must not be empty.",
            "Last day: The last day must not lie before the first, nor more than a month after it."]  # fmt: skip
    assert (answer.status_code, has(answer, *told), queries.all_conferences()) == (422, told, [])


def test_conference_is_closed_to_those_who_may_not_edit_it(app: Flask, staff: Staff) -> None:
    make_conference()
    client = staff("desk")
    answers = {path: client.get(f"{DESK}/{path}").status_code for path in ("", "edit", "venues", "venues/new")}
    assert answers == {"": 200, "edit": 403, "venues": 403, "venues/new": 403}


def test_venue_and_room_are_entered_changed_and_removed_by_hand(app: Flask, staff: Staff) -> None:
    row = make_conference()
    client = staff("organiser")
    venue = {"name_ru": "Филармония", "name_de": "Philharmonie", "address": "ул. Ленина, 60"}
    assert client.post(f"{DESK}/venues/new", data=venue).status_code == 303
    assert client.post(f"{DESK}/venues/new", data=venue).status_code == 422
    house = queries.venues_of(row)[0]
    room = {"name_ru": "Зал", "name_de": "Saal", "capacity": "a lot"}
    assert client.post(f"{DESK}/venues/{house.id}/rooms/new", data=room).status_code == 422
    assert client.post(f"{DESK}/venues/{house.id}/rooms/new", data=room | {"capacity": "120"}).status_code == 303
    hall = queries.rooms_of(row)[0]
    assert client.post(f"{DESK}/rooms/{hall.id}", data=room | {"capacity": ""}).status_code == 303
    assert client.post(f"{DESK}/venues/{house.id}", data=venue | {"name_en": "Philharmonic"}).status_code == 303
    house = queries.venues_of(row)[0]
    assert [(house.name, house.name_en, [(hall.name, hall.capacity) for hall in house.rooms])] == [
        ("Филармония / Philharmonie", "Philharmonic", [("Зал / Saal", None)])]  # fmt: skip
    assert has(client.get(f"{DESK}/venues"), "Philharmonic", "Saal") == ["Philharmonic", "Saal"]
    make_conference("other", host=row.host)
    assert client.get(f"/en/desk/c/other/venues/{house.id}").status_code == 404
    assert client.post(f"{DESK}/venues/{house.id}/remove").status_code == 303
    assert queries.venues_of(row) == []
