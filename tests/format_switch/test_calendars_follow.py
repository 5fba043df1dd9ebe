"""Calendars follow a switch: read before and after by three readers, one of them written here after RFC 5545."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.format_switch.operations import switch
from app.format_switch.queries.past import invited_by_mail
from app.format_switch.rules import Decision, Scope, ScopeKind
from app.mailroom.models import MailAttachment, OutgoingMail
from app.mailroom.operations import release_held
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, SessionPerson, SessionSignUp
from app.programme.operations import release_programme
from app.programme.rules import Confirmation, PersonRole, SessionKind, SignUpStanding
from app.video.queries import rooms
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

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
WHOLE_SIGN = "38e92f00-23af-5446-88b3-655a56aa5c6d"  # of the entry of the whole conference
LATER = NOW + timedelta(hours=1)
Told = dict[str, dict[str, str]]  # by UID: METHOD, SEQUENCE, STATUS, LOCATION, CONFERENCE, DTSTART


def _by_icalendar(text: str) -> Told:
    read = Calendar.from_ical(text)
    return {
        str(event["UID"]): {
            "METHOD": str(read.get("METHOD", "")), "SEQUENCE": str(event["SEQUENCE"]),
            "STATUS": str(event.get("STATUS", "")), "LOCATION": str(event.get("LOCATION", "")),
            "CONFERENCE": str(event.get("CONFERENCE", "")), "DTSTART": _utc(event.decoded("DTSTART")),
        }
        for event in read.walk("VEVENT")
    }  # fmt: skip


def _by_vobject(text: str) -> Told:
    read = vobject.readOne(text)

    def value(event: Any, name: str) -> str:
        return str(event.contents[name][0].value) if name in event.contents else ""

    return {
        value(event, "uid"): {
            "METHOD": value(read, "method"), "SEQUENCE": value(event, "sequence"), "STATUS": value(event, "status"),
            "LOCATION": value(event, "location"), "CONFERENCE": value(event, "conference"),
            "DTSTART": _utc(event.dtstart.value),
        }
        for event in read.contents["vevent"]
    }  # fmt: skip


def _by_hand(text: str) -> Told:
    """RFC 5545: lines end in CR LF and are at most 75 octets; a blank begins what goes on (section 3.1)."""
    lines = text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert max(len(line.encode()) for line in lines) <= 75
    assert lines[-1] == ""
    whole = re.sub("\r\n[ \t]", "", text).split("\r\n")
    found: Told = {}
    stack: list[str] = []
    method = ""
    event: dict[str, str] = {}
    for line in filter(None, whole):
        name, value = re.fullmatch(r'((?:[^":]|"[^"]*")*):(.*)', line, re.DOTALL).groups()  # type: ignore[union-attr]
        name, _, parameters = name.partition(";")
        if name == "BEGIN":
            stack.append(value)
            event = {} if value == "VEVENT" else event
        elif name == "END":
            assert stack.pop() == value
            if value == "VEVENT":
                found[event["UID"]] = event
        elif name == "METHOD":
            method = value
        elif stack == ["VCALENDAR", "VEVENT"]:
            assert name not in event
            event["METHOD"] = method
            event[name] = re.sub(r"\\([;,\\])", r"\1", value)
            if name == "DTSTART":
                event[name] = _moment(parameters, value)
    assert stack == []
    names = ("METHOD", "SEQUENCE", "STATUS", "LOCATION", "CONFERENCE", "DTSTART")
    return {uid: {name: event.get(name, "") for name in names} for uid, event in found.items()}


def _moment(parameters: str, value: str) -> str:
    """Moscow has been three hours ahead of UTC since 2014."""
    if parameters == "VALUE=DATE":
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    assert parameters == "TZID=Europe/Moscow"
    local = datetime.strptime(f"{value}+0300", "%Y%m%dT%H%M%S%z")
    return f"{local.astimezone(UTC):%Y-%m-%d %H:%M}"


def _utc(value: Any) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value.isoformat()


READERS: tuple[Callable[[str], Told], ...] = (_by_icalendar, _by_vobject, _by_hand)


def _read(text: str) -> Told:
    """What all three readers read alike."""
    told = [reader(text) for reader in READERS]
    assert told[1] == told[0]
    assert told[2] == told[0]
    return told[0]


def _session(code: str) -> ProgrammeSession:
    return db.session.query(ProgrammeSession).filter_by(code=code).one()


def _conference() -> tuple[Conference, Delegate]:
    """Anna has a seat at the opening, in a working group (she speaks) and at the dinner (she signed up)."""
    conference = make_conference(contact_email="info@twincities.example")
    hall = make_room(conference)
    make_session(conference, "K07", room=hall)
    evening = [datetime(2021, 6, 28, hour, 30, tzinfo=UTC) for hour in (17, 20)]
    make_session(conference, "K09", kind=SessionKind.RECEPTION, title_ru="Приём; ужин, вечер", room=hall,
                 starts_at=evening[0], ends_at=evening[1])  # fmt: skip
    make_session(conference, "K10", kind=SessionKind.WORKING_GROUP, audience="experts", title_ru="Рабочая группа")
    anna = make_delegate(conference, "D1", email="anna@kaluga.example", created_at=NOW - timedelta(days=9))
    keep(SessionPerson(session_id=_session("K10").id, name="Анна Орлова", role=PersonRole.SPEAKER, delegate_id=anna.id))
    keep(SessionSignUp(session_id=_session("K09").id, delegate_id=anna.id, standing=SignUpStanding.HAS_PLACE, at=NOW))
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    return conference, anna


def _move(conference: Conference, to: ConferenceFormat, **given: Any) -> OutgoingMail:
    """Switch, let the mail go, and give it."""
    switch(conference=conference, to=to, **({"plan": None, "reason": "Въезд", "actor": ACTOR, "at": LATER} | given))
    release_held(conference_id=conference.id, actor=ACTOR, at=LATER)
    with transaction():
        for mail in db.session.query(OutgoingMail).filter_by(state=MailState.WAITING):
            mail.state = MailState.SENT
    return db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1).one()


def _files(mail: OutgoingMail) -> dict[str, Told]:
    return {file.filename: _read(_content(file)) for file in mail.attachments}


def _content(file: MailAttachment) -> str:
    return (file.content or b"").decode()


def _feed(visitor: FlaskClient, anna: Delegate) -> Told:
    return _read(visitor.get(f"/ru/delegate/{anna.token}/programme.ics").text)


def _without_method(told: Told) -> Told:
    return {uid: {name: value for name, value in entry.items() if name != "METHOD"} for uid, entry in told.items()}


def test_calendars_follow_when_the_conference_moves_to_video(app: Flask, visitor: FlaskClient) -> None:
    conference, anna = _conference()
    opening, dinner, group = (_session(code).uid for code in ("K07", "K09", "K10"))
    before = _feed(visitor, anna)
    hall = "Филармония, Большой зал"
    assert before == {
        opening: {"METHOD": "", "SEQUENCE": "0", "STATUS": "CONFIRMED", "LOCATION": hall, "CONFERENCE": "",
                  "DTSTART": "2021-06-28 15:00"},
        dinner: {"METHOD": "", "SEQUENCE": "0", "STATUS": "CONFIRMED", "LOCATION": hall, "CONFERENCE": "",
                 "DTSTART": "2021-06-28 17:30"},
        group: {"METHOD": "", "SEQUENCE": "0", "STATUS": "CONFIRMED", "LOCATION": "", "CONFERENCE": "",
                "DTSTART": "2021-06-28 15:00"},
    }  # fmt: skip
    mail = _move(conference, VIDEO)
    door = f"http://127.0.0.1:5000/join/{anna.join_token}"
    online = {"METHOD": "REQUEST", "SEQUENCE": "1", "STATUS": "CONFIRMED", "LOCATION": "по видеосвязи",
              "CONFERENCE": door, "DTSTART": "2021-06-28 15:00"}  # fmt: skip
    off = {"METHOD": "", "SEQUENCE": "1", "STATUS": "CANCELLED", "LOCATION": hall, "CONFERENCE": "",
           "DTSTART": "2021-06-28 17:30"}  # fmt: skip
    files = _files(mail)
    assert files == {"programme.ics": {opening: online, group: online}}  # no mail ever brought the dinner
    assert _read(mail.calendar) == {
        WHOLE_SIGN: {
            "METHOD": "REQUEST", "SEQUENCE": "1", "STATUS": "CONFIRMED", "LOCATION": "по видеосвязи",
            "CONFERENCE": door, "DTSTART": "2021-06-28",
        }
    }  # fmt: skip
    # the subscribed feed says the same of the same entries
    assert _without_method(_feed(visitor, anna)) == _without_method(files["programme.ics"] | {dinner: off})
    written = mail.calendar + "".join(map(_content, mail.attachments))
    unfolded = re.sub("\r\n[ \t]", "", written)
    assert not any(room.url in unfolded for room in rooms(conference))
    asks = 'ORGANIZER;CN="XVI конференция городов-партнёров России и Германии":mailto:info@twincities.example'
    assert re.findall("^ORGANIZER.*(?=\r)", unfolded, re.MULTILINE) == [asks] * 3
    hers = "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=%s:mailto:anna@kaluga.example"
    said = ("ACCEPTED;RSVP=FALSE", "NEEDS-ACTION;RSVP=TRUE")  # of her part in the working group she said nothing yet
    assert [unfolded.count(hers % answer) for answer in said] == [2, 1]


def test_everything_open_to_the_reader_is_told_when_it_moves_or_is_cancelled(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference()
    sessions: dict[str, dict[str, Any]] = {
        "PLENARY": {},
        "DINNER": {"kind": SessionKind.RECEPTION},
        "TRIP": {"kind": SessionKind.EXCURSION},
        "CHOICE": {"kind": SessionKind.EXCURSION, "sign_up": True},
        "BREAK": {"kind": SessionKind.BREAK},
        "WG4": {"kind": SessionKind.WORKING_GROUP, "title_ru": "Рабочая группа 4: Память (часть 1)"},
        "WG5": {"kind": SessionKind.WORKING_GROUP, "title_ru": "Рабочая группа 5: Здоровье"},
        "FORUM": {"kind": SessionKind.YOUTH, "audience": "youth"},
        "PRESS": {"kind": SessionKind.PRESS, "audience": "press"},
    }
    for code, values in sessions.items():
        make_session(conference, code, **({"title_de": "", "title_en": ""} | values))
    young = make_delegate(conference, "D1", email="anna@kaluga.example", created_at=NOW - timedelta(days=9),
                          role="youth", working_group="РГ 4")  # fmt: skip
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    feed = _feed(visitor, young)
    assert set(feed) == {_session(code).uid for code in ("PLENARY", "DINNER", "TRIP", "WG4", "FORUM")}
    mail = _move(conference, VIDEO)
    files = _files(mail)
    assert {name: set(told) for name, told in files.items()} == {
        "programme.ics": {_session(code).uid for code in ("PLENARY", "WG4", "FORUM")},
    }  # fmt: skip
    assert "3 пункта Вашей программы меняются. 2 пункта Вашей программы не состоятся." in mail.text.replace("\xa0", " ")
    feed = _without_method(_feed(visitor, young))
    off = {_session(code).uid for code in ("DINNER", "TRIP")}
    assert {uid: entry for uid, entry in feed.items() if uid not in off} == _without_method(files["programme.ics"])
    assert {feed[uid]["STATUS"] for uid in off} == {"CANCELLED"}


def test_calendar_cancels_what_a_mail_brought_and_nothing_else_when_the_conference_moves_to_video(app: Flask) -> None:
    conference, anna = _conference()
    dinner = _session("K09")
    brought = _files(_move(conference, HYBRID, decisions={dinner.uid: Decision("hybrid")}))
    assert list(brought) == ["programme.ics"]
    off = brought["programme.ics"][dinner.uid] | {
        "METHOD": "CANCEL", "SEQUENCE": "2", "STATUS": "CANCELLED", "CONFERENCE": "",
    }  # fmt: skip
    off_now = {dinner.uid: Decision("cancelled")}
    files = _files(_move(conference, VIDEO, decisions=off_now, at=LATER + timedelta(hours=1)))
    assert list(files) == ["programme.ics", "cancelled-K09.ics"]
    assert files["cancelled-K09.ics"] == {dinner.uid: off}
    assert invited_by_mail(conference) == {
        (anna.email, sign) for sign in (_session("K07").uid, _session("K10").uid, WHOLE_SIGN)
    }  # fmt: skip


def test_calendars_come_back_under_the_same_signs_when_the_conference_returns(app: Flask, visitor: FlaskClient) -> None:
    conference, anna = _conference()
    before = _feed(visitor, anna)
    _move(conference, VIDEO)
    mail = _move(conference, IN_PERSON, at=LATER + timedelta(hours=1))
    [(name, told)] = _files(mail).items()
    assert name == "programme.ics"
    again = {uid: entry | {"SEQUENCE": "2", "METHOD": "REQUEST"} for uid, entry in before.items()}
    assert told == again
    assert _without_method(_feed(visitor, anna)) == _without_method(again)
    whole = _read(mail.calendar)[WHOLE_SIGN]
    assert (whole["SEQUENCE"], whole["LOCATION"], whole["CONFERENCE"]) == ("2", "Филармония, Калуга", "")


def test_calendar_files_bring_only_what_changes_when_one_session_moves(app: Flask) -> None:
    conference, _anna = _conference()
    group = _session("K10").uid
    mail = _move(conference, VIDEO, scope=Scope(ScopeKind.SESSION, group))
    assert {name: list(told) for name, told in _files(mail).items()} == {"programme.ics": [group]}


def test_calendar_file_is_the_newer_one_when_only_the_delegation_moves_and_the_programme_stays(app: Flask) -> None:
    conference, anna = _conference()
    group = make_delegation(conference, make_municipality("suhl", name_de="Suhl", country="DE"))
    with transaction():
        conference.format, anna.delegation_id = HYBRID, group.id
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    mail = _move(conference, VIDEO, scope=Scope(ScopeKind.DELEGATION, str(group.id)))
    [programme] = [file for file in mail.attachments if file.filename == "programme.ics"]
    assert "DTSTAMP:20210406T100000Z" in _content(programme)  # of the switch, an hour after the release
    assert _read(_content(programme))[_session("K07").uid]["CONFERENCE"].endswith(anna.join_token)


def test_calendars_bring_the_door_beside_the_hall_when_the_conference_becomes_hybrid(
    app: Flask, visitor: FlaskClient
) -> None:
    conference, anna = _conference()
    opening, dinner = _session("K07"), _session("K09").uid
    with transaction():
        opening.people.append(
            SessionPerson(name="Eva Berg", role=PersonRole.CHAIR, email="eva@x.example", language="de")
        )
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    before = _feed(visitor, anna)
    last = _move(conference, HYBRID)
    told = {
        mail.to[0]: _files(mail)["programme.ics"] for mail in db.session.query(OutgoingMail) if mail.kind == last.kind
    }
    door = f"http://127.0.0.1:5000/join/{anna.join_token}"
    online = {
        uid: entry | {"SEQUENCE": str(int(entry["SEQUENCE"]) + 1), "CONFERENCE": door, "METHOD": "REQUEST"}
        for uid, entry in before.items() if uid != dinner
    }  # fmt: skip
    assert told[anna.email] == online
    assert _without_method(_feed(visitor, anna)) == _without_method(online | {dinner: before[dinner]})
    assert [one["CONFERENCE"] for one in told["eva@x.example"].values()] == [
        f"http://127.0.0.1:5000/join/{opening.people[0].token}"
    ]
    [hers, guests] = [mail.text for mail in db.session.query(OutgoingMail).order_by(OutgoingMail.id)
                      if mail.kind == last.kind]  # fmt: skip
    assert "теперь указан и вход" in hers
    assert "wofür Sie sich entscheiden: info@twincities.example." in guests


@pytest.mark.parametrize("attendance", [Attendance.ON_SITE, Attendance.VIDEO])
def test_no_calendar_file_goes_along_when_nothing_of_it_changes(app: Flask, attendance: Attendance) -> None:
    conference = make_conference()
    make_session(conference, room=make_room(conference), format=HYBRID)
    make_delegate(conference, "D1", email="anna@kaluga.example", attendance=attendance)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    mail = _move(conference, HYBRID)
    assert mail.attachments == []


@pytest.mark.parametrize("is_guest", [True, False])
def test_calendars_ask_for_an_answer_until_they_said_that_they_take_their_part(app: Flask, is_guest: bool) -> None:
    conference = make_conference(contact_email="info@twincities.example")
    number = None if is_guest else make_delegate(conference, "D1", email="e@x.example").id
    opening, closing = make_session(conference, "K07"), make_session(conference, "K08")
    with transaction():
        for item, said in ((opening, Confirmation.CONFIRMED), (closing, Confirmation.ASKED)):
            item.people.append(
                SessionPerson(name="Eva", role=PersonRole.CHAIR, email="e@x.example", confirmation=said,
                              delegate_id=number)
            )  # fmt: skip
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    [file] = _move(conference, VIDEO).attachments
    unfolded = re.sub("\r\n[ \t]", "", _content(file))
    asked = dict(
        re.findall("UID:(.*?)\r.*?ATTENDEE;ROLE=REQ-PARTICIPANT;(.*?):mailto:e@x.example", unfolded, re.DOTALL)
    )
    assert asked == {
        opening.uid: "PARTSTAT=ACCEPTED;RSVP=FALSE", closing.uid: "PARTSTAT=NEEDS-ACTION;RSVP=TRUE",
    }  # fmt: skip
