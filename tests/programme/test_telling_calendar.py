"""The calendar of a release mail, read back; and who is asked again whether they take their part."""

from __future__ import annotations

import email
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.conferences.models import Conference, Room, Venue
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.mailroom.operations.smtp import write_message
from app.programme.models import ProgrammeSession, Release, SessionParty, SessionPerson, SessionSignUp
from app.programme.operations import cancel_session, change_session, details_of, release_programme
from app.programme.operations.confirming import answer_part, ask_to_confirm
from app.programme.operations.parts import set_people
from app.programme.rules import Confirmation, PersonRole, SessionKind, SignUpStanding
from app.programme.rules.asking import terms, to_ask_again
from app.programme.rules.parts import PersonDetails
from app.programme.rules.touched import Tell
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

MOSCOW = ZoneInfo("Europe/Moscow")
Entry = tuple[str, str, int, datetime | None, str | None, str, bool, str]


def _part(session: ProgrammeSession, name: str, **given: Any) -> SessionPerson:
    return keep(SessionPerson(session_id=session.id, name=name, **({"role": PersonRole.SPEAKER} | given)))


def _move(session: ProgrammeSession, minutes: int = 60) -> None:
    with transaction():
        session.starts_at += timedelta(minutes=minutes)
        session.ends_at += timedelta(minutes=minutes)


def _release(conference: Conference, **given: Any) -> Release:
    return release_programme(conference=conference, actor=ACTOR, at=NOW, **given)


def _mail() -> OutgoingMail:
    return db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()


def _calendar_parts(mail: OutgoingMail) -> list[Message]:
    read = email.message_from_bytes(write_message(mail))
    return [part for part in read.walk() if part.get_content_type() == "text/calendar"]


def _read(part: Message) -> list[Entry]:
    """File, method (of mail and calendar), SEQUENCE, DTSTART, STATUS, PARTSTAT, RSVP and UID of each entry."""
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    read = Calendar.from_ical(payload.decode())
    assert part.get_param("method") == str(read["method"])
    assert len(vobject.readOne(payload.decode()).vevent_list) == len(read.walk("VEVENT"))
    return [
        (
            part.get_filename() or "", str(read["method"]), int(event["sequence"]), event.decoded("dtstart"),
            str(event["status"]) if "status" in event else None, str(event["attendee"].params["PARTSTAT"]),
            event["attendee"].params["RSVP"] == "TRUE", str(event["uid"]),
        )
        for event in read.walk("VEVENT")
    ]  # fmt: skip


def _entries(mail: OutgoingMail) -> list[Entry]:
    return [entry for part in _calendar_parts(mail) for entry in _read(part)]


def _uid(code: str) -> str:
    return f"xvi-kaluga-2021-{code}@ratusha.example"


def _at(hour: int) -> datetime:
    return datetime(2021, 6, 28, hour, tzinfo=MOSCOW)


def test_mail_carries_the_changed_entry_with_sign_and_sequence_of_the_feed_when_one_moves(
    app: Flask, visitor: FlaskClient
) -> None:
    conference = make_conference(contact_email="office@kaluga.example")
    session = make_session(conference, "A")
    make_session(conference, "B")
    _part(session, "Jörg Gast", email="gast@x.example")
    _release(conference)
    _move(session)
    _release(conference, tell=Tell.TOUCHED)
    assert _entries(_mail()) == [("", "REQUEST", 1, _at(19), "CONFIRMED", "NEEDS-ACTION", True, _uid("A"))]
    [part] = _calendar_parts(_mail())
    event = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]
    assert (str(event["organizer"]), str(event["attendee"]), str(event["summary"])) == (
        "mailto:office@kaluga.example", "mailto:gast@x.example", "Eröffnung der Konferenz",
    )  # fmt: skip
    feed = Calendar.from_ical(visitor.get(f"/c/{conference.slug}/programme.ics").text)
    of_feed = {str(one["uid"]): one for one in feed.walk("VEVENT")}[_uid("A")]
    for name in ("sequence", "dtstart", "dtend", "dtstamp", "status", "uid"):
        assert (name, event[name].to_ical()) == (name, of_feed[name].to_ical())


def test_cancelled_entries_are_files_of_their_own_when_others_change_too(app: Flask) -> None:
    conference = make_conference()
    moved, new, off, lost = (make_session(conference, code) for code in ("A", "B", "C", "D"))
    delegate = make_delegate(conference, email="anna@x.example")
    for session in (moved, off, lost):
        _part(session, "Анна Орлова", delegate_id=delegate.id, confirmation=Confirmation.CONFIRMED)
    _release(conference)
    _move(moved)
    _part(new, "Анна Орлова", delegate_id=delegate.id)
    cancel_session(session=off, actor=ACTOR, at=NOW)
    with transaction():
        set_people(lost, [])
    _release(conference, tell=Tell.TOUCHED)
    mail = _mail()
    assert (mail.calendar, mail.calendar_method) == ("", "")
    assert _entries(mail) == [
        ("programme.ics", "REQUEST", 1, _at(19), "CONFIRMED", "NEEDS-ACTION", True, _uid("A")),
        ("programme.ics", "REQUEST", 1, _at(18), "CONFIRMED", "NEEDS-ACTION", True, _uid("B")),
        ("cancelled-C.ics", "CANCEL", 1, _at(18), "CANCELLED", "ACCEPTED", False, _uid("C")),
        ("cancelled-D.ics", "CANCEL", 1, _at(18), None, "ACCEPTED", False, _uid("D")),
    ]
    assert "Приложенный календарь обновит Ваши записи." in mail.text


def test_entry_is_called_off_for_the_side_that_is_taken_out_when_another_comes_in_its_place(app: Flask) -> None:
    conference = make_conference()
    meeting = make_session(conference, "M")
    towns = [make_municipality(slug) for slug in ("suhl", "ulm", "lahr")]
    for town in towns:
        make_delegation(conference, town, contact_email=f"{town.slug}@x.example", language="de")
    keep(SessionParty(session_id=meeting.id, municipality_id=towns[0].id))
    leaves = keep(SessionParty(session_id=meeting.id, municipality_id=towns[1].id, position=1))
    _release(conference)
    with transaction():
        leaves.municipality_id = towns[2].id
    new = make_session(
        conference, "N", kind=SessionKind.BILATERAL, room=make_room(conference), description_de="Am Tisch 3"
    )
    _part(new, "Jörg Gast", email="gast@x.example")
    _release(conference, tell=Tell.TOUCHED)
    said = {mail.to[0]: (_entries(mail), mail.text) for mail in db.session.query(OutgoingMail)}
    assert {to: [(one[1], one[2], one[4]) for one in entries] for to, (entries, _text) in said.items()} == {
        "suhl@x.example": [("REQUEST", 1, "CONFIRMED")], "lahr@x.example": [("REQUEST", 1, "CONFIRMED")],
        "ulm@x.example": [("CANCEL", 1, None)], "gast@x.example": [("REQUEST", 0, "CONFIRMED")],
    }  # fmt: skip
    assert "Ihre Delegation gehört dazu." in said["lahr@x.example"][1]
    assert "Ihre Delegation gehört nicht mehr dazu." in said["ulm@x.example"][1]
    assert "Philharmonie, Большой зал, Am Tisch 3\n" in said["gast@x.example"][1]


def test_nothing_is_put_into_the_calendar_of_those_who_wait_and_nothing_sent_to_those_who_declined(app: Flask) -> None:
    conference = make_conference()
    session, other = make_session(conference, "A"), make_session(conference, "B")
    waits = make_delegate(conference, "R1", email="waits@x.example")
    has = make_delegate(conference, "R2", email="has@x.example")
    for delegate, standing in ((waits, SignUpStanding.WAITING), (has, SignUpStanding.HAS_PLACE)):
        keep(SessionSignUp(session_id=session.id, delegate_id=delegate.id, standing=standing, at=NOW))
    _part(other, "Jörg Gast", email="no@x.example", confirmation=Confirmation.DECLINED)
    _release(conference, tell=Tell.TOUCHED)
    mails = {mail.to[0]: mail for mail in db.session.query(OutgoingMail)}
    assert {to: _entries(mail) for to, mail in mails.items()} == {
        "waits@x.example": [],
        "has@x.example": [("", "REQUEST", 0, _at(18), "CONFIRMED", "ACCEPTED", False, _uid("A"))],
    }  # fmt: skip
    assert {to: "Приложенный" in mail.text or "beigefügte" in mail.text for to, mail in mails.items()} == {
        "waits@x.example": False, "has@x.example": True,
    }  # fmt: skip


def test_nobody_is_told_of_the_part_they_declined_when_the_release_leaves_them_out(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    _part(session, "Jörg Gast", email="no@x.example")
    _part(session, "Anna Gast", email="yes@x.example")
    _release(conference)
    with transaction():
        next(row for row in session.people if row.name == "Jörg Gast").confirmation = Confirmation.DECLINED
    _release(conference, tell=Tell.TOUCHED)
    assert [mail.to for mail in db.session.query(OutgoingMail)] == [["yes@x.example"]]


def test_entry_has_the_readers_own_door_when_they_may_come_by_video(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    session = make_session(conference, "A")
    far = make_delegate(conference, "R1", attendance=Attendance.VIDEO, email="far@x.example")
    near = make_delegate(conference, "R2", email="near@x.example")
    for delegate in (far, near):
        _part(session, f"Анна {delegate.public_id}", delegate_id=delegate.id)
    _release(conference, tell=Tell.TOUCHED)
    doors = {
        mail.to[0]: str(Calendar.from_ical(mail.calendar).walk("VEVENT")[0].get("conference", ""))
        for mail in db.session.query(OutgoingMail)
    }
    assert doors == {one.email: f"http://127.0.0.1:5000/join/{one.join_token}" for one in (far, near)}


# Asking again

KNOWN = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1), "day": None, "venue_id": 3}


@pytest.mark.parametrize(
    ("said", "role", "changed", "again"),
    [
        (Confirmation.CONFIRMED, PersonRole.CHAIR, {}, False),
        (Confirmation.CONFIRMED, PersonRole.CHAIR, {"starts_at": NOW + timedelta(minutes=5)}, True),
        (Confirmation.CONFIRMED, PersonRole.CHAIR, {"ends_at": None}, True),
        (Confirmation.CONFIRMED, PersonRole.CHAIR, {"venue_id": 4}, True),
        (Confirmation.CONFIRMED, PersonRole.SPEAKER, {}, True),
        (Confirmation.NOT_ASKED, PersonRole.SPEAKER, {}, True),
        (Confirmation.ASKED, PersonRole.SPEAKER, {}, False),
        (Confirmation.DECLINED, PersonRole.SPEAKER, {"venue_id": 4}, False),
    ],
)
def test_a_yes_is_asked_for_again_when_it_was_to_something_else(
    said: Confirmation, role: PersonRole, changed: dict[str, Any], again: bool
) -> None:
    before, now = terms(PersonRole.CHAIR, **KNOWN), terms(role, **(KNOWN | changed))  # type: ignore[arg-type]
    assert to_ask_again(said, answered_for=before, now=now) is again


def _confirmed(session: ProgrammeSession, name: str, **given: Any) -> SessionPerson:
    person = _part(session, name, **given)
    ask_to_confirm(conference=session.conference, people=[person], actor=ACTOR, at=NOW)
    answer_part(person=person, comes=True, remark="", actor=ACTOR, at=NOW)
    return person


def test_confirmed_people_are_asked_again_in_the_mail_when_hour_house_or_role_changes(app: Flask) -> None:
    conference = make_conference()
    hall = make_room(conference)
    small = make_room(conference, "Малый зал")
    far = keep(Venue(conference_id=conference.id, name="Мэрия", name_ru="Мэрия"))
    cabinet = keep(Room(venue_id=far.id, name="Кабинет", name_ru="Кабинет"))
    moved, room, house, role, back = (make_session(conference, code, room=hall) for code in ("A", "B", "C", "D", "E"))
    people = {
        session.code: _confirmed(session, f"Гость {session.code}", email=f"{session.code}@x.example")
        for session in (moved, room, house, role, back)
    }
    _release(conference)
    _move(moved)
    with transaction():
        room.room_id, house.room_id = small.id, cabinet.id
        set_people(role, [PersonDetails("Гость D", PersonRole.CHAIR, email="D@x.example")])
    _move(back)
    _move(back, -60)
    _release(conference, tell=Tell.TOUCHED)
    assert {code: (person.confirmation, person.answered_at is None) for code, person in people.items()} == {
        "A": (Confirmation.ASKED, True), "B": (Confirmation.CONFIRMED, False), "C": (Confirmation.ASKED, True),
        "D": (Confirmation.ASKED, True), "E": (Confirmation.CONFIRMED, False),
    }  # fmt: skip
    asked = "Условия изменились, поэтому просим Вас ещё раз подтвердить участие или отказаться от него"
    mails = {
        mail.to[0]: (asked in mail.text, asked in mail.html)
        for mail in db.session.query(OutgoingMail).filter_by(kind="programme_changed")
    }
    assert mails == {
        "A@x.example": (True, True), "B@x.example": (False, False), "C@x.example": (True, True),
        "D@x.example": (True, True),
    }  # fmt: skip
    text = next(mail.text for mail in db.session.query(OutgoingMail).filter_by(kind="programme_changed"))
    assert f"/ru/session/{people['A'].token}" in text
    entry = db.session.query(HistoryEntry).filter_by(deed="programme.release_programme").all()[1]
    assert entry.details["asked_again"] == 3


def test_confirmed_people_count_as_not_asked_when_nobody_is_told(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    person = _confirmed(session, "Гость", email="a@x.example")
    _move(session)
    _release(conference)
    assert (person.confirmation, person.answered_at) == (Confirmation.NOT_ASKED, None)


def test_releases_are_compared_when_it_is_not_known_what_was_confirmed(app: Flask) -> None:
    conference = make_conference()
    moved, kept = make_session(conference, "A"), make_session(conference, "B")
    people = [
        _part(row, f"Гость {row.code}", email="a@x.example", confirmation=Confirmation.CONFIRMED)
        for row in (moved, kept)
    ]
    _release(conference)
    assert [person.confirmation for person in people] == [Confirmation.CONFIRMED, Confirmation.CONFIRMED]
    _move(moved)
    _release(conference, tell=Tell.HELD)
    assert [person.confirmation for person in people] == [Confirmation.ASKED, Confirmation.CONFIRMED]


def test_release_page_names_those_asked_again_when_the_draft_has_moved(staff: Callable[[str], FlaskClient]) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    _confirmed(session, "Гость", name_latin="Gast", email="a@x.example")
    details = details_of(session)
    change_session(session=session, details=details, version=session.version, actor=ACTOR, at=NOW)
    client, page = staff("organiser"), f"/en/desk/c/{conference.slug}/programme/release"
    assert "had said yes" not in client.get(page).text
    _move(session)
    assert "1 person had said yes to another hour, house or role: Gast." in client.get(page).text


def test_entry_names_people_in_the_letters_of_its_reader_when_written(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, "A")
    for language in ("de", "ru"):
        _part(session, f"Анна {language}", name_latin=f"Anna {language}", email=f"{language}@x.example",
              language=language)  # fmt: skip
    _release(conference, tell=Tell.TOUCHED)
    told = {
        mail.language: str(Calendar.from_ical(mail.calendar).walk("VEVENT")[0]["description"])
        for mail in db.session.query(OutgoingMail)
    }
    assert told == {"de": "Anna de, Anna ru", "ru": "Анна de, Анна ru"}
