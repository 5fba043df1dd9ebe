"""One person has one page and one calendar in the programme, which tells what they have lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.conferences.models import Conference
from app.database import transaction
from app.programme.models import SessionPerson
from app.programme.operations import release_programme
from app.programme.queries import session_by_code
from app.programme.queries.published import published
from app.programme.rules import PersonRole
from app.programme.rules.known_as import with_faces
from app.programme.rules.persons import person_key
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_session

ONE_DATABASE = True


def _said(*people: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"uid": "A", "people": [{"name": name, "delegate": number} for name, number in people]}]


CYRILLIC, LATIN = "Мартина Шварц", "Schwarz, Martina"
FACE = {"key": person_key(CYRILLIC), "name": CYRILLIC, "name_latin": "Martina Schwarz"}


@pytest.mark.parametrize(
    ("people", "known"),
    [
        ([(CYRILLIC, "D1"), (CYRILLIC, "D1"), ("Пётр", "")], [None, None, None]),
        ([(CYRILLIC, "D1"), (LATIN, "D1")], [FACE, FACE]),
        ([(CYRILLIC, "D1"), (LATIN, "D1"), (LATIN.upper(), "")], [FACE, FACE, {**FACE, "delegate": "D1"}]),
        (
            [("Пётр", "D1"), ("Пётр", "D2"), ("Пётр", "")],
            [
                {"key": person_key("Пётр"), "name": "Пётр", "name_latin": ""},
                {"key": f"{person_key('Пётр')}-2", "name": "Пётр", "name_latin": ""},
                {"key": f"{person_key('Пётр')}-0"},
            ],
        ),
    ],
)
def test_people_are_told_apart_by_delegate_when_known_else_by_name(
    people: list[tuple[str, str]], known: list[dict[str, str] | None]
) -> None:
    [item] = with_faces(_said(*people))
    assert [person.get("known_as") for person in item["people"]] == known


@pytest.fixture
def two(app: Flask) -> Conference:
    """A delegate under two spellings in two sessions, a guest in the first."""
    conference = make_conference()
    delegate = make_delegate(conference, "R1", last="Schwarz", first="Martina", language="de")
    first, second = make_session(conference, "A"), make_session(conference, "B")
    with transaction():
        first.people.append(SessionPerson(name=CYRILLIC, role=PersonRole.CHAIR, delegate_id=delegate.id))
        first.people.append(SessionPerson(name="Jörg Gast", role=PersonRole.SPEAKER, position=1))
        second.people.append(SessionPerson(name=LATIN, role=PersonRole.SPEAKER, delegate_id=delegate.id))
    _release(conference)
    return conference


def _release(conference: Conference) -> None:
    release_programme(conference=conference, actor=ACTOR, at=NOW)


def _told(visitor: FlaskClient, conference: Conference, name: str) -> dict[str, tuple[str, int]]:
    text = visitor.get(f"/c/{conference.slug}/programme.ics?person={person_key(name)}").text
    events = Calendar.from_ical(text).walk("VEVENT")
    return {str(one["url"])[-1]: (str(one["status"]), int(one["sequence"])) for one in events}


def test_person_has_one_page_in_the_readers_letters_when_a_delegate_stands_under_two_names(
    visitor: FlaskClient, two: Conference
) -> None:
    found = published(two)
    assert found is not None
    assert {key: len(one.parts) for key, one in found.persons.items()} == {
        person_key(CYRILLIC): 2, person_key("Jörg Gast"): 1,
    }  # fmt: skip
    base = f"/c/{two.slug}/programme"
    for language, name in (("ru", CYRILLIC), ("de", "Martina Schwarz")):
        for code in "AB":
            page = visitor.get(f"/{language}{base}/{code}").text
            assert f'people/{person_key(CYRILLIC)}">{name}</a>' in page
        answer = visitor.get(f"/{language}{base}/people/{person_key(LATIN)}")
        assert (answer.status_code, answer.headers["Location"]) == (
            301, f"/{language}{base}/people/{person_key(CYRILLIC)}",
        )  # fmt: skip
    both = {"A": ("CONFIRMED", 0), "B": ("CONFIRMED", 0)}
    assert (_told(visitor, two, LATIN), _told(visitor, two, CYRILLIC)) == (both, both)


def test_calendar_of_a_person_calls_off_what_they_lost_for_good_when_no_part_is_left(
    visitor: FlaskClient, two: Conference
) -> None:
    for code in "AB":
        session = session_by_code(two, code)
        assert session is not None
        with transaction():
            session.people.clear()
        _release(two)
    assert _told(visitor, two, "Jörg Gast") == {"A": ("CANCELLED", 1)}
    for _more in range(5):
        _release(two)
    assert _told(visitor, two, LATIN) == {"A": ("CANCELLED", 1), "B": ("CANCELLED", 1)}
    assert (
        "wirkt am Programm nicht mehr mit"
        in visitor.get(f"/de/c/{two.slug}/programme/people/{person_key('Jörg Gast')}").text
    )
    assert visitor.get(f"/c/{two.slug}/programme.ics?person=nobody").status_code == 404
