"""Warnings on their page and on the command line: counted, filtered, accepted for good, told again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event

from app.command_line import GROUPS
from app.commands import command_line
from app.conferences.models import Conference, Venue
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.programme.models import (
    AcceptedWarning,
    ProgrammeSession,
    SessionParty,
    SessionPerson,
    SessionSignUp,
    TravelTime,
)
from app.programme.operations.accepting import accept_warning, take_back_acceptance
from app.programme.queries import warnings_of
from app.programme.queries.warnings import told_warnings
from app.programme.rules import Confirmation, PersonRole, SessionKind, SignUpStanding
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

Enter = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021/programme/warnings"
FIVE = datetime(2021, 6, 28, 15, 0, tzinfo=UTC)


def _twice() -> Conference:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "K07", room=hall)
    make_session(conference, "K08", room=hall, starts_at=FIVE + timedelta(minutes=30))
    return conference


def _key(conference: Conference) -> str:
    [found] = warnings_of(conference)
    return found.key


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", html.fromstring(text).text_content())


def _kinds(conference: Conference) -> list[tuple[str, tuple[str, ...]]]:
    return [(found.kind, found.sessions) for found in warnings_of(conference)]


def test_warning_is_left_out_when_accepted_and_told_again_when_taken_back(app: Flask) -> None:
    conference = _twice()
    key = _key(conference)
    row = accept_warning(conference=conference, key=key, note="  Signing within\nthe plenary ", actor=ACTOR, at=NOW)
    assert (row.kind, row.note, row.accepted_by, row.accepted_at) == (
        "room", "Signing within the plenary", ACTOR.label, NOW,
    )  # fmt: skip
    assert warnings_of(conference) == []
    assert [told.accepted for told in told_warnings(conference)] == [row]
    again = accept_warning(conference=conference, key=key, note="other", actor=ACTOR, at=NOW)
    assert (again.id, again.note) == (row.id, "Signing within the plenary")
    assert take_back_acceptance(conference=conference, key=key, actor=ACTOR, at=NOW)
    assert not take_back_acceptance(conference=conference, key=key, actor=ACTOR, at=NOW)
    assert _kinds(conference) == [("room", ("K07", "K08"))]
    deeds = [entry.deed for entry in db.session.query(HistoryEntry).order_by(HistoryEntry.id)]
    assert deeds == ["programme.accept_warning", "programme.take_back_acceptance"]


def test_accepted_warning_comes_back_when_what_it_is_about_changes(app: Flask) -> None:
    conference = _twice()
    accept_warning(conference=conference, key=_key(conference), note="", actor=ACTOR, at=NOW)
    with transaction() as unit:
        row = unit.query(ProgrammeSession).filter_by(code="K08").one()
        row.title_ru = "Подписание"
    assert _kinds(conference) == []
    with transaction():
        row.starts_at = FIVE + timedelta(minutes=45)
    assert _kinds(conference) == [("room", ("K07", "K08"))]
    with transaction():
        row.starts_at = FIVE + timedelta(minutes=30)
    assert _kinds(conference) == []


def test_spellings_of_a_name_are_told_until_they_are_said_to_be_two_people(app: Flask) -> None:
    conference = make_conference()
    rooms = [make_room(conference), make_room(conference, "Малый зал")]
    sessions = [make_session(conference, code, room=room) for code, room in zip(("K07", "K08"), rooms, strict=True)]
    with transaction():
        for session, name in zip(sessions, ("Семёнов Пётр", "Pjotr Semjonow"), strict=True):
            session.people = [SessionPerson(name=name, role=PersonRole.SPEAKER, position=0)]
    doubles = [one for one in warnings_of(conference) if one.kind == "double"]
    assert [(one.sessions, one.facts) for one in doubles] == [(("K08", "K07"), ("Pjotr Semjonow", "Семёнов Пётр"))]
    assert "double" not in {one.kind for one in warnings_of(conference, sessions)}  # a day of the grid
    accept_warning(conference=conference, key=doubles[0].key, note="Father and son", actor=ACTOR, at=NOW)
    assert "double" not in {one.kind for one in warnings_of(conference)}


def test_accepting_is_refused_when_the_warning_is_gone_or_the_note_too_long(app: Flask) -> None:
    conference = _twice()
    key = _key(conference)
    with pytest.raises(Refusal, match="too long"):
        accept_warning(conference=conference, key=key, note="a" * 501, actor=ACTOR, at=NOW)
    with transaction() as unit:
        unit.query(ProgrammeSession).filter_by(code="K08").one().cancelled = True
    with pytest.raises(Refusal, match="does not stand there any more"):
        accept_warning(conference=conference, key=key, note="", actor=ACTOR, at=NOW)
    assert db.session.query(AcceptedWarning).count() == 0


def test_warnings_of_one_conference_stay_when_another_accepts_the_same(app: Flask) -> None:
    conference = _twice()
    accept_warning(conference=conference, key=_key(conference), note="", actor=ACTOR, at=NOW)
    other = make_conference("xvii-suhl-2023", host=make_municipality("suhl"))
    hall = make_room(other)
    make_session(other, "K07", room=hall)
    make_session(other, "K08", room=hall, starts_at=FIVE + timedelta(minutes=30))
    assert _kinds(other) == [("room", ("K07", "K08"))]


def test_page_accepts_and_takes_back_when_the_buttons_are_pressed(staff: Enter) -> None:
    conference = _twice()
    key = _key(conference)
    client = staff("secretariat")
    page = client.get(DESK).text
    assert "Большой зал is taken twice at the same time: K07 (Opening of the conference) and K08" in _words(page)
    assert f'value="{key}"' in page
    answer = client.post(DESK, data={"key": key, "note": "On purpose", "kind": "room"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}?kind=room")
    page = _words(client.get(DESK).text)
    assert ("Nothing to warn about" in page, "Accepted 1" in page) == (True, True)
    accepted = _words(client.get(f"{DESK}?accepted=1").text)
    assert "“On purpose” · " in accepted
    assert client.post(DESK, data={"key": "0" * 64}).status_code == 422
    answer = client.post(DESK, data={"key": key, "deed": "take-back", "accepted": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}?accepted=1")
    assert _kinds(conference) == [("room", ("K07", "K08"))]


def test_page_shows_but_does_not_accept_when_the_role_may_not_edit(staff: Enter) -> None:
    key = _key(_twice())
    client = staff("desk")
    page = client.get(DESK).text
    assert ("is taken twice" in page, "Accept for good" in page) == (True, False)
    assert client.post(DESK, data={"key": key}).status_code == 403


def test_page_counts_by_kind_and_shows_all_of_one_when_chosen(staff: Enter) -> None:
    conference = make_conference()
    for number in range(60):
        make_session(conference, f"S{number:02}", title_de="", starts_at=None, ends_at=None)
    client = staff("organiser")
    page = client.get(DESK).text
    assert "Titles missing 60" in _words(page)
    assert page.count("has no German title") == 5 * 2  # in the text, and hidden on the button
    page = client.get(f"{DESK}?kind=title").text
    assert (page.count("has no German title"), "Page 1 of 2" in _words(page)) == (50 * 2, True)
    assert client.get(f"{DESK}?kind=title&page=2").text.count("has no German title") == 10 * 2
    assert client.get(f"{DESK}?kind=nonsense").status_code == 200


def test_draft_tells_every_kind_when_read_from_the_database(app: Flask) -> None:
    conference = make_conference()
    hall, far = make_room(conference), keep(Venue(conference_id=conference.id, name="Парк", name_ru="Парк"))
    keep(TravelTime(from_venue_id=hall.venue_id, to_venue_id=far.id, minutes=40))
    suhl = make_municipality("suhl", name_de="Suhl", name_en="Suhl")
    kaluga = make_municipality("kaluga") if not conference.host else conference.host
    make_delegation(conference, suhl)
    group = make_delegation(conference, kaluga)
    head = make_delegate(conference, "R1", delegation_id=group.id, precedence=200, function="head", role="head",
                         arrival="2021-06-28T19:00+03:00", departure="2021-06-30T12:00")  # fmt: skip
    member = make_delegate(conference, "R2", accreditation=Accreditation.WITHDRAWN)
    late = make_delegate(conference, "R3", precedence=1000)
    long = {"starts_at": FIVE, "ends_at": FIVE + timedelta(hours=2)}
    one = make_session(
        conference, "A", room=hall, title_en="Talks", kind=SessionKind.BILATERAL, sign_up=True, places=1, **long
    )
    make_session(conference, "B", venue_id=far.id, title_en="Talks", starts_at=FIVE + timedelta(hours=2, minutes=30),
                 ends_at=FIVE + timedelta(hours=3), interpretation=False)  # fmt: skip
    two = db.session.query(ProgrammeSession).filter_by(code="B").one()
    for place, (name, role, delegate) in enumerate(
        [("Третий", PersonRole.SPEAKER, late), ("Глава", PersonRole.SPEAKER, head),
         ("Ушёл", PersonRole.SPEAKER, member), ("Вебер", PersonRole.CHAIR, None),
         ("Перо", PersonRole.INTERPRETER, None)]
    ):  # fmt: skip
        keep(
            SessionPerson(session_id=one.id, name=name, role=role, position=place, delegate_id=delegate and delegate.id,
                          name_latin={"Глава": "Glawa"}.get(name, name))
        )  # fmt: skip
    keep(SessionPerson(session_id=two.id, name="Глава", role=PersonRole.MODERATOR, delegate_id=head.id,
                       name_latin="Glawa", confirmation=Confirmation.CONFIRMED))  # fmt: skip
    for place, town in enumerate((kaluga, suhl)):
        keep(SessionParty(session_id=one.id, municipality_id=town.id, position=place))
    for person, standing in ((head, SignUpStanding.HAS_PLACE), (late, SignUpStanding.WAITING)):
        keep(SessionSignUp(session_id=one.id, delegate_id=person.id, standing=standing, at=NOW))
    assert [(found.kind, found.sessions, str(found.message)) for found in warnings_of(conference)] == [
        ("travel", ("A", "B"), "Glawa has 30 min from A (Talks) to B (Talks); the "
         "way takes 40 min."),
        ("places", ("A",), "A (Talks) has fewer places (1) than people who signed up (2)."),
        ("declined", ("A",), "Ушёл does not take part in A (Talks) any more."),
        ("chair", ("A",), "Вебер has not confirmed yet to chair A (Talks)."),
        ("precedence", ("A",), "In A (Talks) Третий stands before Glawa, against the order of "
         "precedence."),
        ("stay", ("A",), "Glawa arrives only after A (Talks) has begun."),
        ("relief", ("A",), "Перо interprets A (Talks) alone for 120 min; relief is due after 30 min."),
        ("side", ("A",), "Kaluga belongs to A (Talks), but nobody from there is at the conference then."),
        ("side", ("A",), "Suhl belongs to A (Talks), but nobody from there has a place at the "
         "conference."),
    ]  # fmt: skip


def test_warnings_take_the_same_queries_when_the_draft_is_long(app: Flask) -> None:
    conference = make_conference()

    def queries() -> int:
        seen: list[str] = []
        db.session.expire_all()
        conference.slug  # noqa: B018  # read anew before counting
        listen = lambda *given: seen.append(given[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        told_warnings(conference)
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    def add(number: int) -> None:
        row = make_session(conference, f"S{number}", room=make_room(conference, f"Зал {number}"))
        keep(SessionPerson(session_id=row.id, name="Анна", role=PersonRole.CHAIR,
                           delegate_id=make_delegate(conference, f"R{number}").id))  # fmt: skip
        keep(SessionPerson(session_id=row.id, name=f"Анна {number}", role=PersonRole.SPEAKER))

    add(0)
    first = queries()
    for number in range(1, 20):
        add(number)
    assert queries() == first


def test_name_alone_means_the_delegate_who_bears_it_when_there_is_one(app: Flask) -> None:
    conference = make_conference()
    hall = make_room(conference)
    one = make_session(conference, "A", room=hall, title_en="Talks", interpretation=False, starts_at=FIVE,
                       ends_at=FIVE + timedelta(hours=1), kind=SessionKind.CEREMONY)  # fmt: skip
    for number, (first, last, more) in enumerate(
        [("Heike", "Schulze", {"departure": "2021-06-28T12:00+03:00"}), ("Янь", "Ван", {"precedence": 200}),
         ("Ute", "Lehmann", {"precedence": 120, "last_latin": "", "first_latin": ""}), ("Eva", "Berg", {}),
         ("Eva", "Berg", {}), ("Ян", "Кот", {"email": "kot@a.example"}),
         ("Уш", "Ёл", {"accreditation": Accreditation.WITHDRAWN}),
         ("Lutz", "Bauer", {"departure": "2021-06-28T12:00+03:00"})]
    ):  # fmt: skip
        make_delegate(conference, f"R{number}", first=first, last=last, **more)
    for place, (name, email) in enumerate(
        [("Хайке Шульце", ""), ("Jan Wan", ""), ("Уте Леманн", ""), ("Berg, Eva", ""), ("Ян Кот", "other@a.example"),
         ("Уш Ёл", ""), ("Луц Бауер", "")]
    ):  # fmt: skip
        keep(SessionPerson(session_id=one.id, name=name, email=email, role=PersonRole.SPEAKER, position=place))
    assert [(found.kind, found.facts[0]) for found in warnings_of(conference)] == [
        ("declined", "Уш Ёл"), ("precedence", "speaker"), ("stay", "Хайке Шульце"), ("stay", "Луц Бауер"),
        ("delegate", "Berg, Eva"), ("delegate", "Ян Кот"),
    ]  # fmt: skip


def _check(*arguments: str) -> dict[str, Any]:
    command_line()
    result = CliRunner().invoke(
        GROUPS["programme"], ["check", "--conference", "xvi-kaluga-2021", *arguments], catch_exceptions=False
    )
    assert (result.exit_code, result.stderr) == (0, "")
    if "--json" not in arguments:
        return {"text": result.stdout}
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_check_leaves_accepted_warnings_out_unless_all_are_asked_for(app: Flask) -> None:
    conference = _twice()
    [found] = warnings_of(conference)
    message = str(found.message)
    plain = {"kind": "room", "sessions": ["K07", "K08"], "message": message}
    assert _check("--json") == {"warnings": [plain | {"accepted": False, "note": ""}], "accepted": 0}
    accept_warning(conference=conference, key=_key(conference), note="On purpose", actor=ACTOR, at=NOW)
    assert _check("--json") == {"warnings": [], "accepted": 1}
    assert _check("--json", "--all") == {"warnings": [plain | {"accepted": True, "note": "On purpose"}], "accepted": 1}
    assert _check()["text"] == "Accepted for good and left out: 1 (--all shows them).\n"
    assert _check("--all")["text"] == f"room: {message} (accepted)\n"
