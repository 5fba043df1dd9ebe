"""Somebody arrives: once, by badge or by name, and who may not is told why."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from app.checkin.models import CheckIn
from app.checkin.operations import TurnedAway, check_in, check_in_by_code, undo_check_in
from app.checkin.queries import arrival_rows, checked_in, groups, standing_of
from app.checkin.rules import How, is_like_a_code, readings
from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate, WithdrawnCode
from app.delegations.operations.doubles import merge_doubles
from app.delegations.operations.passing_on import Substitute, pass_on
from app.delegations.operations.security_list import make_security_list
from app.delegations.queries import matching
from app.delegations.queries.arrived import those_who
from app.delegations.rules import Accreditation
from app.delegations.rules.listing import Question
from app.erasure.operations import erase_delegate
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.history.queries import of
from app.history.rules import Actor
from app.i18n import speaking
from app.printing.operations import print_badges
from app.printing.operations.handing_out import print_hand_out
from app.printing.operations.reprinting import print_one
from app.printing.papers.operations import choose_certified
from app.printing.papers.queries import participants
from app.printing.papers.rules import Certified, Paper
from app.printing.queries import badge_contents, of_run
from app.printing.rules import DEFAULT_LAYOUT, require_layout
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_delegation

AT = datetime(2021, 6, 28, 5, 12, tzinfo=UTC)  # 08:12 in Kaluga
OTHER = Actor(kind="staff", id=None, label="A. O.")


@pytest.fixture
def conference(app: Flask) -> Conference:
    """XVI Kaluga."""
    return make_conference()


def scan(conference: Conference, code: str, at: datetime = AT) -> Any:
    return check_in_by_code(conference=conference, code=code, actor=ACTOR, at=at)


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as told:
        deed()
    return str(told.value).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "typed",
    ["aZ-dEf_hy9Yk", " aZ-dEf_hy9Yk\r\n", "фЯ-вУа_рн9Нл", "aYßdEf?hz9Zk", "Az-DeF_HY9yK"],
    ids=["as it is", "with an end", "Russian layout", "German layout", "capitals locked"],
)
def test_readings_hold_the_code_when_a_scanner_types_it_in_any_layout(typed: str) -> None:
    assert "aZ-dEf_hy9Yk" in readings(typed)


def test_readings_are_no_code_when_a_name_is_typed() -> None:
    assert [is_like_a_code(name) for name in ("Konstantinow", "KONSTANTINOW", "Константинов", "Орлова Анна", "")] == [
        False, False, False, False, False,
    ]  # fmt: skip
    assert is_like_a_code("aB3dE6gH9jK2")


def test_check_in_notes_the_arrival_once_when_the_badge_is_scanned_again_elsewhere(conference: Conference) -> None:
    delegate = make_delegate(conference, "R00001")
    first = scan(conference, delegate.badge_token)
    again = check_in(conference=conference, delegate=delegate, actor=OTHER, at=AT + timedelta(minutes=1))
    assert (first.fresh, again.fresh, again.check_in.id) == (True, False, first.check_in.id)
    assert arrival_rows(conference) == [
        {"delegate": "R00001", "at": "2021-06-28T05:12:00+00:00", "by": "M. T.", "how": "scanned"}
    ]
    assert [entry.deed for entry in of(delegate)] == ["checkin.check_in"]


def test_check_in_is_noted_once_when_two_desks_scan_at_the_same_moment(app: Flask, conference: Conference) -> None:
    codes = [make_delegate(conference).badge_token for _ in range(5)]
    start, slug = Barrier(2), conference.slug

    def desk(label: str) -> list[bool]:
        from app.conferences.queries import get

        with app.app_context():
            here, found = get(slug), []
            for code in codes:
                db.session.rollback()  # nobody holds a connection while they wait for each other
                start.wait(30)
                actor = Actor(kind="staff", id=None, label=label)
                found.append(check_in_by_code(conference=here, code=code, actor=actor, at=AT).fresh)
            return found

    with ThreadPoolExecutor(2) as desks:
        left, right = desks.map(desk, ["left", "right"])
    assert [one + other for one, other in zip(left, right, strict=True)] == [1] * 5
    db.session.expire_all()
    assert db.session.query(CheckIn).count() == 5


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"accreditation": Accreditation.APPLIED}, "По заявке этого человека ещё не принято решение: места нет."),
        ({"accreditation": Accreditation.WAITLISTED}, "Этот человек находится в листе ожидания, места у него нет."),
        ({"accreditation": Accreditation.DECLINED}, "В аккредитации этому человеку отказано."),
        ({"accreditation": Accreditation.WITHDRAWN}, "Заявка этого человека отозвана."),
        ({"attendance": Attendance.VIDEO}, "Этот человек участвует по видеосвязи, его прибытие не ожидается."),
    ],
)
def test_check_in_is_refused_in_words_when_somebody_has_no_place_on_site(
    conference: Conference, given: dict[str, Any], told: str
) -> None:
    delegate = make_delegate(conference, **given)
    with speaking("ru"):
        assert refusal(lambda: scan(conference, delegate.badge_token)) == told
    assert db.session.query(CheckIn).count() == 0


def test_check_in_is_refused_when_the_badge_or_the_conference_is_another(conference: Conference) -> None:
    other = make_conference("xvii-jena-2023", host=conference.host, edition=17)
    stranger = make_delegate(other)
    online = make_conference("by-video", host=conference.host, format=ConferenceFormat.VIDEO)
    at_home = make_delegate(online)
    with speaking("en"):
        assert refusal(lambda: scan(conference, stranger.badge_token)).startswith("This badge is of another conference")
        assert refusal(lambda: scan(online, at_home.badge_token)) == (
            "The conference is held by video: nobody is expected on site."
        )
        assert refusal(lambda: scan(conference, "aB3dE6gH9jK2")).startswith("Nobody has this code")
        assert refusal(lambda: scan(conference, "Орлова")).startswith("Nobody has this code")


def test_check_in_tells_since_when_a_badge_is_withdrawn_when_an_old_one_is_shown(conference: Conference) -> None:
    delegate, double, leaving = (make_delegate(conference, f"R0000{number}") for number in (1, 2, 3))
    lost, twice, passed = delegate.badge_token, double.badge_token, leaving.badge_token
    given: dict[str, Any] = {"conference": conference, "layout": require_layout(DEFAULT_LAYOUT), "actor": ACTOR}
    print_badges(**given, at=NOW)
    print_one(**given, delegate=delegate, reason="lost", at=AT)
    versions = (delegate.version, double.version)
    merge_doubles(stays=delegate, goes=double, taken=(), versions=versions, actor=ACTOR, at=AT)
    pass_on(delegate=leaving, to=Substitute("Нова", "Анна", "nova@kaluga.example"), actor=ACTOR, at=AT)
    with speaking("en"):
        assert [refusal(lambda code=code: scan(conference, code)) for code in (lost, twice, passed)] == [
            "This badge was withdrawn as lost on 28 June 2021, 08:12, when a new one was printed. Only the new one is "
            "valid.",
            "This badge was withdrawn on 28 June 2021, 08:12: the person had been entered twice. The other badge is "
            "valid.",
            "This badge was withdrawn on 28 June 2021, 08:12: the place was passed on to somebody else.",
        ]
    with pytest.raises(TurnedAway) as told:
        scan(conference, twice)
    assert told.value.delegate is delegate
    assert scan(conference, delegate.badge_token).fresh


def test_undo_frees_the_place_of_the_check_in_and_keeps_the_reason_when_one_is_given(conference: Conference) -> None:
    delegate = make_delegate(conference)
    row = scan(conference, delegate.badge_token).check_in
    given: dict[str, Any] = {"check_in": row, "actor": OTHER, "at": AT + timedelta(minutes=2)}
    assert refusal(lambda: undo_check_in(**given, reason="  ")) != ""
    assert [undo_check_in(**given, reason="перепутали"), undo_check_in(**given, reason="снова")] == [True, False]
    assert (row.undone_by, row.undo_reason, checked_in(conference)) == ("A. O.", "перепутали", set())
    assert scan(conference, delegate.badge_token).fresh
    assert [entry.deed for entry in of(delegate)] == ["checkin.check_in", "checkin.undo", "checkin.check_in"]


def test_counts_and_the_arrival_of_a_double_are_the_persons_when_two_rows_become_one(conference: Conference) -> None:
    delegation = make_delegation(conference, conference.host)
    one, twin, absent = (make_delegate(conference, delegation_id=delegation.id) for _ in range(3))
    alone = make_delegate(conference)
    for person in (twin, alone):
        scan(conference, person.badge_token)
    merge_doubles(stays=one, goes=twin, taken=(), versions=(one.version, twin.version), actor=ACTOR, at=AT)
    assert checked_in(conference) == {one.id, alone.id}
    counted = [(row.delegation and row.delegation.id, row.arrived, row.expected) for row in groups(conference)]
    assert counted == [(delegation.id, 1, 2), (None, 1, 1)]
    assert not check_in(conference=conference, delegate=one, actor=ACTOR, at=AT).fresh
    assert absent.id not in standing_of([one, absent])


def test_print_and_certificates_know_who_came_when_people_are_checked_in(conference: Conference) -> None:
    came, away = make_delegate(conference, "R00001"), make_delegate(conference, "R00002")
    given: dict[str, Any] = {"conference": conference, "scope": "checked-in", "actor": ACTOR, "at": AT}
    given["layout"] = require_layout(DEFAULT_LAYOUT)

    def certified() -> list[str]:
        return sorted(person.public_id for person in participants(conference, Paper.CERTIFICATES))

    with speaking("en"):
        assert refusal(lambda: print_badges(**given)) == "Nobody has been checked in yet."
    assert certified() == ["R00001", "R00002"]
    row = scan(conference, came.badge_token).check_in
    printed = print_badges(**given)
    assert printed.run is not None
    assert [one.public_id for one in of_run(printed.run, badge_contents(conference))] == ["R00001"]
    assert (printed.run.scope, certified()) == ("checked-in", ["R00001"])
    choose_certified(conference=conference, certified=Certified.PROOF, reason="Stand", actor=ACTOR, at=AT)
    assert certified() == ["R00001"]
    assert [one.public_id for one in participants(conference, Paper.CERTIFICATES, delegate_ids=[away.id])] == ["R00002"]
    undo_check_in(check_in=row, reason="Irrtum", actor=ACTOR, at=AT)
    assert certified() == []  # chosen so: nobody has proof any more


def test_check_ins_and_old_codes_are_erased_when_the_person_is(conference: Conference) -> None:
    delegate, other = make_delegate(conference), make_delegate(conference)
    for person in (delegate, other):
        scan(conference, person.badge_token)
    with transaction() as session:
        session.add(WithdrawnCode(delegate_id=delegate.id, digest="0" * 64, why="lost", withdrawn_at=AT))
    undo_check_in(check_in=standing_of([delegate])[delegate.id], reason="Frau Quittenbaum", actor=ACTOR, at=AT)
    act = erase_delegate(delegate=delegate, actor=ACTOR, at=AT)
    assert act.counts["check_ins"] == 1
    assert [row.delegate_id for row in db.session.query(CheckIn)] == [other.id]
    assert db.session.query(WithdrawnCode).count() == 0
    assert [entry.details for entry in of(db.session.get_one(Delegate, delegate.id))] == [{}, {}]
    assert next(iter(standing_of([other]).values())).how is How.SCANNED


def test_lists_are_narrowed_to_those_arrived_or_still_expected(conference: Conference) -> None:
    came, away = make_delegate(conference, "R00001"), make_delegate(conference, "R00002")
    make_delegate(conference, "R00003", accreditation=Accreditation.DECLINED)
    run = print_badges(conference=conference, layout=require_layout(DEFAULT_LAYOUT), actor=ACTOR, at=AT).run
    assert run is not None
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": AT}
    with speaking("en"):
        assert refusal(lambda: print_hand_out(**given, run_id=run.id, came="arrived")) == (
            "Nobody of this printing has been checked in yet."
        )
        listed = {**given, "form": "xlsx", "with_passports": False}
        assert refusal(lambda: make_security_list(**listed, came="arrived")) == "Nobody has been checked in yet."
    scan(conference, came.badge_token)
    found = {
        asked: [one.public_id for one in db.session.scalars(matching(conference, Question(came=asked)))]
        for asked in ("arrived", "expected", "")
    }
    assert found == {
        "arrived": ["R00001"], "expected": ["R00002"], "": ["R00001", "R00002", "R00003"],
    }  # fmt: skip
    assert (those_who(conference, "arrived"), those_who(conference, "expected")) == ({came.id}, {away.id})
    shorter = print_hand_out(**given, run_id=run.id, came="expected")
    assert shorter.run is not None
    assert (shorter.count, shorter.run.options) == (1, {"of": run.id, "came": "expected"})
    make_security_list(**listed, came="arrived")
    (told,) = (row.details for row in db.session.query(HistoryEntry).filter_by(deed="delegations.make_security_list"))
    assert (told["people"], told["came"]) == (1, "arrived")
