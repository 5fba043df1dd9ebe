"""Signing up for sessions with places: by delegates, in line, given back, and what the staff see."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement, document_fromstring
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.operations import decline, withdraw
from app.delegations.operations.doubles import merge_doubles
from app.delegations.operations.passing_on import Substitute, pass_on
from app.delegations.operations.search import refresh_search
from app.delegations.rules import Accreditation
from app.erasure.operations import erase_delegate
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.operations import (
    cancel_session,
    change_session,
    choose_sessions,
    details_of,
    release_programme,
    settle_sessions,
)
from app.programme.queries.sign_up import offered_to
from app.programme.rules import SessionKind
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_session

WHEN = datetime(2999, 6, 28, 15, 0, tzinfo=UTC)  # pages ask the clock: the sessions of these tests are still to come


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference(starts_on=date(2999, 6, 28), ends_on=date(2999, 6, 30))


def session_with(conference: Conference, code: str = "E01", **given: Any) -> ProgrammeSession:
    values = {
        "kind": SessionKind.EXCURSION, "title_ru": f"Экскурсия {code}", "title_de": f"Ausflug {code}",
        "title_en": f"Excursion {code}", "sign_up": True, "places": 1, "starts_at": WHEN,
        "ends_at": WHEN + timedelta(hours=2),
    }  # fmt: skip
    return make_session(conference, code, **(values | given))


def release(conference: Conference) -> None:
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)


def choose(delegate: Delegate, *sessions: ProgrammeSession, before: tuple[ProgrammeSession, ...] = ()) -> None:
    choose_sessions(delegate=delegate, before=[row.id for row in before], chosen=[row.id for row in sessions],
                    actor=ACTOR, at=NOW)  # fmt: skip


def standings(session: ProgrammeSession) -> list[tuple[str, str]]:
    """(name, standing) of everybody signed up, in the order they came."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.execute(
        select(Delegate.last, SessionSignUp.standing)
        .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
        .where(SessionSignUp.session_id == session.id)
        .order_by(SessionSignUp.id)
    )
    return [(name, standing.value) for name, standing in rows]


def people(conference: Conference, *names: str) -> list[Delegate]:
    return [make_delegate(conference, f"R{number}", last=name) for number, name in enumerate(names)]


def parsed(text: str) -> HtmlElement:
    return document_fromstring(text)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", parsed(text).text_content())


def test_choose_gives_places_then_numbers_in_line_when_more_come(conference: Conference) -> None:
    trip = session_with(conference)
    release(conference)
    for one in people(conference, "А", "Б", "В"):
        choose(one, trip)
    assert standings(trip) == [("А", "has-place"), ("Б", "waiting"), ("В", "waiting")]
    third = db.session.scalars(select(Delegate).where(Delegate.last == "В")).one()
    (seen,) = offered_to(third, NOW)
    assert (seen.left, seen.waiting, seen.place_in_line) == (0, 2, 2)


def test_choose_does_nothing_more_when_sent_twice(conference: Conference) -> None:
    trip = session_with(conference)
    one, other = people(conference, "А", "Б")
    choose(one, trip)
    choose(other, trip)
    choose(one, trip, before=(trip,))
    choose(one, trip)
    assert standings(trip) == [("А", "has-place"), ("Б", "waiting")]
    assert db.session.query(HistoryEntry).filter_by(deed="programme.join_session").count() == 2


def test_choose_keeps_what_was_taken_in_another_window_when_the_form_is_old(conference: Conference) -> None:
    trip, walk = session_with(conference), session_with(conference, "E02")
    (one,) = people(conference, "А")
    choose(one, trip)
    choose(one, walk)  # of a form that was opened before the first choice
    assert (standings(trip), standings(walk)) == ([("А", "has-place")], [("А", "has-place")])


def test_first_in_line_moves_up_when_somebody_leaves(conference: Conference) -> None:
    trip = session_with(conference)
    one, two, three = people(conference, "А", "Б", "В")
    for person in (one, two, three):
        choose(person, trip)
    choose(one, before=(trip,))
    assert standings(trip) == [("Б", "has-place"), ("В", "waiting")]


@pytest.mark.parametrize("how", ["withdraw", "decline", "pass_on"])
def test_first_in_line_moves_up_when_somebody_does_not_come(conference: Conference, how: str) -> None:
    trip = session_with(conference)
    one, two, three = people(conference, "А", "Б", "В")
    for person in (one, two, three):
        choose(person, trip)
    if how == "pass_on":
        pass_on(delegate=one, to=Substitute(last="Г", first="", email="g@kaluga.example"), actor=ACTOR, at=NOW)
    elif how == "decline":
        decline(delegate=one, actor=ACTOR, at=NOW)
    else:
        withdraw(delegate=one, actor=ACTOR, at=NOW)
    assert standings(trip) == [("Б", "has-place"), ("В", "waiting")]


def test_choice_of_a_double_stays_with_the_person_when_two_are_merged(conference: Conference) -> None:
    trip, walk = session_with(conference), session_with(conference, "E02")
    stays, goes, third = people(conference, "А", "Ба", "В")
    choose(goes, trip, walk)
    choose(third, trip)
    choose(stays, trip)
    merge_doubles(stays=stays, goes=goes, taken=(), versions=(stays.version, goes.version), actor=ACTOR, at=NOW)
    assert standings(trip) == [("А", "has-place"), ("В", "waiting")]
    assert standings(walk) == [("А", "has-place")]


def test_people_move_up_in_order_when_the_number_is_raised(conference: Conference) -> None:
    trip = session_with(conference)
    for person in people(conference, "А", "Б", "В", "Г"):
        choose(person, trip)
    change_session(session=trip, details=replace(details_of(trip), places=3), version=trip.version, actor=ACTOR, at=NOW)
    assert [standing for _, standing in standings(trip)] == ["has-place", "has-place", "has-place", "waiting"]


def test_places_are_those_of_the_session_when_no_other_number_is_given(conference: Conference) -> None:
    trip, hall = session_with(conference, places=None, capacity=1), session_with(conference, "E02", places=None)
    for person in people(conference, "А", "Б"):
        choose(person, trip, hall)
    assert [standing for _, standing in standings(trip)] == ["has-place", "waiting"]
    assert [standing for _, standing in standings(hall)] == ["has-place", "has-place"]


def test_worker_gives_back_places_when_somebody_takes_part_by_video(app: Flask) -> None:
    conference = make_conference(
        starts_on=date(2999, 6, 28), ends_on=date(2999, 6, 30), format=ConferenceFormat.HYBRID
    )  # fmt: skip
    trip = session_with(conference)
    one, two = people(conference, "А", "Б")
    choose(one, trip)
    choose(two, trip)
    with transaction():
        one.attendance = Attendance.VIDEO
    assert settle_sessions(at=NOW) == 1
    assert standings(trip) == [("Б", "has-place")]
    with pytest.raises(Refusal):
        choose(one, trip)


@pytest.mark.parametrize(
    ("given", "at", "standing"),
    [
        ({"cancelled": True}, NOW, Accreditation.GRANTED),
        ({"sign_up": False}, NOW, Accreditation.GRANTED),
        ({}, WHEN, Accreditation.GRANTED),
        ({}, NOW, Accreditation.WAITLISTED),
        ({}, NOW, Accreditation.DECLINED),
    ],
)
def test_choose_is_refused_when_it_cannot_be(
    conference: Conference, given: dict[str, Any], at: datetime, standing: Accreditation
) -> None:
    trip = session_with(conference, **given)
    one = make_delegate(conference, accreditation=standing)
    with pytest.raises(Refusal):
        choose_sessions(delegate=one, before=[], chosen=[trip.id], actor=ACTOR, at=at)
    assert standings(trip) == []


def test_choose_is_refused_when_the_date_for_changes_has_passed(conference: Conference) -> None:
    trip = session_with(conference)
    (one,) = people(conference, "А")
    with transaction():
        conference.change_until = NOW.date() - timedelta(days=1)
    with pytest.raises(Refusal):
        choose(one, trip)


def test_erasure_forgets_the_choice_and_the_next_one_moves_up(conference: Conference) -> None:
    trip = session_with(conference)
    one = make_delegate(conference, last="А", email="a@kaluga.example")
    two = make_delegate(
        conference, last="Шмидт", first="Йорг", email="b@kaluga.example", last_latin="Schmidt", first_latin="Jörg"
    )  # fmt: skip
    choose(one, trip)
    choose(two, trip)
    act = erase_delegate(delegate=one, actor=ACTOR, at=NOW)
    assert act.counts["sign_ups"] == 1
    settle_sessions(at=NOW)
    assert standings(trip) == [("Шмидт", "has-place")]


def test_last_place_is_taken_once_when_64_come_at_once_in_20_rounds(app: Flask, conference: Conference) -> None:
    trips = [session_with(conference, f"E{number:02}", places=2) for number in range(20)]
    release(conference)
    first, *rows = people(conference, *(f"Г{number}" for number in range(65)))
    choose(first, *trips)
    ids, start = [trip.id for trip in trips], Barrier(64)

    def come(delegate_id: int) -> int:
        posts = 0
        with app.app_context():
            for number in ids:
                start.wait(60)
                delegate = db.session.get_one(Delegate, delegate_id)
                choose_sessions(delegate=delegate, before=[], chosen=[number], actor=ACTOR, at=NOW)
                db.session.remove()  # its connection goes back: there are fewer than people
                posts += 1
        return posts

    with ThreadPoolExecutor(64) as crowd:
        assert sum(crowd.map(come, [row.id for row in rows])) == 64 * 20
    for number in ids:
        found = [standing for _, standing in standings(db.session.get_one(ProgrammeSession, number))]
        assert found == 2 * ["has-place"] + 63 * ["waiting"]


def test_last_place_is_taken_once_when_the_form_is_sent_by_16_at_once(app: Flask, conference: Conference) -> None:
    trip = session_with(conference)
    release(conference)
    rows = people(conference, *(f"Г{number}" for number in range(16)))
    start = Barrier(16)

    def post(token: str) -> int:
        with app.app_context():
            visitor = app.test_client()
            start.wait(60)
            return int(visitor.post(f"/ru/delegate/{token}/sessions", data={"session": [trip.id]}).status_code)

    tokens, number = [row.token for row in rows], trip.id
    with ThreadPoolExecutor(16) as crowd:
        assert set(crowd.map(post, tokens)) == {303}
    trip = db.session.get_one(ProgrammeSession, number)
    assert [standing for _, standing in standings(trip)] == ["has-place"] + 15 * ["waiting"]


def test_no_place_is_lost_or_doubled_when_24_leave_and_come_at_once(app: Flask, conference: Conference) -> None:
    trips = [session_with(conference, f"E{number}", places=5) for number in range(3)]
    release(conference)
    rows = people(conference, *(f"Г{number}" for number in range(24)))
    for row in rows[:12]:
        choose(row, *trips)
    start, ids = Barrier(24), [trip.id for trip in trips]
    tokens = [row.token for row in rows]

    def post(place: int) -> int:
        with app.app_context():
            visitor = app.test_client()
            start.wait(60)
            if place % 3 == 0:
                return int(visitor.post(f"/ru/delegate/{tokens[place]}/withdraw").status_code)
            name = "before" if place < 12 else "session"
            order = ids if place % 2 else ids[::-1]
            return int(visitor.post(f"/ru/delegate/{tokens[place]}/sessions", data={name: order}).status_code)

    with ThreadPoolExecutor(24) as crowd:
        assert set(crowd.map(post, range(24))) == {303}
    stay = {f"Г{number}" for number in range(12, 24) if number % 3}
    for number in ids:
        found = standings(db.session.get_one(ProgrammeSession, number))
        assert {name for name, _ in found} == stay
        assert [standing for _, standing in found] == 5 * ["has-place"] + (len(stay) - 5) * ["waiting"]


def mails_of_sessions() -> list[tuple[list[str], str, str]]:
    """(recipients, language, subject) of every mail about a session, in their order."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "session_sign_up").order_by("id"))
    return [(row.to, row.language, row.subject) for row in rows]


def moved_up() -> list[tuple[int | None, str, Any]]:
    rows = db.session.scalars(select(HistoryEntry).filter_by(deed="programme.move_up").order_by(HistoryEntry.id))
    return [(row.subject_id, row.actor_kind, row.details) for row in rows]


def test_person_is_told_in_their_language_when_they_move_up(conference: Conference, visitor: FlaskClient) -> None:
    trip = session_with(conference)
    release(conference)
    one, two = people(conference, "А", "Б")
    three = make_delegate(conference, "R9", last="Meier", email="meier@suhl.example", language="de")
    for person in (one, two, three):
        choose(person, trip)
    assert (mails_of_sessions(), moved_up()) == ([], [])  # who chooses sees it on the page

    choose(one, before=(trip,))
    withdraw(delegate=two, actor=ACTOR, at=NOW)
    assert mails_of_sessions() == [
        ([two.email], "ru", "Для Вас есть место: Экскурсия E01"),
        (["meier@suhl.example"], "de", "Ein Platz für Sie: Ausflug E01"),
    ]
    mail = db.session.scalars(select(OutgoingMail).filter_by(language="de", kind="session_sign_up")).one()
    assert "Sie sind von der Warteliste nachgerückt" in mail.text
    assert "Freitag, 28. Juni 2999, 18:00–20:00 Uhr" in " ".join(mail.text.split())
    assert f"/de/delegate/{three.token}/sessions" in mail.text
    assert f"/de/delegate/{three.token}/sessions" in mail.html
    assert moved_up() == [(two.id, "system", {"code": "E01"}), (three.id, "system", {"code": "E01"})]
    assert "Sie haben einen Platz" in words(visitor.get(f"/de/delegate/{three.token}/sessions").text)


def test_nobody_is_written_to_when_the_session_stands_in_no_release(conference: Conference) -> None:
    trip = session_with(conference)
    one, two = people(conference, "А", "Б")
    choose(one, trip)
    choose(two, trip)
    choose(one, before=(trip,))
    assert (standings(trip), mails_of_sessions()) == ([("Б", "has-place")], [])
    assert [subject for subject, *_ in moved_up()] == [two.id]


def test_staff_sign_up_and_take_off_by_the_list_of_a_session(
    conference: Conference, staff: Callable[[str], FlaskClient]
) -> None:
    trip = session_with(conference)
    release(conference)
    one, two, gone = people(conference, "Орлова", "Орлов", "Орловский")
    withdraw(delegate=gone, actor=ACTOR, at=NOW)
    with transaction():
        conference.change_until = NOW.date() - timedelta(days=1)  # binds delegates, not the staff
    client, page = staff("secretariat"), f"/de/desk/c/{conference.slug}/programme/{trip.id}/sign-ups"
    refresh_search()
    found = parsed(client.get(f"{page}?q=orlow").text)
    assert found.xpath("//input[@name='deed'][@value='sign-up']/../input[@name='person']/@value") == ["R1", "R0"]
    for number in ("R0", "R1", "R1"):
        assert client.post(page, data={"person": number, "deed": "sign-up"}).status_code == 303
    assert standings(trip) == [("Орлова", "has-place"), ("Орлов", "waiting")]
    assert "steht auf der Warteliste an Stelle 1" in words(client.get(page).text)
    refused = client.post(page, data={"person": "R2", "deed": "sign-up"})
    assert refused.status_code == 422
    assert "Sitzungen kann wählen, wer einen Platz auf der Konferenz hat" in words(refused.text)
    assert client.post(page, data={"person": "R0", "deed": "take-off"}).status_code == 303
    assert standings(trip) == [("Орлов", "has-place")]
    assert mails_of_sessions() == [
        ([one.email], "ru", "Для Вас есть место: Экскурсия E01"),
        ([two.email], "ru", "Вы в очереди: Экскурсия E01"),
        ([two.email], "ru", "Для Вас есть место: Экскурсия E01"),
        ([one.email], "ru", "Запись отменена: Экскурсия E01"),
    ]
    assert client.post(page, data={"person": "R0", "deed": "other"}).status_code == 400
    assert client.post(page, data={"person": "nobody", "deed": "sign-up"}).status_code == 404
    assert staff("desk").post(page, data={"person": "R0", "deed": "sign-up"}).status_code == 403


@pytest.mark.parametrize(
    ("given", "attendance", "told"),
    [
        ({"starts_at": NOW - timedelta(days=1), "ends_at": None}, Attendance.ON_SITE, "Nobody can be signed up"),
        ({"cancelled": True}, Attendance.ON_SITE, "Nobody can be signed up"),
        ({}, Attendance.VIDEO, "and the person takes part by video"),
    ],
)
def test_staff_are_told_why_somebody_cannot_be_signed_up(
    app: Flask, given: dict[str, Any], attendance: Attendance, told: str
) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    trip = session_with(conference, **given)
    one = make_delegate(conference, attendance=attendance)
    with pytest.raises(Refusal) as refused:
        choose_sessions(delegate=one, before=[], chosen=[trip.id], by_staff=True, actor=ACTOR, at=NOW)
    assert told in str(refused.value.message)


def test_staff_choose_for_somebody_by_their_page_at_the_desk(
    conference: Conference, staff: Callable[[str], FlaskClient]
) -> None:
    trip, walk = session_with(conference), session_with(conference, "E02", starts_at=WHEN + timedelta(hours=1))
    release(conference)
    _one, two = people(conference, "А", "Б")
    choose(two, walk)
    client, page = staff("secretariat"), f"/en/desk/c/{conference.slug}/delegates/R0"
    assert f"{page}/sessions" in client.get(page).text
    assert f"{page}/sessions" not in staff("desk").get(page).text
    assert "no place is left" in words(client.get(f"{page}/sessions").text)
    answer = client.post(f"{page}/sessions", data={"session": [trip.id, walk.id]})
    assert (answer.status_code, answer.location) == (303, page)
    text = words(client.get(page).text)
    assert "Excursion E01" in text
    assert "number 1 in line" in text
    assert "signed up for a sessionE01" in text
    assert "Excursion E01 – Excursion E02" in words(client.get(f"{page}/sessions").text)
    assert client.post(f"{page}/sessions", data={"before": [trip.id, walk.id]}).status_code == 303
    assert (standings(trip), standings(walk)) == ([], [("Б", "has-place")])
    assert client.post(f"{page}/sessions", data={"session": ["999999"]}).status_code == 404


def test_page_shows_choices_and_takes_them_without_scripts(conference: Conference, visitor: FlaskClient) -> None:
    trip, walk = session_with(conference), session_with(conference, "E02", starts_at=WHEN + timedelta(hours=1))
    session_with(conference, "K01", sign_up=False)
    one, two = people(conference, "А", "Б")
    choose(two, walk)
    page = f"/de/delegate/{one.token}/sessions"
    assert "Ausflug" not in visitor.get(page).text  # nobody outside sees the draft
    release(conference)

    answer = visitor.get(page)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    text = words(answer.text)
    assert "Ausflug E01 Freitag, 28. Juni 2999, 18:00–20:00 Uhr · freie Plätze: 1" in text
    assert "kein Platz frei; Sie wären an erster Stelle der Warteliste" in text
    assert "K01" not in text

    assert visitor.post(page, data={"session": [trip.id, walk.id]}).status_code == 303
    text = words(visitor.get(page).text)
    assert "Sie haben einen Platz" in text
    assert "Sie stehen auf der Warteliste an Stelle 1" in text
    assert "Einiges von Ihrer Auswahl findet gleichzeitig statt Ausflug E01 – Ausflug E02" in text
    own = visitor.get(f"/ru/delegate/{one.token}").text
    assert f"/ru/delegate/{one.token}/sessions" in own
    assert "Экскурсия E01" in own
    assert "Вы в очереди под номером 1" in own

    form = parsed(visitor.get(page).text).forms[-1]
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    del sent["csrf_token"]
    assert sent == {"before": [str(trip.id), str(walk.id)], "session": [str(trip.id), str(walk.id)]}
    assert visitor.post(page, data=sent | {"session": [str(walk.id)]}).status_code == 303
    assert (standings(trip), standings(walk)) == ([], [("Б", "has-place"), ("А", "waiting")])


def test_page_answers_404_when_token_or_session_belongs_elsewhere(conference: Conference, visitor: FlaskClient) -> None:
    other = make_conference("xvii-other-2999", host=conference.host, edition=17)
    foreign = session_with(other)
    (one,) = people(conference, "А")
    page = f"/de/delegate/{one.token}/sessions"
    assert visitor.post(page, data={"session": [foreign.id]}).status_code == 404
    assert visitor.post(page, data={"session": ["999999"]}).status_code == 404
    assert visitor.get("/de/delegate/forged/sessions").status_code == 404
    assert visitor.post(page, data={"session": ["x", "²", "-1"]}).status_code == 303
    assert standings(foreign) == []


def test_page_refuses_when_the_session_was_cancelled_meanwhile(conference: Conference, visitor: FlaskClient) -> None:
    trip = session_with(conference)
    release(conference)
    (one,) = people(conference, "А")
    cancel_session(session=trip, actor=ACTOR, at=NOW)
    page = f"/de/delegate/{one.token}/sessions"
    answer = visitor.post(page, data={"session": [trip.id]})
    assert answer.status_code == 422
    assert "Eine der Sitzungen kann nicht mehr gewählt werden." in words(answer.text)
    assert parsed(visitor.get(page).text).xpath("//input[@type='checkbox']/@disabled") == ["disabled"]


def test_staff_see_and_take_the_list_when_people_signed_up(
    conference: Conference, staff: Callable[[str], FlaskClient], visitor: FlaskClient
) -> None:
    trip = session_with(conference)
    one, two = people(conference, "=А", "Б")
    choose(one, trip)
    choose(two, trip)
    client, base = staff("secretariat"), f"/en/desk/c/{conference.slug}/programme"

    assert "signed up: 1 of 1, waiting: 1" in words(client.get(base).text)
    assert "Who signed up: 1 with a place, 1 waiting" in words(client.get(f"{base}/{trip.id}").text)
    page = client.get(f"{base}/{trip.id}/sign-ups")
    assert "With a place: 1 · places: 1 · waiting: 1" in words(page.text)
    file = client.get(f"{base}/{trip.id}/sign-ups.csv")
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [(row["number"], row["delegate_id"], row["name"], row["standing"]) for row in rows] == [
        ("1", "R0", "'=А Анна Павловна", "has-place"), ("2", "R1", "Б Анна Павловна", "waiting"),
    ]  # fmt: skip
    assert visitor.get(f"{base}/{trip.id}/sign-ups.csv").status_code == 303


def test_organiser_opens_a_session_for_signing_up_by_the_form(
    conference: Conference, staff: Callable[[str], FlaskClient]
) -> None:
    trip = session_with(conference, sign_up=False, places=None)
    client, address = staff("organiser"), f"/en/desk/c/{conference.slug}/programme/{trip.id}"
    form = next(found for found in parsed(client.get(address).text).forms if "title_ru" in found.fields)
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    assert client.post(address, data=sent | {"sign_up": "y", "places": "-1"}).status_code == 422
    assert client.post(address, data=sent | {"sign_up": "y", "places": "12"}).status_code == 303
    db.session.expire_all()
    assert (trip.sign_up, trip.places) == (True, 12)
