"""Reading the public programme one's own way: narrowed, searched, starred, on another clock; sessions and people."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.clock import now
from app.conferences.models import Conference
from app.database import db, transaction
from app.programme.models import (
    ProgrammeSession,
    ProgrammeTrack,
    SessionAgreement,
    SessionMaterial,
    SessionParty,
    SessionPerson,
)
from app.programme.operations import cancel_session, release_programme
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.persons import person_key, place_key
from tests.factories import ACTOR, NOW, keep, make_conference, make_delegate, make_municipality, make_room, make_session


def _page(visitor: FlaskClient, address: str) -> Any:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return html.fromstring(response.text)


def _find(page: Any, selector: str) -> list[Any]:
    import cssselect2

    root = cssselect2.ElementWrapper.from_html_root(page)
    return [found.etree_element for found in root.query_all(selector)]


def _words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def _said(page: Any, selector: str) -> list[str]:
    return [_words(found) for found in _find(page, selector)]


def _ids(page: Any) -> list[str]:
    return [line.get("id") for line in _find(page, ".timetable > li")]


def _release(conference: Conference, name: str = "") -> None:
    release_programme(conference=conference, name=name, actor=ACTOR, at=NOW)


def _person(name: str, role: PersonRole = PersonRole.SPEAKER, **given: Any) -> SessionPerson:
    return SessionPerson(name=name, role=role, **given)


@pytest.fixture
def talks(app: Flask) -> Conference:
    """Three sessions on two days, with all that can be narrowed by."""
    conference = make_conference()
    hall, small = make_room(conference), make_room(conference, "Малый зал", name_de="Kleiner Saal")
    business = keep(ProgrammeTrack(conference_id=conference.id, code="business", name_ru="Экономика",
                                   name_de="Wirtschaft", name_en="Business", colour="gold"))  # fmt: skip
    make_session(conference, "A", room=hall)
    second = make_session(conference, "B", room=small, kind=SessionKind.ROUND_TABLE, track_id=business.id,
                          title_ru="Бюджет городов", title_de="Haushalt der Städte", title_en="City budgets",
                          languages="de;en", starts_at=datetime(2021, 6, 29, 6, 0, tzinfo=UTC),
                          ends_at=datetime(2021, 6, 29, 7, 30, tzinfo=UTC))  # fmt: skip
    third = make_session(conference, "C", kind=SessionKind.SIGNING, title_ru="Подписание", title_de="Unterzeichnung",
                         title_en="Signing", starts_at=datetime(2021, 6, 29, 20, 30, tzinfo=UTC),
                         ends_at=datetime(2021, 6, 29, 21, 30, tzinfo=UTC))  # fmt: skip
    with transaction():
        second.people += [
            _person("Ханс Шмидт", PersonRole.CHAIR, position=0, office_de="Oberbürgermeister von Suhl",
                    name_latin="Hans Schmidt"),
            _person("Анна Орлова", position=1, office_ru="глава города Калуги"),
        ]  # fmt: skip
        third.people.append(_person("Анна Орлова"))
    _release(conference)
    return conference


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("track=business", ["B"]), (f"place={place_key('Филармония / Philharmonie', 'Большой зал')}", ["A"]),
        ("kind=signing", ["C"]), ("spoken=en", ["B"]), ("spoken=de", ["A", "B", "C"]), ("day=2021-06-29", ["B", "C"]),
        ("day=2021-06-29&spoken=ru", ["C"]), ("day=all", ["A", "B", "C"]), ("kind=nonsense", []),
        ("day=2021-07-30", []), ("day=%3Cscript%3E", ["A", "B", "C"]), ("track=business&kind=plenary", []),
    ],
)  # fmt: skip
def test_programme_shows_what_is_asked_for_when_narrowed(
    visitor: FlaskClient, talks: Conference, query: str, found: list[str]
) -> None:
    assert _ids(_page(visitor, f"/ru/c/{talks.slug}/programme?{query}")) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Schmidt", ["B"]), ("шмидт", ["B"]), ("Schmitt orlowa", []), ("Orlowa", ["B", "C"]), ("Орлова Schmidt", ["B"]),
        ("Budget", ["B"]), ("город", ["B"]), ("Haushalt", ["B"]), ("Filarmoniya", ["A", "B"]), ("xyz", []),
    ],
)  # fmt: skip
def test_search_finds_names_when_written_in_the_other_script(
    visitor: FlaskClient, talks: Conference, words: str, found: list[str]
) -> None:
    assert _ids(_page(visitor, f"/de/c/{talks.slug}/programme?q={quote(words)}")) == found


def test_session_page_tells_everything_released_when_opened(visitor: FlaskClient, talks: Conference) -> None:
    session = db.session.query(ProgrammeSession).filter_by(code="B").one()
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", name_en="Suhl", country="DE")
    with transaction():
        session.description_de = "Erster Absatz.\n\nZweiter Absatz."
        session.parties.append(SessionParty(municipality_id=suhl.id))
        session.agreements.append(SessionAgreement(title_de="Abkommen <1>", parties=["Kaluga", "Suhl"]))
        session.materials += [
            SessionMaterial(title="Vortrag", link="https://suhl.example/a.pdf"),
            SessionMaterial(title="Nur für Delegierte", link="https://suhl.example/b.pdf", public=False),
            SessionMaterial(title="Folien", sha256="a" * 64, file_name="f.pdf", media_type="application/pdf"),
        ]
    _release(talks, "Stand 12. Mai")
    page = _page(visitor, f"/de/c/{talks.slug}/programme/B")
    assert _said(page, "h1") == ["Haushalt der Städte"]
    assert _said(page, "dl.facts dt") == [
        "Zeit", "Ort", "Art", "Sprache", "Themenreihe", "Beteiligte Städte", "Vorsitz", "Es spricht",
    ]  # fmt: skip
    assert _said(page, "dl.facts dd") == [
        "Dienstag, 29. Juni 2021, 09:00–10:30", "Philharmonie, Kleiner Saal", "Runder Tisch",
        "Deutsch und Englisch, mit Simultandolmetschen", "Wirtschaft", "Suhl",
        "Hans Schmidt, Oberbürgermeister von Suhl", "Anna Orlowa",  # her office is known in Russian only
    ]  # fmt: skip
    assert _said(page, ".prose p") == ["Erster Absatz.", "Zweiter Absatz."]
    assert _said(page, "section li") == ["Abkommen <1>Kaluga – Suhl", "Vortrag", "Folien"]
    assert [link.get("href") for link in _find(page, "section li a")] == [
        "https://suhl.example/a.pdf", f"/de/c/{talks.slug}/programme/papers/{'a' * 64}",
    ]  # fmt: skip
    assert "Nur für Delegierte" not in page.text_content()
    assert visitor.get(f"/de/c/{talks.slug}/programme/nowhere").status_code == 404


def test_session_page_leads_to_what_ends_before_and_begins_after_when_others_run_beside(visitor: FlaskClient) -> None:
    conference = make_conference()
    for code, first, last in (("A", 8, 9), ("LONG", 8, 12), ("B", 9, 10), ("BESIDE", 9, 11), ("C", 11, 12)):
        make_session(conference, code, title_en=code, starts_at=datetime(2021, 6, 29, first, tzinfo=UTC),
                     ends_at=datetime(2021, 6, 29, last, tzinfo=UTC))  # fmt: skip
    _release(conference)
    page = _page(visitor, f"/en/c/{conference.slug}/programme/BESIDE")
    assert [link.text for link in _find(page, ".programme__around a[rel]")] == ["A", "C"]
    alone = _page(visitor, f"/en/c/{conference.slug}/programme/LONG")
    assert _find(alone, ".programme__around a[rel]") == []


def test_session_page_is_an_event_for_machines_when_opened(visitor: FlaskClient, talks: Conference) -> None:
    session = db.session.query(ProgrammeSession).filter_by(code="B").one()
    with transaction():
        session.title_de = "</script><b>Haushalt & Städte"
        session.starts_at = datetime(2021, 6, 29, 7, 0, tzinfo=UTC)
        session.ends_at = datetime(2021, 6, 29, 8, 30, tzinfo=UTC)
    _release(talks)
    response = visitor.get(f"/de/c/{talks.slug}/programme/B")
    [script] = _find(html.fromstring(response.text), "script[type='application/ld+json']")
    event = json.loads(script.text)
    base = f"http://127.0.0.1:5000/c/{talks.slug}"
    told = ("@type", "@id", "name", "startDate", "previousStartDate", "eventStatus")
    assert {name: event[name] for name in told} == {
        "@type": "Event", "@id": f"{base}/programme/B", "name": "</script><b>Haushalt & Städte",
        "startDate": "2021-06-29T10:00:00+03:00", "previousStartDate": "2021-06-29T09:00:00+03:00",
        "eventStatus": "https://schema.org/EventRescheduled",
    }  # fmt: skip
    assert (event["location"]["name"], event["superEvent"]["@type"]) == ("Philharmonie, Kleiner Saal", "Event")
    cancel_session(session=session, actor=ACTOR, at=NOW)
    _release(talks)
    again = _find(_page(visitor, f"/de/c/{talks.slug}/programme/B"), "script[type='application/ld+json']")
    assert json.loads(again[0].text)["eventStatus"] == "https://schema.org/EventCancelled"


def test_sessions_named_like_a_page_have_their_own_when_released(visitor: FlaskClient) -> None:
    conference = make_conference()
    for code in ("mine", "people", "now", "AG 1/2"):
        make_session(conference, code, title_en=f"Session {code}")
    _release(conference)
    page = _page(visitor, f"/en/c/{conference.slug}/programme")
    addresses = [link.get("href") for link in _find(page, ".timetable__title a")]
    assert sorted(_said(_page(visitor, address), "h1")[0] for address in addresses) == [
        "Session AG 1/2", "Session mine", "Session now", "Session people",
    ]  # fmt: skip


def test_people_stand_in_order_of_precedence_when_listed(visitor: FlaskClient) -> None:
    conference = make_conference()
    head = make_delegate(conference, "R00001", precedence=10)
    member = make_delegate(conference, "R00002", precedence=500)
    session = make_session(conference)
    with transaction():
        session.people += [
            _person("Аня Белова", position=0),
            _person("Борис Янов", position=1, delegate_id=member.id),
            _person("Карл Яковлев", position=2, delegate_id=head.id, office_ru="глава города"),
        ]
    _release(conference)
    page = _page(visitor, f"/ru/c/{conference.slug}/programme/people")
    assert _said(page, ".programme__people li") == ["Карл Яковлевглава города", "Борис Янов", "Белова Аня"]
    assert _said(page, "h2") == ["В порядке старшинства", "Остальные – по алфавиту"]
    assert "R00001" not in html.tostring(page, encoding="unicode")
    found = _page(visitor, f"/de/c/{conference.slug}/programme/people?q=Jakowlew")
    assert _said(found, ".programme__people a") == ["Karl Jakowlew"]


def test_person_has_a_page_of_all_their_parts_when_named(visitor: FlaskClient, talks: Conference) -> None:
    address = f"/ru/c/{talks.slug}/programme/people/{person_key('Анна Орлова')}"
    page = _page(visitor, address)
    assert (_said(page, "h1"), _said(page, ".lead"), _ids(page)) == (
        ["Анна Орлова"], ["глава города Калуги"], ["B", "C"],
    )  # fmt: skip
    assert address in [link.get("href") for link in _find(_page(visitor, f"/ru/c/{talks.slug}/programme/B"), "dd a")]
    assert visitor.get(f"/ru/c/{talks.slug}/programme/people/nobody").status_code == 404


def _starred(page: Any) -> list[str]:
    return [button.get("value") for button in _find(page, "button[data-star][name='remove']")]


def test_star_is_kept_on_the_device_when_set_without_scripts(app: Flask, talks: Conference) -> None:
    reader, other = app.test_client(), app.test_client()
    address = f"/de/c/{talks.slug}/programme"
    other.get(address)  # its pieces are kept from now on
    answer = reader.post(f"{address}/stars", data={"add": "B", "back": f"{address}?day=all"})
    assert (answer.status_code, answer.location) == (303, f"{address}?day=all")
    reader.post(f"{address}/stars", data={"add": "C"})
    assert (_starred(_page(reader, address)), _starred(_page(other, address))) == (["B", "C"], [])
    mine = _page(reader, f"{address}/mine")
    assert (_ids(mine), _said(_page(other, f"{address}/mine"), ".timetable > li")) == (["B", "C"], [])
    [calendar] = [link.get("href") for link in _find(mine, ".programme__papers a")]
    assert calendar == f"/c/{talks.slug}/programme.ics?session=B&session=C"
    assert other.get(calendar).text.count("BEGIN:VEVENT") == 2
    reader.post(f"{address}/stars", data={"remove": "B"})
    assert _starred(_page(reader, address)) == ["C"]


def test_star_answers_with_its_new_state_when_scripts_ask(visitor: FlaskClient, talks: Conference) -> None:
    headers = {"X-Requested-With": "fetch", "Sec-Fetch-Site": "same-origin"}
    address = f"/en/c/{talks.slug}/programme/stars"
    [button] = _find(html.fromstring(visitor.post(address, data={"add": "B"}, headers=headers).text), "button")
    assert (button.get("name"), button.get("value"), button.get("aria-label")) == (
        "remove", "B", "Take out of my programme: City budgets",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["stars", "zone"])
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_choice_is_refused_when_another_site_sends_it(
    visitor: FlaskClient, talks: Conference, headers: dict[str, str], kind: str
) -> None:
    answer = visitor.post(
        f"/de/c/{talks.slug}/programme/{kind}", data={"add": "B", "zone": "Asia/Omsk"}, headers=headers
    )
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (403, [])


def test_stars_are_forgotten_when_the_cookie_is_forged(visitor: FlaskClient, talks: Conference) -> None:
    visitor.set_cookie(f"ratusha-stars-{talks.slug}", '["A","B"].forged')
    visitor.set_cookie("ratusha-zone", "../../etc/passwd")
    page = _page(visitor, f"/de/c/{talks.slug}/programme")
    assert (_starred(page), _said(page, ".timetable__elsewhere")) == ([], [])


def test_star_is_refused_when_the_programme_of_the_reader_is_full(visitor: FlaskClient) -> None:
    from app.programme.views.reading import MOST_STARS

    conference = make_conference()
    for number in range(MOST_STARS + 1):
        make_session(conference, f"S{number:03}")
    _release(conference)
    address = f"/en/c/{conference.slug}/programme"
    for number in range(MOST_STARS):
        visitor.post(f"{address}/stars", data={"add": f"S{number:03}"})
    refused = visitor.post(f"{address}/stars", data={"add": f"S{MOST_STARS:03}"}, headers={"X-Requested-With": "fetch"})
    assert (refused.status_code, refused.text) == (422, "Your programme is full: it holds 120 sessions.")
    assert len(_ids(_page(visitor, f"{address}/mine"))) == MOST_STARS


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/de/../..\\evil", "/static/x", ""])
def test_choice_leads_nowhere_else_when_the_way_back_is_forged(
    visitor: FlaskClient, talks: Conference, back: str
) -> None:
    answer = visitor.post(f"/de/c/{talks.slug}/programme/zone", data={"zone": "", "back": back})
    assert (answer.status_code, answer.location) == (303, f"/de/c/{talks.slug}/programme")


def test_hours_of_another_clock_stand_beside_when_it_is_chosen(app: Flask, talks: Conference) -> None:
    reader, other = app.test_client(), app.test_client()
    address = f"/de/c/{talks.slug}/programme"
    assert reader.post(f"{address}/zone", data={"zone": "Asia/Vladivostok", "back": address}).status_code == 303
    page = _page(reader, address)
    assert _said(page, ".timetable__elsewhere") == [
        "Wladiwostok: 29.06.2021, 01:00–03:00", "Wladiwostok: 16:00–17:30", "Wladiwostok: 30.06.2021, 06:30–07:30",
    ]  # fmt: skip
    assert _said(page, "#zone option[selected]") == ["Wladiwostok, UTC+10"]
    assert "Zuerst steht die Uhrzeit der gastgebenden Stadt." in page.text_content()
    assert _said(_page(other, address), ".timetable__elsewhere") == []
    assert _said(_page(reader, f"{address}/A"), ".timetable__elsewhere") == ["Wladiwostok: 29.06.2021, 01:00–03:00"]
    reader.post(f"{address}/zone", data={"zone": ""})
    assert _said(_page(reader, address), ".timetable__elsewhere") == []


@pytest.mark.parametrize("zone", ["Mars/Olympus", "posixrules", "../Europe/Berlin", "Europe/Moscow "])
def test_clock_is_refused_when_there_is_no_such_zone(visitor: FlaskClient, talks: Conference, zone: str) -> None:
    assert visitor.post(f"/de/c/{talks.slug}/programme/zone", data={"zone": zone}).status_code == 400


def test_page_is_shared_only_when_nothing_of_the_reader_is_on_it(app: Flask, talks: Conference) -> None:
    plain, reader = app.test_client(), app.test_client()
    address = f"/de/c/{talks.slug}/programme"
    reader.post(f"{address}/zone", data={"zone": "Europe/Berlin"})
    first, own = plain.get(address), reader.get(address)
    assert (first.headers["Cache-Control"], own.headers["Cache-Control"]) == ("public, no-cache", "private, no-cache")
    assert ("Cookie" in first.headers["Vary"], "Cookie" in own.headers["Vary"]) == (True, True)
    assert first.headers["ETag"] != own.headers["ETag"]
    assert "Set-Cookie" not in first.headers
    assert plain.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_page_tells_what_changed_when_released_again(visitor: FlaskClient, talks: Conference) -> None:
    sessions = {row.code: row for row in db.session.query(ProgrammeSession)}
    address = f"/en/c/{talks.slug}/programme"
    before = visitor.get(address)
    assert _said(html.fromstring(before.text), ".timetable__change") == []
    with transaction():
        sessions["C"].starts_at += timedelta(minutes=15)
    make_session(talks, "D", title_en="Press", starts_at=datetime(2021, 6, 30, 9, 0, tzinfo=UTC), ends_at=None)
    _release(talks)
    after = visitor.get(address, headers={"If-None-Match": before.headers["ETag"]})
    page = html.fromstring(after.text)
    assert after.status_code == 200  # a release is seen at once
    [moved] = _said(page, "#C .timetable__change")
    assert moved.startswith("Changed: ")
    assert "23:45" in moved
    assert _said(page, "#D .timetable__change") == ["new since the last release"]
    assert _said(page, "#A .timetable__change, #B .timetable__change") == []
    _release(talks)
    assert _said(_page(visitor, address), ".timetable__change") == []


def test_page_says_what_is_on_when_the_conference_lasts(visitor: FlaskClient) -> None:
    conference = make_conference()
    at = now().replace(second=0, microsecond=0)
    for code, begins, lasts in (("OVER", -90, 60), ("NOW", -30, 60), ("SOON", 45, 60), ("LATER", 90, 60)):
        starts = at + timedelta(minutes=begins)
        make_session(conference, code, title_en=code, starts_at=starts, ends_at=starts + timedelta(minutes=lasts))
    gone = make_session(conference, "GONE", starts_at=at - timedelta(minutes=5), ends_at=at + timedelta(minutes=30))
    _release(conference)
    cancel_session(session=gone, actor=ACTOR, at=NOW)
    _release(conference)
    address = f"/en/c/{conference.slug}/programme"
    assert _said(_page(visitor, address), ".happening h2, .happening a") == ["Now", "NOW", "Next", "SOON"]
    assert _ids(_page(visitor, f"{address}/now")) == ["NOW", "SOON"]
    part = visitor.get(f"{address}/now?part=1").text
    assert ("<html" in part, _said(html.fromstring(part), "a")) == (False, ["NOW", "SOON"])


def test_page_says_nothing_is_on_when_the_conference_is_over(visitor: FlaskClient, talks: Conference) -> None:
    address = f"/en/c/{talks.slug}/programme"
    assert _find(_page(visitor, address), ".happening") == []
    assert _said(_page(visitor, f"{address}/now"), ".empty__title") == ["Nothing takes place at the moment"]


def test_page_shows_one_day_when_there_are_many_sessions(visitor: FlaskClient) -> None:
    from app.programme.views.public import WHOLE

    conference = make_conference()
    starts = datetime(2021, 6, 28, 6, 0, tzinfo=UTC)
    for number in range(WHOLE + 1):
        begins = starts + timedelta(days=number % 2)
        make_session(conference, f"S{number:03}", starts_at=begins, ends_at=begins + timedelta(hours=1))
    _release(conference)
    address = f"/en/c/{conference.slug}/programme"
    page = _page(visitor, address)
    assert (len(_ids(page)), _said(page, "h2.day-head")) == (61, ["Monday, 28 June 2021"])
    assert [link.get("href") for link in _find(page, ".programme__days a")] == [
        f"{address}?day=2021-06-28", f"{address}?day=2021-06-29", f"{address}?day=all",
    ]  # fmt: skip
    assert len(_ids(_page(visitor, f"{address}?day=2021-06-29"))) == 60
    assert len(_ids(_page(visitor, f"{address}?day=all"))) == 121


def test_page_asks_the_database_as_often_when_there_are_more_sessions(
    app: Flask, visitor: FlaskClient, talks: Conference
) -> None:
    from sqlalchemy import event

    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        asked.append(statement)

    address = f"/de/c/{talks.slug}/programme"
    visitor.get(address)
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        visitor.get(address)
        few = len(asked)
        for number in range(30):
            make_session(talks, f"M{number}")
        _release(talks)
        visitor.get(address)
        asked.clear()
        visitor.get(address)
        assert (len(asked), few <= 4) == (few, True)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
