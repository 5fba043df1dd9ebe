"""Calendars of parts of the programme, read back by two libraries before and after a change; frab's JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import transaction
from app.delegations.models import Delegate
from app.delegations.operations import withdraw
from app.programme.models import ProgrammeTrack, SessionParty, SessionPerson
from app.programme.operations import cancel_session, choose_sessions, release_programme
from app.programme.queries import session_by_code
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.persons import person_key, place_key
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_delegation,
    make_municipality,
    make_room,
    make_session,
)
from tests.programme_files import released_krasnodar

MOSCOW = ZoneInfo("Europe/Moscow")
Told = dict[str, tuple[int, str, datetime, str]]


def _release(conference: Conference) -> None:
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)


def _by_icalendar(text: str) -> Told:
    """By UID: SEQUENCE, STATUS, DTSTART, LOCATION."""
    return {
        str(event["uid"]): (int(event["sequence"]), str(event["status"]), event.decoded("dtstart"),
                            str(event.get("location", "")))
        for event in Calendar.from_ical(text).walk("VEVENT")
    }  # fmt: skip


def _by_vobject(text: str) -> Told:
    found = {}
    for event in vobject.readOne(text).vevent_list:
        place = event.location.value if hasattr(event, "location") else ""
        found[event.uid.value] = (int(event.sequence.value), event.status.value, event.dtstart.value, place)
    return found


def _codes(text: str) -> list[str]:
    return sorted(str(event["url"]).rsplit("/", 1)[1] for event in Calendar.from_ical(text).walk("VEVENT"))


def test_calendar_is_read_alike_by_two_readers_before_and_after_a_change(visitor: FlaskClient) -> None:
    conference = make_conference()
    hall, small = make_room(conference), make_room(conference, "Малый зал", name_de="Kleiner Saal")
    moved, kept, gone = (make_session(conference, code, room=hall) for code in ("MOVED", "KEPT", "GONE"))
    _release(conference)
    address = f"/c/{conference.slug}/programme.ics"
    before = visitor.get(address).text
    start = datetime(2021, 6, 28, 18, 0, tzinfo=MOSCOW)
    place = "Филармония, Большой зал / Philharmonie, Большой зал"
    assert _by_icalendar(before) == {
        row.uid: (0, "CONFIRMED", start, place) for row in (moved, kept, gone)
    }  # fmt: skip
    assert _by_vobject(before) == _by_icalendar(before)
    with transaction():
        moved.starts_at, moved.ends_at = start + timedelta(hours=1), start + timedelta(hours=2)
        moved.room_id = small.id
    cancel_session(session=gone, actor=ACTOR, at=NOW)
    _release(conference)
    after = visitor.get(address).text
    assert _by_icalendar(after) == {
        moved.uid: (1, "CONFIRMED", start + timedelta(hours=1), "Филармония, Малый зал / Philharmonie, Kleiner Saal"),
        kept.uid: (0, "CONFIRMED", start, place),
        gone.uid: (1, "CANCELLED", start, place),
    }
    assert _by_vobject(after) == _by_icalendar(after)


def test_calendar_carries_its_time_zone_and_short_lines_when_written(visitor: FlaskClient) -> None:
    conference, _release_of = released_krasnodar()
    raw = visitor.get(f"/c/{conference.slug}/programme.ics").data
    text = raw.decode()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert re.findall(r"^(TZID|REFRESH-INTERVAL[^\r]*?|X-PUBLISHED-TTL):(.*)\r$", text, re.MULTILINE) == [
        ("REFRESH-INTERVAL;VALUE=DURATION", "PT1H"), ("X-PUBLISHED-TTL", "PT1H"), ("TZID", "Europe/Moscow"),
    ]  # fmt: skip
    assert len(vobject.readOne(text).vevent_list) == 35


@pytest.fixture
def fair(app: Flask) -> Conference:
    """Three sessions: a plenary, one of a track with a person, one of the next day."""
    conference = make_conference()
    track = keep(
        ProgrammeTrack(conference_id=conference.id, code="business", name_ru="Экономика", name_de="Wirtschaft")
    )
    hall = make_room(conference)
    make_session(conference, "A", room=hall)
    second = make_session(conference, "B", track_id=track.id, kind=SessionKind.WORKING_GROUP)
    make_session(conference, "C", starts_at=datetime(2021, 6, 29, 6, 0, tzinfo=UTC),
                 ends_at=datetime(2021, 6, 29, 7, 0, tzinfo=UTC), kind=SessionKind.WORKING_GROUP)  # fmt: skip
    with transaction():
        second.people.append(SessionPerson(name="Вера Гостева", role=PersonRole.CHAIR))
    _release(conference)
    return conference


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A", "B", "C"]), ("?day=2021-06-28", ["A", "B"]), ("?track=business", ["B"]),
        (f"?person={person_key('Вера Гостева')}", ["B"]), ("?session=A&session=C", ["A", "C"]),
        (f"?place={place_key('Филармония / Philharmonie', 'Большой зал')}", ["A"]),
        ("?day=2021-06-28&track=business", ["B"]), ("?session=A&session=gone", ["A"]),
    ],
)  # fmt: skip
def test_calendar_holds_only_what_is_asked_for_when_narrowed(
    visitor: FlaskClient, fair: Conference, query: str, found: list[str]
) -> None:
    assert _codes(visitor.get(f"/c/{fair.slug}/programme.ics{query}").text) == found


@pytest.mark.parametrize("query", ["day=2021-07-28", "track=x", "person=x", "place=x", "session=x"])
def test_calendar_is_not_there_when_what_is_asked_for_is_unknown(
    visitor: FlaskClient, fair: Conference, query: str
) -> None:
    assert visitor.get(f"/c/{fair.slug}/programme.ics?{query}").status_code == 404


def test_calendar_of_a_day_follows_at_once_when_released_again(visitor: FlaskClient, fair: Conference) -> None:
    address = f"/c/{fair.slug}/programme.ics?day=2021-06-29"
    first = visitor.get(address)
    session = session_by_code(fair, "B")
    assert session is not None
    with transaction():
        session.starts_at, session.ends_at = (datetime(2021, 6, 29, hour, 0, tzinfo=UTC) for hour in (8, 9))
    _release(fair)
    again = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, _codes(again.text)) == (200, ["B", "C"])


def test_own_calendar_holds_parts_choices_and_what_is_for_everyone(visitor: FlaskClient, fair: Conference) -> None:
    suhl = make_municipality("suhl", country="DE")
    delegate = make_delegate(fair, "R00001", language="de", delegation_id=make_delegation(fair, suhl).id)
    other = make_delegate(fair, "R00002")
    trip, full = (
        make_session(fair, code, kind=SessionKind.EXCURSION, sign_up=True, places=1) for code in ("TRIP", "FULL")
    )
    meeting = make_session(fair, "M", kind=SessionKind.BILATERAL)
    with transaction():
        part = session_by_code(fair, "C")
        assert part is not None
        part.people.append(SessionPerson(name="Anna Orlowa", role=PersonRole.SPEAKER, delegate_id=delegate.id))
        meeting.parties.append(SessionParty(municipality_id=suhl.id))
    _release(fair)
    choose_sessions(delegate=other, before=[], chosen=[full.id], actor=ACTOR, at=NOW)
    choose_sessions(delegate=delegate, before=[], chosen=[trip.id, full.id], actor=ACTOR, at=NOW)
    page = visitor.get(f"/de/delegate/{delegate.token}/programme")
    assert page.headers["Cache-Control"] == "no-store"
    assert re.findall(r'timetable__reason">([^<]+)<', page.text) == [
        "Sie stehen auf der Warteliste an Stelle 1", "Ihre Delegation nimmt teil", "Sie haben einen Platz",
        "Sie sprechen",
    ]  # fmt: skip
    text = visitor.get(f"/de/delegate/{delegate.token}/programme.ics").text
    assert _codes(text) == ["A", "C", "M", "TRIP"]
    summaries = {str(event["summary"]) for event in Calendar.from_ical(text).walk("VEVENT")}
    assert summaries == {"Eröffnung der Konferenz"}
    withdraw(delegate=delegate, actor=ACTOR, at=NOW)
    assert _told(visitor, delegate) == dict.fromkeys(("A", "M", "TRIP"), ("CANCELLED", 1)) | {"C": ("CANCELLED", 2)}
    assert visitor.get("/de/delegate/forged/programme.ics").status_code == 404


def _told(visitor: FlaskClient, delegate: Delegate) -> dict[str, tuple[str, int]]:
    """Status and sequence of the entries of the own calendar."""
    events = Calendar.from_ical(visitor.get(f"/ru/delegate/{delegate.token}/programme.ics").text).walk("VEVENT")
    return {str(event["url"]).rsplit("/", 1)[1]: (str(event["status"]), int(event["sequence"])) for event in events}


def test_own_calendar_calls_off_for_good_what_stood_in_it_when_it_is_theirs_no_more(
    visitor: FlaskClient, fair: Conference
) -> None:
    suhl, ulm = (make_municipality(slug, country="DE") for slug in ("suhl", "ulm"))
    delegate = make_delegate(fair, "R1", delegation_id=make_delegation(fair, suhl).id)
    trip = make_session(fair, "TRIP", kind=SessionKind.EXCURSION, sign_up=True)
    meeting = make_session(fair, "M", kind=SessionKind.BILATERAL)
    with transaction():
        meeting.parties.append(SessionParty(municipality_id=suhl.id))
    _release(fair)
    off, on = ({"delegate": delegate, "before": before, "chosen": chosen, "actor": ACTOR, "at": NOW}
               for before, chosen in (([trip.id], []), ([], [trip.id])))  # fmt: skip
    told = {"A": ("CONFIRMED", 0), "M": ("CONFIRMED", 0)}
    assert _told(visitor, delegate) == told
    for number, (choice, status) in enumerate(
        [(on, "CONFIRMED"), (off, "CANCELLED"), (on, "CONFIRMED"), (off, "CANCELLED")]
    ):
        choose_sessions(**choice)  # type: ignore[arg-type]
        assert _told(visitor, delegate) == told | {"TRIP": (status, number)}
        assert _told(visitor, delegate) == told | {"TRIP": (status, number)}
    with transaction():
        meeting.parties[0].municipality_id = ulm.id
        trip.title_ru = "Другое"
    for _more in range(6):
        _release(fair)
    assert _told(visitor, delegate) == {
        "A": ("CONFIRMED", 0), "M": ("CANCELLED", 1), "TRIP": ("CANCELLED", 4),
    }  # fmt: skip
    everybody = Calendar.from_ical(visitor.get(f"/c/{fair.slug}/programme.ics").text).walk("VEVENT")
    assert {str(event["status"]) for event in everybody} == {"CONFIRMED"}


@pytest.mark.parametrize(("chosen", "found"), [(False, ["A", "G4"]), (True, ["A", "G4", "G6"])])
def test_own_programme_leaves_the_group_out_when_they_have_a_part_in_another_at_its_hours(
    visitor: FlaskClient, fair: Conference, chosen: bool, found: list[str]
) -> None:
    delegate = make_delegate(fair, "R1", working_group="6")
    four, six = (
        make_session(fair, f"G{number}", kind=SessionKind.WORKING_GROUP, title_ru=f"Рабочая группа {number}: Дети",
                     title_de=f"Arbeitsgruppe {number}: Kinder", title_en="", sign_up=chosen)
        for number in (4, 6)
    )  # fmt: skip
    with transaction():
        four.people.append(SessionPerson(name="Анна Орлова", role=PersonRole.SPEAKER, delegate_id=delegate.id))
    _release(fair)
    if chosen:
        choose_sessions(delegate=delegate, before=[], chosen=[six.id], actor=ACTOR, at=NOW)
    own = f"/ru/delegate/{delegate.token}/programme"
    assert _codes(visitor.get(f"{own}.ics").text) == found
    said = ' заседает Ваша рабочая группа: <span lang="ru">Рабочая группа 6: Дети</span>. ' in visitor.get(own).text
    assert said is not chosen


def test_own_calendar_knows_the_draft_only_when_it_is_released(visitor: FlaskClient, fair: Conference) -> None:
    delegate = make_delegate(fair, "R00001")
    draft = session_by_code(fair, "C")
    assert draft is not None
    with transaction():
        draft.people.append(SessionPerson(name="Анна Орлова", role=PersonRole.SPEAKER, delegate_id=delegate.id))
    address = f"/ru/delegate/{delegate.token}/programme.ics"
    assert _codes(visitor.get(address).text) == ["A"]
    _release(fair)
    assert _codes(visitor.get(address).text) == ["A", "C"]


def test_own_calendar_calls_off_a_session_when_the_part_in_it_was_taken_away(
    visitor: FlaskClient, fair: Conference
) -> None:
    delegate = make_delegate(fair, "R00001")
    draft = session_by_code(fair, "C")
    assert draft is not None
    with transaction():
        draft.people.append(SessionPerson(name="Анна Орлова", role=PersonRole.SPEAKER, delegate_id=delegate.id))
    _release(fair)
    address = f"/ru/delegate/{delegate.token}/programme.ics"

    def told() -> dict[str, tuple[str, int]]:
        events = Calendar.from_ical(visitor.get(address).text).walk("VEVENT")
        return {str(event["url"])[-1]: (str(event["status"]), int(event["sequence"])) for event in events}

    before = told()
    assert before["C"][0] == "CONFIRMED"
    with transaction():
        draft.people.clear()
    _release(fair)
    assert told() == {**before, "C": ("CANCELLED", before["C"][1] + 1)}
    everybody = Calendar.from_ical(visitor.get(f"/c/{fair.slug}/programme.ics").text).walk("VEVENT")
    assert {str(event["status"]) for event in everybody} == {"CONFIRMED"}


def test_calendar_leads_through_the_own_door_when_the_session_is_by_video(
    visitor: FlaskClient, fair: Conference
) -> None:
    from app.video.models import MeetingRoom
    from app.video.rules import Provider

    delegate = make_delegate(fair, "R00001", attendance=Attendance.VIDEO)
    session = session_by_code(fair, "A")
    assert session is not None
    with transaction():
        fair.format = ConferenceFormat.HYBRID
    keep(
        MeetingRoom(session_id=session.id, provider=Provider.PLAIN, url="https://meet.example/raw-room", created_at=NOW)
    )
    _release(fair)
    text = visitor.get(f"/ru/delegate/{delegate.token}/programme.ics").text
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["conference"]) == f"http://127.0.0.1:5000/join/{delegate.join_token}"
    for address in (
        f"/c/{fair.slug}/programme.ics", f"/c/{fair.slug}/programme.xml", f"/c/{fair.slug}/schedule.json",
        f"/c/{fair.slug}/programme.json", f"/ru/c/{fair.slug}/programme/A", f"/ru/delegate/{delegate.token}/programme",
    ):  # fmt: skip
        answer = visitor.get(address)
        assert (answer.status_code, "raw-room" in answer.text) == (200, False), address
    assert "/join/" not in visitor.get(f"/c/{fair.slug}/programme.ics").text


CONFERENCE = {"title", "acronym", "days", "daysCount", "start", "end", "timeslot_duration"}
MAY_BE_SAID = CONFERENCE | {"description", "time_zone_name", "colors", "keywords", "url", "rooms"}
EVENT = {
    "abstract", "answers", "attachments", "date", "description", "do_not_record", "duration", "guid", "id", "language",
    "links", "persons", "recording_license", "room", "slug", "start", "subtitle", "title", "track", "type",
    "url",
}  # fmt: skip


def _events(schedule: dict[str, Any]) -> list[dict[str, Any]]:
    days = schedule["conference"]["days"]
    return [event for day in days for events in day["rooms"].values() for event in events]


def test_schedule_json_has_what_its_schema_asks_for_when_released(visitor: FlaskClient) -> None:
    """The rules of the c3voc's schema for schedule.json: what must stand, what may, and in which form."""
    conference, _released = released_krasnodar()
    written = json.loads(visitor.get(f"/c/{conference.slug}/schedule.json").text)
    schedule = written["schedule"]
    about = schedule["conference"]
    assert (set(written), {"base_url", "conference", "version"} <= set(schedule)) == ({"schedule"}, True)
    assert (CONFERENCE - set(about), set(about) - MAY_BE_SAID) == (set(), set())
    assert re.fullmatch(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?", about["acronym"])
    assert re.fullmatch(r"[A-Z][a-z]+/[A-Z][a-z]+", about["time_zone_name"])
    assert (about["daysCount"], len(about["days"])) == (5, 5)
    assert {frozenset(day) for day in about["days"]} == {
        frozenset({"index", "date", "day_start", "day_end", "rooms"})
    }  # fmt: skip
    assert {frozenset(room) for room in about["rooms"]} == {frozenset({"name", "guid"})}
    events = _events(schedule)
    assert (len(events), {frozenset(event) for event in events}) == (35, {frozenset(EVENT)})
    guid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    for event in events:
        assert re.fullmatch(guid, event["guid"]), event["guid"]
        assert re.fullmatch(r"[0-9]+:[0-9]{2}", event["duration"])
        assert re.fullmatch(r"[a-z0-9_-]+[a-z0-9]", event["slug"])
        assert event["do_not_record"] is None
        assert event["track"] == ""  # none has one
        assert datetime.fromisoformat(event["date"]).tzinfo is not None
    assert len({event["id"] for event in events}) == 35


def test_schedule_keeps_numbers_of_sessions_and_people_when_released_again(
    visitor: FlaskClient, fair: Conference
) -> None:
    address = f"/c/{fair.slug}/schedule.json"

    def numbers() -> dict[str, tuple[int, list[Any]]]:
        found = _events(json.loads(visitor.get(address).text)["schedule"])
        return {event["slug"].rsplit("-", 1)[1]: (event["id"], event["persons"]) for event in found}

    before = numbers()
    make_session(fair, "D")
    _release(fair)
    after = numbers()
    assert after.pop("d")[1] == []
    assert after == before
    assert [person["public_name"] for person in before["b"][1]] == ["Вера Гостева"]
