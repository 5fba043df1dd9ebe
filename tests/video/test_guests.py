"""People with a part who are no delegates: one link for all their sessions, and their coming is taken down."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from app.clock import now
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.mailroom.models import OutgoingMail
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.queries.guests import guest_with, told_apart
from app.programme.rules import Confirmation, PersonRole
from app.video.models import RoomVisit
from app.video.operations.links import replace_guest_link
from app.video.operations.visits import forget_guests
from app.video.queries.control import board_of
from app.video.queries.visits import Present, attendance_of, attendance_rows, took_part
from app.video.rules.visits import LeftBy
from tests.factories import ACTOR
from tests.video.scene import address, hybrid, session_at


def part(item: ProgrammeSession, role: PersonRole, **given: Any) -> SessionPerson:
    row = SessionPerson(**({"name": "Лаптева Ольга Ивановна", "role": role, "language": "de"} | given))
    with transaction():
        item.people.append(row)
    return row


def told() -> list[tuple[str, str, LeftBy | None]]:
    """The visits: whose, of which session, how the leaving is known."""
    visits = db.session.query(RoomVisit).order_by(RoomVisit.id)
    return [(one.name, one.session.code if one.session else "", one.left_by) for one in visits]


def test_join_leads_a_guest_to_the_session_of_theirs_that_is_on_whichever_link_they_use(
    app: Flask, visitor: Any
) -> None:
    conference = hybrid()
    over, on, later = (
        session_at(conference, "K07", -90),
        session_at(conference, "K08", -5),
        session_at(conference, "K09", 90),
    )
    first = part(over, PersonRole.SPEAKER, token="a" * 32)
    part(on, PersonRole.CHAIR)
    part(later, PersonRole.SPEAKER, token="b" * 32, confirmation=Confirmation.DECLINED)
    answers = [visitor.get(f"/join/{first.token}") for _ in range(2)]
    assert [answer.location for answer in answers] == [address(on)] * 2
    assert told() == [("Лаптева Ольга Ивановна", "K08", None)]
    assert visitor.get("/join/" + "b" * 32).location == address(on)  # which they declined, and come for others
    page = visitor.get("/join/" + "b" * 32 + "/lobby")
    assert re.findall(r"session=(\w+)", page.text) == ["K08"]
    replace_guest_link(guest=guest_with(first), tell=False, actor=ACTOR, at=now())
    assert visitor.get("/join/" + "b" * 32).status_code == 404
    assert "Ich habe den Raum verlassen" in page.text
    assert address(on) not in page.text


def test_join_is_shut_when_a_guest_declined_all_of_their_parts(app: Flask, visitor: Any) -> None:
    on = session_at(hybrid(), "K08", -5)
    for sign, role in (("a", PersonRole.CHAIR), ("b", PersonRole.SPEAKER)):
        part(on, role, token=sign * 32, confirmation=Confirmation.DECLINED)
    links = ("/join/" + "a" * 32, "/join/" + "b" * 32 + "/lobby")
    assert [visitor.get(link).status_code for link in links] == [404, 404]


def test_join_lets_a_guest_choose_and_takes_down_the_move_when_two_of_their_sessions_are_on(
    app: Flask, visitor: Any
) -> None:
    conference = hybrid()
    one, other = session_at(conference, "K07", -5), session_at(conference, "K08", -5)
    link = f"/join/{part(one, PersonRole.INTERPRETER, token='a' * 32).token}"
    part(other, PersonRole.INTERPRETER)
    page = visitor.get(link)
    assert (page.status_code, re.findall(r"session=(\w+)", page.text)) == (200, ["K07", "K08"])
    assert [visitor.get(f"{link}?session={code}").location for code in ("K07", "K08")] == [address(one), address(other)]
    assert visitor.get("/join/back").location == f"{link}/lobby"
    name = "Лаптева Ольга Ивановна"
    assert told() == [(name, "K07", LeftBy.MOVED), (name, "K08", LeftBy.PERSON)]
    assert attendance_of([one.id, other.id]) == {one.id: Present(0, 1), other.id: Present(0, 1)}
    assert [(row["delegate"], row["guest"], row["role"]) for row in attendance_rows(conference)] == [
        ("", name, "interpreter")
    ] * 2
    assert took_part(conference) == set()
    with transaction():
        assert forget_guests(conference=conference) == 2


def test_join_says_that_a_guest_is_expected_on_site_when_nothing_of_theirs_is_by_video(
    app: Flask, visitor: Any
) -> None:
    item = session_at(hybrid(format=ConferenceFormat.IN_PERSON), "K07", -5)
    answer = visitor.get(f"/join/{part(item, PersonRole.CHAIR, token='a' * 32).token}")
    assert answer.status_code == 200
    assert "Wir erwarten Sie vor Ort" in answer.text


def test_board_sees_a_guest_come_when_they_entered_by_their_link(app: Flask, visitor: Any) -> None:
    item = session_at(hybrid(format=ConferenceFormat.VIDEO), "K07", -5)
    row = part(item, PersonRole.CHAIR, token="a" * 32)
    absent = part(item, PersonRole.SPEAKER, name="Gast, Jörg")
    visitor.get(f"/join/{row.token}")
    [room] = board_of(item.conference, now()).present
    assert [(one.name, one.guest, one.is_there) for one in room.parts] == [
        (row.name, True, True), (absent.name, True, False),
    ]  # fmt: skip
    assert (room.inside, room.expected_people, room.expected_there, room.others) == (1, 2, 1, [])


def test_board_says_that_those_with_a_part_sit_in_the_hall_when_none_of_them_comes_by_video(
    app: Flask, staff: Any
) -> None:
    item = session_at(hybrid(), "K07", -5)
    part(item, PersonRole.CHAIR)
    [room] = board_of(item.conference, now()).present
    assert (room.all_in_hall, room.missing) == (True, [])
    page = staff("organiser").get(f"/de/desk/c/{item.conference.slug}/video/control").text
    assert ("alle mit einer Rolle sitzen im Saal" in page, "alle mit einer Rolle sind da" in page) == (True, False)


def test_guests_are_one_person_when_only_one_of_their_parts_has_the_address(app: Flask) -> None:
    rows = [
        SessionPerson(id=number, name=name, email=email, language=language)
        for number, name, email, language in (
            (1, "Пётр Орлов", "", ""), (2, "Петр Орлов", "o@x.example", "de"), (3, "Eva Berg", "e1@x.example", ""),
            (4, "Eva Berg", "e2@x.example", ""), (5, "Eva Berg", "E2@x.example", "en"), (6, "Jörg", "no address", ""),
        )
    ]  # fmt: skip
    assert [(one.email, one.language, [row.id for row in one.parts]) for one in told_apart(rows)] == [
        ("e1@x.example", "de", [3]), ("E2@x.example", "en", [4, 5]), ("", "de", [6]), ("o@x.example", "de", [1, 2]),
    ]  # fmt: skip


def test_staff_give_a_guest_new_links_when_the_old_one_was_seen_by_others(app: Flask, visitor: Any, staff: Any) -> None:
    one = session_at(hybrid(), "K07", -5)
    other = session_at(one.conference, "K08", 300)
    first = part(one, PersonRole.CHAIR, token="a" * 32, email="lapteva@x.example")
    part(other, PersonRole.SPEAKER, token="b" * 32)
    page = f"/de/desk/c/{one.conference.slug}/video/guest-links/{first.id}"
    assert staff("desk").get(page).status_code == 403
    assert staff("organiser").get(page).status_code == 200
    assert staff("organiser").get(page.replace(str(first.id), "999")).status_code == 404
    assert staff("organiser").post(page, data={"mail": "y"}).status_code == 303
    db.session.refresh(first)
    assert [visitor.get(f"/join/{sign * 32}").status_code for sign in "ab"] == [404, 404]
    assert visitor.get(f"/join/{first.token}").location == address(one)
    mail = db.session.query(OutgoingMail).one()
    assert (mail.to, mail.language, f"/join/{first.token}" in mail.text) == (["lapteva@x.example"], "de", True)
