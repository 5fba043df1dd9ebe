"""Going back to a release: the draft says what it said, and people keep what is theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.history.models import HistoryEntry
from app.programme.models import (
    ProgrammeSession,
    ProgrammeTrack,
    Release,
    SessionAgreement,
    SessionMaterial,
    SessionParty,
    SessionPerson,
    SessionSignUp,
)
from app.programme.operations import (
    cancel_session,
    change_session,
    details_of,
    import_programme,
    release_programme,
    undo_last,
)
from app.programme.operations.restoring import restore_release
from app.programme.queries.content import freeze
from app.programme.rules import Confirmation, InterpretationKind, PersonRole, SessionKind, SignUpStanding
from app.programme.rules.changes import changes
from app.programme.rules.parts import PersonDetails
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_municipality,
    make_room,
    make_session,
)
from tests.programme_files import XIV, krasnodar

Enter = Callable[[str], FlaskClient]
NOON = datetime(2021, 6, 29, 9, 0, tzinfo=UTC)


def _release(conference: Conference) -> Release:
    return release_programme(conference=conference, actor=ACTOR, at=NOW)


def _items(conference: Conference) -> list[dict[str, Any]]:
    return [item | {"sequence": 0} for item in freeze(conference, before=None)["items"]]


def _rich(conference: Conference) -> ProgrammeSession:
    """A session with everything a release freezes."""
    track = keep(ProgrammeTrack(conference_id=conference.id, code="youth", name_ru="Молодёжь"))
    row = make_session(
        conference, "A", room=make_room(conference), kind=SessionKind.SIGNING, track_id=track.id, parallel="x",
        part_of="B",
        buffer_before=5, buffer_after=10, interpreted_how=InterpretationKind.BOOTH, relief_minutes=20, sign_up=True,
        places=7, capacity=80, description_ru="Описание", format=ConferenceFormat.HYBRID, audience="press",
    )  # fmt: skip
    keep(SessionPerson(session_id=row.id, name="Анна Орлова", role=PersonRole.CHAIR, email="a@x.example", token="t1",
                       office_ru="Глава", confirmation=Confirmation.CONFIRMED,
                       delegate_id=make_delegate(conference, "R1").id))  # fmt: skip
    keep(SessionPerson(session_id=row.id, name="Л. Вебер", role=PersonRole.SPEAKER, position=1, email="w@x.example"))
    keep(SessionParty(session_id=row.id, municipality_id=make_municipality("suhl").id))
    keep(SessionAgreement(session_id=row.id, title_de="Abkommen", parties=["Suhl", "Калуга"]))
    keep(SessionMaterial(session_id=row.id, title="Folien", link="https://x.example/f", public=False))
    db.session.expire_all()
    return row


def test_draft_says_what_the_release_said_when_everything_had_changed(app: Flask) -> None:
    conference = make_conference()
    row = _rich(conference)
    before = _items(conference)
    release = _release(conference)
    frozen = json.dumps(release.content)
    with transaction() as unit:
        row.starts_at, row.ends_at, row.room, row.title_ru, row.kind = None, None, None, "Иначе", SessionKind.OTHER
        row.day, row.track, row.places, row.parallel, row.format = date(2021, 6, 29), None, None, "", None
        row.part_of = ""
        row.people, row.parties, row.agreements, row.materials = [], [], [], []
        row.description_ru, row.buffer_after, row.sign_up = "", 0, False
        unit.flush()
    assert _items(conference) != before
    report = restore_release(release=release, actor=ACTOR, at=NOW)
    assert (report.changed, report.added, report.removed, report.taken_off) == (1, 0, 0, 0)
    assert [str(warning) for warning in report.warnings] == ["Back without a known e-mail address: Л. Вебер."]
    assert _items(conference) == before
    assert json.dumps(release.content) == frozen
    assert db.session.query(Release).count() == 1
    again = restore_release(release=release, actor=ACTOR, at=NOW)
    assert (again.changed, again.added, again.removed, again.taken_off) == (0, 0, 0, 0)
    entries = db.session.query(HistoryEntry).filter_by(deed="programme.restore_release").all()
    assert [entry.details for entry in entries] == [
        {"number": 1, "changed": 1, "added": 0, "taken_off": 0, "removed": 0}
    ]


def test_sign_ups_answers_and_links_stay_when_the_session_lives_on(app: Flask) -> None:
    conference = make_conference()
    row = _rich(conference)
    release = _release(conference)
    guest = make_delegate(conference, "R2", email="g@x.example")
    keep(SessionSignUp(session_id=row.id, delegate_id=guest.id, standing=SignUpStanding.HAS_PLACE, at=NOW))
    with transaction():
        row.title_de = "Anders"
        row.people[0].confirmation = Confirmation.DECLINED
    restore_release(release=release, actor=ACTOR, at=NOW)
    chair = db.session.query(SessionPerson).filter_by(session_id=row.id, role=PersonRole.CHAIR).one()
    assert (chair.confirmation, chair.token, chair.email) == (Confirmation.DECLINED, "t1", "a@x.example")
    assert [one.delegate_id for one in db.session.query(SessionSignUp)] == [guest.id]
    kept = db.session.get_one(ProgrammeSession, row.id)
    assert (kept.uid, kept.title_de) == (row.uid, "Eröffnung der Konferenz")


def test_answer_stays_or_is_kept_in_history_when_the_release_does_not_name_the_person(staff: Enter) -> None:
    conference = make_conference()
    row = make_session(conference, "A")
    keep(SessionPerson(session_id=row.id, name="Анна Орлова", role=PersonRole.RAPPORTEUR, remark="Вылетаю раньше.",
                       confirmation=Confirmation.DECLINED, answered_at=NOW, email="a@x.example"))  # fmt: skip
    db.session.expire_all()
    release = _release(conference)  # it names nobody who said no
    with transaction() as unit:
        row.title_de = "Anders"
        unit.add(SessionPerson(session_id=row.id, name="Jörg Gast", role=PersonRole.SPEAKER, position=1,
                               confirmation=Confirmation.CONFIRMED, answered_at=NOW, remark="Gern"))  # fmt: skip
    db.session.expire_all()
    client = staff("organiser")
    page = html.fromstring(client.get("/en/desk/c/xvi-kaluga-2021/programme/releases/1/restore").data)
    rows = [" ".join(one.text_content().split()) for one in page.xpath("//main//tbody/tr")]
    assert rows == [
        "Anna OrlowaReportOpening of the conference Adoes not take partВылетаю раньше.Stays with answer and "
        "remark: no release names who does not come.",
        "Jörg GastContributionOpening of the conference Atakes partGernLoses the part; the answer is kept in the "
        "history.",
    ]
    restore_release(release=release, actor=ACTOR, at=NOW)
    db.session.expire_all()
    assert [(one.name, one.confirmation, one.remark, one.email) for one in row.people] == [
        ("Анна Орлова", Confirmation.DECLINED, "Вылетаю раньше.", "a@x.example")
    ]
    [entry] = db.session.query(HistoryEntry).filter_by(deed="programme.restore_release")
    assert entry.details["people_out"] == [
        {"code": "A", "person": "Jörg Gast", "role": "speaker", "answer": "confirmed"}
    ]
    undo_last(conference=conference, actor=ACTOR, at=NOW)
    db.session.expire_all()
    assert [(one.name, one.remark) for one in row.people] == [("Анна Орлова", "Вылетаю раньше."), ("Jörg Gast", "Gern")]


@pytest.mark.parametrize("withdrawn", range(4))
def test_order_set_by_hand_comes_back_when_somebody_has_withdrawn(app: Flask, withdrawn: int) -> None:
    conference = make_conference()
    row = make_session(conference, "A")
    parts = [("Анна Орлова", PersonRole.CHAIR), ("Jörg Gast", PersonRole.RAPPORTEUR),
             ("Пётр Семёнов", PersonRole.SPEAKER), ("Eva Braun-Lenz", PersonRole.SPEAKER)]  # fmt: skip
    _only(row, *(PersonDetails(name, role) for name, role in parts))
    with transaction():
        row.people[withdrawn].confirmation = Confirmation.DECLINED
    release = _release(conference)
    asked = parts[(withdrawn + 1) % 4][0]
    with transaction():
        next(one for one in row.people if one.name == asked).confirmation = Confirmation.CONFIRMED
    named = [part for place, part in enumerate(parts) if place != withdrawn]
    _only(row, *(PersonDetails(name, role) for name, role in [*reversed(named), parts[withdrawn]]))
    restore_release(release=release, actor=ACTOR, at=NOW)
    db.session.expire_all()
    there = [(one.name, one.role) for one in row.people]
    assert [one for one in there if one != parts[withdrawn]] == named
    assert sorted(there) == sorted(parts)
    assert {one.name: one.confirmation for one in row.people if one.confirmation is not Confirmation.NOT_ASKED} == {
        parts[withdrawn][0]: Confirmation.DECLINED, asked: Confirmation.CONFIRMED
    }  # fmt: skip
    _only(row, *(PersonDetails(name, role) for name, role in parts))  # as it was released
    restore_release(release=release, actor=ACTOR, at=NOW)
    db.session.expire_all()
    assert [(one.name, one.role) for one in row.people] == parts


def test_new_sessions_go_or_are_cancelled_when_people_know_them(app: Flask) -> None:
    conference = make_conference()
    make_session(conference, "A")
    first = _release(conference)
    make_session(conference, "B")
    _release(conference)
    make_session(conference, "C")
    wished = make_session(conference, "D", sign_up=True)
    keep(SessionSignUp(session_id=wished.id, delegate_id=make_delegate(conference).id,
                       standing=SignUpStanding.HAS_PLACE, at=NOW))  # fmt: skip
    report = restore_release(release=first, actor=ACTOR, at=NOW)
    assert (report.removed, report.taken_off) == (1, 2)
    rows = db.session.query(ProgrammeSession).order_by(ProgrammeSession.code)
    assert [(row.code, row.cancelled) for row in rows] == [("A", False), ("B", True), ("D", True)]


def test_session_comes_back_when_it_was_cancelled_or_deleted_since(app: Flask) -> None:
    conference = make_conference()
    off, gone = make_session(conference, "A"), make_session(conference, "B", title_de="Weg")
    uid = gone.uid
    release = _release(conference)
    cancel_session(session=off, actor=ACTOR, at=NOW)
    with transaction() as unit:
        unit.delete(gone)
    make_session(conference, "B", uid="another")
    report = restore_release(release=release, actor=ACTOR, at=NOW)
    rows = db.session.query(ProgrammeSession).order_by(ProgrammeSession.code).all()
    assert [(row.code, row.uid, row.cancelled) for row in rows] == [
        ("A", off.uid, False), ("B-1", uid, False),
    ]  # fmt: skip
    assert rows[1].title_de == "Weg"
    assert [str(message) for message in report.warnings] == [
        "The sign “B” belongs to another session now; the old one is B-1."
    ]


def test_session_has_no_room_and_a_warning_tells_so_when_the_room_is_gone(app: Flask) -> None:
    conference = make_conference()
    hall = make_room(conference)
    row = make_session(conference, "A", room=hall)
    release = _release(conference)
    with transaction() as unit:
        row.room = None
        unit.flush()
        unit.delete(hall)
    report = restore_release(release=release, actor=ACTOR, at=NOW)
    assert [str(message) for message in report.warnings] == [
        "A: the room “Большой зал” is not there any more; the session has no room now."
    ]
    assert row.room_id is None
    assert row.venue_id is not None


def test_going_back_is_one_step_when_undone(app: Flask) -> None:
    conference = krasnodar()
    import_programme(conference=conference, content=XIV, actor=ACTOR, at=NOW)
    release = _release(conference)
    with transaction():
        for row in db.session.query(ProgrammeSession).filter(ProgrammeSession.code.in_(["K07", "K09", "K22"])):
            row.title_de = "Anders"
    changed = _items(conference)
    restore_release(release=release, actor=ACTOR, at=NOW)
    assert changes(release.content, freeze(conference, before=release.content), language="en") == []
    undo_last(conference=conference, actor=ACTOR, at=NOW)
    assert _items(conference) == changed


def test_parts_go_again_when_the_release_had_none_and_the_conference_has_no_tracks(app: Flask) -> None:
    conference = make_conference()
    row = make_session(conference, "A")
    release = _release(conference)
    before = _items(conference)
    keep(SessionParty(session_id=row.id, municipality_id=make_municipality("suhl").id))
    with transaction():
        row.buffer_after, row.parallel, row.interpreted_how = 15, "x", InterpretationKind.BOOTH
    restore_release(release=release, actor=ACTOR, at=NOW)
    assert (_items(conference), row.buffer_after, row.parties) == (before, 0, [])


def test_old_release_says_nothing_of_tracks_and_parties_when_it_knew_none(app: Flask) -> None:
    conference = make_conference()
    row = _rich(conference)
    release = _release(conference)
    old = json.loads(json.dumps(release.content))
    del old["tracks"], old["organisers"]
    for item in old["items"]:
        for name in ("track", "parties", "party_names", "agreements", "materials", "buffer_after", "places", "sign_up"):
            item.pop(name, None)
    other = keep(Release(conference_id=conference.id, number=2, content=old, released_at=NOW))
    before = _items(conference)
    restore_release(release=other, actor=ACTOR, at=NOW)
    assert _items(conference) == before
    assert row.track_id is not None


def test_release_becomes_the_draft_when_the_button_is_pressed(staff: Enter) -> None:
    conference = make_conference()
    row = make_session(conference, "A")
    _release(conference)
    with transaction():
        row.starts_at, row.ends_at = NOON, NOON.replace(hour=10)
    client = staff("secretariat")
    address = "/en/desk/c/xvi-kaluga-2021/programme/releases/1/restore"
    page = client.get(address).text.replace("\u00a0", " ")
    assert "Moved from 29 June, 12:00 to 28 June, 18:00." in page
    assert client.post(address).status_code == 303
    assert db.session.get_one(ProgrammeSession, row.id).starts_at == datetime(2021, 6, 28, 15, 0, tzinfo=UTC)
    assert "The draft says what this release says." in client.get(address).text
    assert client.get(address.replace("/1/", "/9/")).status_code == 404
    assert staff("desk").post(address).status_code == 403


def test_any_two_releases_are_compared_when_chosen(staff: Enter) -> None:
    conference = make_conference()
    row = make_session(conference, "A")
    for number in range(3):
        with transaction():
            row.title_de = f"Titel {number}"
        _release(conference)
    with transaction():
        row.title_de = "Titel jetzt"
    client = staff("desk")
    address = "/en/desk/c/xvi-kaluga-2021/programme/releases/compare"

    def told(query: str) -> list[tuple[str, str]]:
        pairs = html.fromstring(client.get(f"{address}{query}").text).xpath("//*[@class='change__pair']")
        return [tuple(" ".join(line.text_content().split()) for line in pair) for pair in pairs]

    assert told("") == [("Before Titel 2", "Now Titel jetzt")]
    assert told("?since=1&to=2") == [("Before Titel 0", "Now Titel 1")]
    assert told("?since=3&to=1") == [("Before Titel 2", "Now Titel 0")]
    assert told("?since=1&to=draft") == [("Before Titel 0", "Now Titel jetzt")]
    assert told("?since=2&to=2") == []
    assert told("?since=99&to=x") == [("Before Titel 2", "Now Titel jetzt")]


def _people(row: ProgrammeSession) -> list[tuple[str, str, str]]:
    return [(person.name, person.email, person.language) for person in row.people]


def _only(row: ProgrammeSession, *people: PersonDetails) -> None:
    details = replace(details_of(row), people=people)
    change_session(session=row, details=details, version=row.version, actor=ACTOR, at=NOW)


def test_people_who_come_back_have_the_address_known_now_when_they_were_taken_out(app: Flask) -> None:
    conference = make_conference()
    row, other = make_session(conference, "A"), make_session(conference, "B")
    gast = PersonDetails("Jörg Gast", PersonRole.SPEAKER, email="old@x.example", language="de")
    _only(row, gast, PersonDetails("Анна Письмо", PersonRole.CHAIR, email="anna@x.example", language="ru"))
    release = _release(conference)
    _only(row)  # both are taken out: only the steps of the draft know them still
    _only(other, replace(gast, email="new@x.example"))
    report = restore_release(release=release, actor=ACTOR, at=NOW)
    assert _people(row) == [("Jörg Gast", "new@x.example", "de"), ("Анна Письмо", "anna@x.example", "ru")]
    assert report.warnings == []


def test_delegate_keeps_the_address_of_the_draft_when_the_name_was_changed(app: Flask) -> None:
    conference = make_conference()
    row, delegate = make_session(conference, "A"), make_delegate(conference, "R1", email="")
    orlova = PersonDetails("Анна Орлова", PersonRole.CHAIR, email="a@x.example", delegate_id=delegate.id)
    _only(row, orlova)
    release = _release(conference)
    _only(row, replace(orlova, name="Анна Орлова-Вебер", email="b@x.example"))
    restore_release(release=release, actor=ACTOR, at=NOW)
    assert _people(row) == [("Анна Орлова", "b@x.example", "")]


def test_warnings_name_who_is_back_without_address_or_is_no_delegate_any_more(app: Flask) -> None:
    conference = make_conference()
    row, delegate = make_session(conference, "A"), make_delegate(conference, "R1")
    _only(row, PersonDetails("Jörg Gast", PersonRole.SPEAKER),
          PersonDetails("Анна Орлова", PersonRole.CHAIR, delegate_id=delegate.id))  # fmt: skip
    release = _release(conference)
    _only(row)
    with transaction():
        delegate.public_id = "R2"
    report = restore_release(release=release, actor=ACTOR, at=NOW)
    assert [str(warning) for warning in report.warnings] == [
        "A: Анна Орлова is no delegate here any more and stands by name.",
        "Back without a known e-mail address: Jörg Gast and Анна Орлова.",
    ]
    assert restore_release(release=release, actor=ACTOR, at=NOW).warnings == report.warnings[:1]
