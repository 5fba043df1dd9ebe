"""Feeds of the current release, read back by other readers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.conferences.rules import ConferenceFormat
from app.database import transaction
from app.programme.operations import cancel_session, release_programme
from app.programme.queries import session_by_code
from tests.factories import ACTOR, NOW, make_conference, make_room, make_session
from tests.programme_files import released_krasnodar


def _events(text: str) -> dict[str, Any]:
    found = Calendar.from_ical(text).walk("VEVENT")
    return {str(event["url"]).rsplit("/", 1)[1]: event for event in found}


@pytest.mark.parametrize("name", ["ics", "xml", "json"])
def test_feed_is_not_there_when_nothing_is_released(visitor: FlaskClient, name: str) -> None:
    conference = make_conference()
    make_session(conference)
    assert visitor.get(f"/c/{conference.slug}/programme.{name}").status_code == 404
    assert visitor.get(f"/c/nowhere/programme.{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "media_type"), [("ics", "text/calendar"), ("xml", "application/xml"), ("json", "application/json")]
)
def test_feed_answers_304_when_the_reader_has_it(visitor: FlaskClient, name: str, media_type: str) -> None:
    conference, _release = released_krasnodar()
    address = f"/c/{conference.slug}/programme.{name}"
    first = visitor.get(address)
    assert (first.status_code, first.content_type) == (200, f"{media_type}; charset=utf-8")
    again = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    opening = session_by_code(conference, "K07")
    assert opening is not None
    cancel_session(session=opening, actor=ACTOR, at=NOW)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    newer = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (newer.status_code, newer.headers["ETag"] != first.headers["ETag"]) == (200, True)


def test_calendar_carries_every_session_when_released(visitor: FlaskClient) -> None:
    conference, release = released_krasnodar()
    events = _events(visitor.get(f"/c/{conference.slug}/programme.ics").text)
    assert sorted(events) == sorted(item["id"] for item in release.content["items"])
    opening, moscow = events["K07"], ZoneInfo("Europe/Moscow")
    row = session_by_code(conference, "K07")
    assert row is not None
    assert {
        "uid": str(opening["uid"]), "sequence": int(opening["sequence"]), "status": str(opening["status"]),
        "start": opening.decoded("dtstart"), "end": opening.decoded("dtend"),
        "summary": str(opening["summary"]), "location": str(opening["location"]),
    } == {
        "uid": row.uid, "sequence": 0, "status": "CONFIRMED",
        "start": datetime(2017, 6, 28, 17, 0, tzinfo=moscow), "end": datetime(2017, 6, 28, 19, 0, tzinfo=moscow),
        "summary": "Торжественное открытие XIV Конференции городов-партнёров России и Германии / "
        "Eröffnung der XIV. Deutsch-Russischen Städtepartnerkonferenz",
        "location": "Краснодарская филармония им. Г. Ф. Пономаренко, Большой зал / "
        "Philharmonie Krasnodar, Großer Saal",
    }  # fmt: skip
    night = events["K28"]
    assert (night.decoded("dtstart"), night.decoded("dtend")) == (
        datetime(2017, 6, 30, 22, 30, tzinfo=moscow), datetime(2017, 7, 1, 0, 45, tzinfo=moscow),
    )  # fmt: skip


def test_calendar_says_cancelled_under_the_same_uid_when_released_again(visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    before = _events(visitor.get(f"/c/{conference.slug}/programme.ics").text)
    dinner = session_by_code(conference, "K09")
    assert dinner is not None
    cancel_session(session=dinner, actor=ACTOR, at=NOW)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    after = _events(visitor.get(f"/c/{conference.slug}/programme.ics").text)
    told = {code: (str(event["uid"]) == str(before[code]["uid"]), int(event["sequence"]), str(event["status"]))
            for code, event in after.items()}  # fmt: skip
    assert told == dict.fromkeys(before, (True, 0, "CONFIRMED")) | {"K09": (True, 1, "CANCELLED")}


def test_calendar_keeps_what_is_not_known_open_when_hours_lack(visitor: FlaskClient) -> None:
    from datetime import date

    conference = make_conference()
    make_session(conference, "DAY", starts_at=None, ends_at=None, day=date(2021, 6, 29))
    make_session(conference, "HOUR", ends_at=None)
    make_session(conference, "NONE", starts_at=None, ends_at=None)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    events = _events(visitor.get(f"/c/{conference.slug}/programme.ics").text)
    assert sorted(events) == ["DAY", "HOUR"]
    assert (events["DAY"].decoded("dtstart"), events["DAY"].decoded("dtend")) == (date(2021, 6, 29), date(2021, 6, 30))
    assert "dtend" not in events["HOUR"]


def test_place_is_the_video_when_the_conference_is_held_by_video(visitor: FlaskClient) -> None:
    conference = make_conference()
    make_session(conference, room=make_room(conference))
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    event = _events(visitor.get(f"/c/{conference.slug}/programme.ics").text)["K07"]
    assert str(event["location"]) == "по видеосвязи / per Video"


REQUIRED = ["date", "start", "duration", "room", "slug", "title", "subtitle", "track", "type", "abstract"]


def test_schedule_has_what_readers_of_frab_need_when_released(app: Flask, visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    root = ElementTree.fromstring(visitor.get(f"/c/{conference.slug}/programme.xml").data)
    assert [child.tag for child in root] == ["generator", "version", "conference", *["day"] * 5]
    about = {child.tag: " ".join((child.text or "").split()) for child in root.iterfind("conference/*")}
    assert about == {
        "title": "XIV конференция городов-партнёров России и Германии / "
        "XIV. Deutsch-Russische Städtepartnerkonferenz",
        "acronym": "xiv_krasnodar_2017", "start": "2017-06-26", "end": "2017-06-30", "days": "5",
        "timeslot_duration": "00:05", "time_zone_name": "Europe/Moscow",
        "base_url": f"{app.config['SETTINGS'].base_url}/c/{conference.slug}/programme",
    }  # fmt: skip
    events = list(root.iterfind("day/room/event"))
    assert len(events) == 35
    assert len({event.get("id") for event in events}) == len({event.get("guid") for event in events}) == 35
    for event in events:
        texts = {child.tag: child.text or "" for child in event}
        assert [name for name in REQUIRED if name not in texts] == []
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event.get("guid") or "")
        assert int(event.get("id") or "0") > 0
        assert re.fullmatch(r"[0-9]{2}:[0-9]{2}", texts["duration"])
        assert datetime.fromisoformat(texts["date"]).tzinfo is not None
    night = next(event for event in events if (event.findtext("url") or "").endswith("/programme/K28"))
    assert (night.findtext("date"), night.findtext("start"), night.findtext("duration")) == (
        "2017-06-30T22:30:00+03:00", "22:30", "02:15",
    )  # fmt: skip


def test_schedule_leaves_out_what_is_cancelled_when_released_again(visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    dinner = session_by_code(conference, "K09")
    assert dinner is not None
    cancel_session(session=dinner, actor=ACTOR, at=NOW)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    root = ElementTree.fromstring(visitor.get(f"/c/{conference.slug}/programme.xml").data)
    assert len(list(root.iterfind("day/room/event"))) == 34


def test_json_shows_the_programme_without_internal_fields_when_public(visitor: FlaskClient) -> None:
    conference, release = released_krasnodar()
    shown = json.loads(visitor.get(f"/c/{conference.slug}/programme.json").text)
    assert shown["release"] == {"number": 1, "name": "", "released_at": NOW.isoformat()}
    assert len(shown["items"]) == 35
    assert {"note", "source", "label", "real_fields"} & set(shown["items"][0]) == set()
    assert shown["items"][7]["title_de"] == release.content["items"][7]["title_de"]


def test_schedule_stays_readable_when_texts_are_hostile(visitor: FlaskClient) -> None:
    conference = make_conference()
    make_session(conference, title_ru="<b>&amp; ]]>\uffff", title_de="")
    release_programme(conference=conference, name="<&>", actor=ACTOR, at=NOW)
    root = ElementTree.fromstring(visitor.get(f"/c/{conference.slug}/programme.xml").data)
    assert (root.findtext("version"), root.findtext("day/room/event/title")) == ("1 <&>", "<b>&amp; ]]>")


def test_feed_is_dated_by_its_release_when_written(app: Flask, visitor: FlaskClient) -> None:
    conference, _release = released_krasnodar()
    event = _events(visitor.get(f"/c/{conference.slug}/programme.ics").text)["K00"]
    assert event.decoded("dtstamp") == NOW.astimezone(UTC)
