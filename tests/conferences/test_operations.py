"""Announcing and changing an edition, its venues and rooms."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.conferences import operations, queries
from app.conferences.details import PlaceNames, conference_details
from app.conferences.models import Venue
from app.conferences.rules import ConferenceFormat, edition_number, is_past
from app.database import db
from app.directory.details import Faults
from app.errors import Refusal
from tests.factories import ACTOR, NOW, keep, make_conference, make_issuer, make_municipality, make_room, make_session

GIVEN = {
    "edition": "XVI", "title_ru": "Конференция городов-партнёров", "title_de": "Städtepartnerkonferenz",
    "host": "kaluga", "starts_on": "2021-06-28", "ends_on": "2021-06-30", "timezone": "Europe/Moscow",
    "issuer": "twin-cities",
}  # fmt: skip
HALL = PlaceNames("Филармония / Philharmonie", "Филармония", "Philharmonie", "")


@pytest.mark.parametrize(
    ("text", "number"),
    [("16", 16), ("XVI", 16), ("xvi.", 16), ("ХVІ", 16), ("1", 1), ("399", 399), ("0", None), ("400", None),
     ("IIII", None), ("XVI.1", None), ("-1", None), ("", None), ("²", None)],
)  # fmt: skip
def test_edition_is_understood_when_written_in_either_numerals(text: str, number: int | None) -> None:
    assert edition_number(text) == number


@pytest.mark.parametrize(
    ("moment", "past"),
    [
        (datetime(2021, 6, 30, 20, 59, tzinfo=UTC), False),
        (datetime(2021, 6, 30, 21, 0, tzinfo=UTC), True),  # midnight in Kaluga
    ],
)
def test_conference_is_past_when_its_last_day_is_over_at_the_host(moment: datetime, past: bool) -> None:
    assert is_past(ends_on=date(2021, 6, 30), timezone="Europe/Moscow", at=moment) is past


def test_conference_is_current_while_people_can_register() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    told = [
        is_past(ends_on=date(2021, 6, 30), timezone="Europe/Moscow", at=moment, registration_open=is_open)
        for is_open in (True, False)
    ]
    assert told == [False, True]


def faults(**given: str) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as found:
        conference_details(GIVEN | given)
    return [(fault.column, str(fault.message)) for fault in found.value.faults]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"edition": "first"},
         [("edition", "“first” is no number of an edition from 1 to 399, as “16” or “XVI”.")]),
        ({"ends_on": "2021-06-27"},
         [("ends_on", "The last day must not lie before the first, nor more than a month after it.")]),
        ({"ends_on": "2021-09-01"},
         [("ends_on", "The last day must not lie before the first, nor more than a month after it.")]),
        ({"starts_on": "28.06.2021"}, [("starts_on", "“28.06.2021” is no day.")]),
        ({"reply_until": "2021-07-01"}, [("reply_until", "This day lies after the conference.")]),
        ({"change_until": "2021-07-01"}, [("change_until", "This day lies after the conference.")]),
        ({"timezone": "Mars/Base"}, [("timezone", "“Mars/Base” is no time zone, as “Europe/Moscow” is one.")]),
        ({"timezone": ""}, [("timezone", "This must not be empty.")]),
        ({"title_de": "", "contact_email": "x", "contact_phone": "call me"},
         [("title_de", "This must not be empty."), ("contact_email", "“x” is no e-mail address."),
          ("contact_phone", "“call me” is no telephone number.")]),
        ({"slug": "XVI Kaluga"},
         [("slug", "Only small Latin letters, digits and hyphens are allowed, as in “bad-homburg”.")]),
    ],
)  # fmt: skip
def test_conference_details_name_every_fault(
    app: Flask, given: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert faults(**given) == expected


def test_create_conference_names_it_by_edition_host_and_year_when_no_short_name_is_given(app: Flask) -> None:
    make_municipality()
    make_issuer()
    row = operations.create_conference(details=conference_details(GIVEN, organisers=("twin-cities",)), actor=ACTOR,
                                       at=NOW, registration_open=True, places_on_site=350)  # fmt: skip
    assert (row.slug, row.edition, row.format, row.registration_open, row.places_on_site, row.places_video) == (
        "xvi-kaluga-2021", 16, ConferenceFormat.IN_PERSON, True, 350, None)  # fmt: skip
    assert [row.slug for row in queries.get("xvi-kaluga-2021").organisers] == ["twin-cities"]


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"host": "nowhere"}, "host", "Please choose the host."),
        ({"issuer": "silent"}, "issuer",
         "This organisation issues no letters. Please enter its letterhead first."),
        ({}, "slug", "There is a conference of this short name already."),
    ],
)  # fmt: skip
def test_create_conference_refuses_when_something_it_names_is_missing(
    app: Flask, given: dict[str, str], field: str, message: str
) -> None:
    make_issuer()
    make_issuer(slug="silent", issues_letters=False)
    make_conference()
    with pytest.raises(Refusal) as found:
        operations.create_conference(details=conference_details(GIVEN | given), actor=ACTOR, at=NOW)
    assert (found.value.field, str(found.value)) == (field, message)
    assert len(queries.all_conferences()) == 1


def test_change_conference_raises_the_sequence_when_calendars_show_the_change(app: Flask) -> None:
    make_issuer()
    make_municipality("suhl", country="DE", name_en="Suhl")
    row = make_conference(title_ru=GIVEN["title_ru"], title_de=GIVEN["title_de"], title_en="", theme_ru="", theme_de="",
                          theme_en="")  # fmt: skip
    told = []
    for given in ({}, {"theme_ru": "Тема"}, {"ends_on": "2021-07-01"}, {"ends_on": "2021-07-01", "host": "suhl"}):
        theme = {"theme_ru": "Тема"} if told else {}
        details = conference_details(GIVEN | theme | given)
        changed = operations.change_conference(conference=row, details=details, actor=ACTOR, at=NOW)
        told.append((changed, row.calendar_sequence))
    assert told == [([], 0), (["theme_ru"], 0), (["ends_on"], 1), (["host_id"], 2)]
    assert (row.host.slug, row.slug) == ("suhl", "xvi-kaluga-2021")


def test_venues_and_rooms_keep_their_order_when_one_is_put_earlier(app: Flask) -> None:
    row = make_conference()
    made = [
        operations.add_venue(conference=row, names=PlaceNames(name, name, name, ""), address="", actor=ACTOR, at=NOW)
        for name in "ABC"
    ]
    operations.move_venue(venue=made[2], actor=ACTOR, at=NOW)
    operations.move_venue(venue=made[0], actor=ACTOR, at=NOW)
    operations.move_venue(venue=made[0], actor=ACTOR, at=NOW)
    for name in "xyz":
        names = PlaceNames(name, name, name, "")
        room = operations.add_room(venue=made[1], names=names, capacity=10, actor=ACTOR, at=NOW)
    operations.move_room(room=room, actor=ACTOR, at=NOW)
    assert [(venue.name, [room.name for room in venue.rooms]) for venue in queries.venues_of(row)] == [
        ("A", []), ("C", []), ("B", ["x", "z", "y"])]  # fmt: skip
    assert [room.name for room in queries.rooms_of(row)] == ["x", "z", "y"]


def test_add_venue_refuses_when_the_conference_has_one_of_this_name(app: Flask) -> None:
    row = make_conference()
    operations.add_venue(conference=row, names=HALL, address="", actor=ACTOR, at=NOW)
    with pytest.raises(Refusal) as found:
        operations.add_venue(conference=row, names=HALL, address="", actor=ACTOR, at=NOW)
    assert (found.value.field, len(queries.venues_of(row))) == ("name_ru", 1)


def test_remove_room_and_venue_refuse_when_the_programme_uses_them(app: Flask) -> None:
    row = make_conference()
    room = make_room(row)
    make_session(row, room=room)
    spare = make_room(row, "Малый зал")
    venue = queries.venues_of(row)[0]
    for remove in (
        lambda: operations.remove_room(room=room, actor=ACTOR, at=NOW),
        lambda: operations.remove_venue(venue=venue, actor=ACTOR, at=NOW),
    ):
        with pytest.raises(Refusal, match="The programme uses it"):
            remove()
    assert [room.name for room in queries.rooms_of(row)] == ["Большой зал", "Малый зал"]
    operations.remove_room(room=spare, actor=ACTOR, at=NOW)
    assert [room.name for room in queries.rooms_of(row)] == ["Большой зал"]


def test_remove_venue_takes_its_rooms_along_when_nothing_uses_them(app: Flask) -> None:
    row = make_conference()
    make_room(row)
    keep(Venue(conference_id=row.id, name="Rathaus", position=2))
    operations.remove_venue(venue=queries.venues_of(row)[0], actor=ACTOR, at=NOW)
    assert ([venue.name for venue in queries.venues_of(row)], queries.rooms_of(row)) == (["Rathaus"], [])
    assert db.session.query(Venue).count() == 1


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ru", "XVI конференция городов-партнёров России и Германии"),
        ("de", "XVI. Deutsch-Russische Städtepartnerkonferenz"),
        ("en", "XVI Conference of Partner Cities of Russia and Germany"),
    ],
)
def test_conference_title_carries_the_roman_number(app: Flask, language: str, title: str) -> None:
    assert queries.conference_title(make_conference(), language) == title


def test_get_refuses_when_the_conference_is_unknown(app: Flask) -> None:
    with pytest.raises(Refusal) as found:
        queries.get("xx-nowhere-2030")
    assert str(found.value) == "There is no conference “xx-nowhere-2030”."
    assert queries.find("xx-nowhere-2030") is None
