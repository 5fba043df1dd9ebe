"""The table for the host's technician: who comes by video, when, and whether plate and equipment are there."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.history.rules import COMMAND
from app.i18n import speaking
from app.printing.camera.operations import draw_plates
from app.printing.camera.technician import Appearance, guests
from app.printing.models import PrintRun
from app.programme.models import ProgrammeSession, SessionParty, SessionPerson
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.words import ROLE_OF_ONE
from app.video.operations.visits import note_equipment
from tests.factories import NOW, make_conference, make_delegate, make_delegation, make_municipality, make_session


def by_video(conference: Conference, public_id: str = "D1", **given: Any) -> Delegate:
    return make_delegate(conference, public_id, **({"attendance": Attendance.VIDEO, "phone": "+49 1"} | given))


def give_part(item: ProgrammeSession, delegate: Delegate, role: PersonRole) -> None:
    with transaction() as unit:
        unit.add(SessionPerson(session_id=item.id, name=delegate.last, role=role, delegate_id=delegate.id))


def test_guests_tell_hours_on_both_clocks_and_what_each_does(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    berlin = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", country="DE", timezone="Europe/Berlin")
    far = make_municipality("perm", name_ru="Пермь", name_de="Perm", timezone="Asia/Vladivostok")
    plenary = make_session(conference)
    speaker = by_video(conference, "D1", municipality_id=far.id)
    chair = by_video(conference, "D2", delegation_id=make_delegation(conference, berlin).id, country="DE")
    by_video(conference, "D3", municipality_id=conference.host_id)
    make_delegate(conference, "D4")
    by_video(conference, "D5", accreditation=Accreditation.WAITLISTED)
    give_part(plenary, speaker, PersonRole.SPEAKER)
    give_part(plenary, chair, PersonRole.CHAIR)
    give_part(plenary, chair, PersonRole.INTERPRETER)
    with speaking("de"):
        found = {one.public_id: one for one in guests(conference, contacts=True)}
        words = {role: str(word) for role, word in ROLE_OF_ONE.items()}
        short = [one.public_id for one in guests(conference, with_part=True, contacts=False)]
    title, speaks = "Eröffnung der Konferenz", words[PersonRole.SPEAKER]
    both = f"{words[PersonRole.CHAIR]}, {words[PersonRole.INTERPRETER]}"
    assert set(found) == {"D1", "D2", "D3"}
    assert sorted(short) == ["D1", "D2"]
    assert found["D1"].appearances == (
        Appearance("K07", title, speaks, "28.06.2021, 18:00–20:00\xa0Uhr", "29.06.2021, 01:00–03:00\xa0Uhr"),
    )
    assert found["D2"].appearances == (
        Appearance("K07", title, both, "28.06.2021, 18:00–20:00\xa0Uhr", "17:00–19:00\xa0Uhr"),
    )
    assert found["D3"].appearances == ()
    assert (found["D2"].town, found["D2"].email, found["D2"].phone) == (
        "Зуль · Suhl", "anna.orlova@kaluga.example", "+49 1",
    )  # fmt: skip


def test_guests_tell_no_address_when_contacts_are_not_asked_for(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    by_video(conference)
    assert [(one.email, one.phone) for one in guests(conference, contacts=False)] == [("", "")]


def test_guests_belong_to_their_own_conference_when_a_town_has_delegations_at_two(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    other = make_conference("xv-duren-2019", host=conference.host, format=ConferenceFormat.VIDEO)
    item = make_session(conference, kind=SessionKind.BILATERAL)
    with transaction() as unit:
        unit.add(SessionParty(session_id=item.id, municipality_id=conference.host_id))
    for number, held in enumerate((conference, other)):
        by_video(held, f"D{number}", delegation_id=make_delegation(held, conference.host).id)
    assert [[one.code for one in guest.appearances] for guest in guests(conference, contacts=False)] == [["K07"]]
    assert [[one.code for one in guest.appearances] for guest in guests(other, contacts=False)] == [[]]


def test_guests_tell_whether_the_plate_is_drawn_and_the_equipment_was_tried(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    delegate = by_video(conference)

    def told() -> tuple[bool | None, tuple[bool, bool] | None, datetime | None]:
        one = guests(conference, contacts=False)[0]
        return one.plate, one.tested, one.tested_at

    assert told() == (None, None, None)
    draw_plates(conference=conference, actor=COMMAND, at=NOW)
    note_equipment(delegate=delegate, camera=True, microphone=False, at=NOW)
    assert told() == (True, (True, False), NOW)
    with transaction():
        delegate.position = "Bürgermeister"
    assert told()[0] is False


def test_guests_are_read_with_the_same_number_of_queries_whatever_the_size(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    counts = []
    for size in (1, 8):
        for number in range(size):
            item = make_session(conference, f"S{size}{number}")
            give_part(item, by_video(conference, f"D{size}{number}"), PersonRole.SPEAKER)
        asked: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any, asked: list[str] = asked) -> None:
            asked.append(statement)

        db.session.expire_all()
        _ = conference.host.country, conference.format
        event.listen(db.engine, "before_cursor_execute", hear)
        guests(conference, contacts=True)
        event.remove(db.engine, "before_cursor_execute", hear)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_table_of_the_technician_is_given_as_page_workbook_and_paper(app: Flask, staff: Any, run_jobs: Any) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    morning = {"starts_at": datetime(2021, 6, 29, 7, 0, tzinfo=UTC), "ends_at": datetime(2021, 6, 29, 8, 0, tzinfo=UTC)}
    first, second = make_session(conference), make_session(conference, "K08", **morning)
    speaker = by_video(conference, last="=Орлова", badge_ru="=Орлова Анна")
    for item in (first, second):
        give_part(item, speaker, PersonRole.SPEAKER)
    client, page = staff("desk"), f"/de/desk/c/{conference.slug}/video/people/"
    assert "=Орлова Анна" in client.get(page).text
    answers = [client.post(page, data={"who": "part"}) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert run_jobs() == 1
    run = db.session.query(PrintRun).one()
    assert (run.kind, run.count, run.pages, run.scope) == ("video-guests", 1, 1, "contacts")
    with client.get(f"{page}runs/{run.id}.pdf") as paper:
        assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    book = client.get(f"{page}video-delegates.xlsx")
    rows = list(load_workbook(io.BytesIO(book.data)).active.iter_rows(values_only=True))
    assert [row[7] for row in rows] == ["Sitzung", "K07 · Eröffnung der Konferenz", "K08 · Eröffnung der Konferenz"]
    assert {row[1] for row in rows[1:]} == {"'=Орлова Анна"}
