"""Sign-ups for sessions follow a switch in its own transaction, and come back with the way back, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import Seats, seats_of
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.format_switch.operations import switch
from app.format_switch.queries import what_will_change
from app.format_switch.rules import Scope, ScopeKind, SwitchPlan
from app.mailroom.models import OutgoingMail
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.operations import choose_sessions, release_programme, settle_sessions
from app.programme.rules import SessionKind, SignUpStanding
from app.programme.rules.settling import Settled, SignedUp, settled
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_delegation, make_municipality, make_session

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
HAS, WAITS = SignUpStanding.HAS_PLACE, SignUpStanding.WAITING
SITE, SCREEN = Attendance.ON_SITE, Attendance.VIDEO
HOUR = datetime(2021, 6, 28, 8, 0, tzinfo=UTC)


def row(number: int, standing: SignUpStanding, attendance: Attendance = SITE, **given: Any) -> SignedUp:
    return SignedUp(number, number + 100, standing, attendance, **({"holds_place": True} | given))


@pytest.mark.parametrize(
    ("rows", "seats", "held", "given", "found"),
    [
        ([row(1, HAS), row(2, WAITS), row(3, WAITS)], Seats(2), IN_PERSON, {}, Settled(up=(2,))),
        ([row(1, HAS), row(2, WAITS)], Seats(2), IN_PERSON, {"is_open": False}, Settled()),
        ([row(1, HAS, SCREEN), row(2, WAITS)], Seats(1), IN_PERSON, {}, Settled(out=(1,), up=(2,))),
        ([row(1, HAS, holds_place=False), row(2, WAITS)], Seats(1), VIDEO, {}, Settled(out=(1,), up=(2,))),
        ([row(1, HAS), row(2, WAITS), row(3, WAITS, SCREEN)], Seats(1, in_hall_only=True), HYBRID, {},
         Settled(up=(3,))),
        ([row(1, HAS), row(2, HAS), row(3, HAS)], Seats(1), IN_PERSON, {}, Settled()),
        ([row(1, HAS), row(2, HAS), row(3, HAS)], Seats(1), IN_PERSON, {"shrinks": True}, Settled(back_in_line=(2, 3))),
        ([row(1, HAS, yields=True), row(2, HAS)], Seats(1), IN_PERSON, {"shrinks": True}, Settled(back_in_line=(1,))),
        ([row(1, HAS), row(2, WAITS)], Seats(), VIDEO, {}, Settled(up=(2,))),
    ],
)  # fmt: skip
def test_settling_gives_places_in_the_order_of_the_line(
    rows: list[SignedUp], seats: Seats, held: ConferenceFormat, given: dict[str, bool], found: Settled
) -> None:
    assert settled(reversed(rows), seats, held=held, **({"is_open": True} | given)) == found


def test_settling_is_done_when_it_is_done_twice() -> None:
    """Whatever stands there: what was settled once is settled."""
    kinds = [row(0, *one) for one in product((HAS, WAITS), (SITE, SCREEN))]
    for held, limit, mixed in product(ConferenceFormat, (None, 0, 1, 2), product(kinds, repeat=3)):
        there = [SignedUp(n, n, one.standing, one.attendance, True) for n, one in enumerate(mixed)]
        seats = seats_of(places=None, capacity=limit, held=held)
        once = settled(there, seats, held=held, is_open=True, shrinks=True)
        after = [
            SignedUp(one.id, one.id, HAS if one.id in once.up or
                     (one.standing is HAS and one.id not in once.back_in_line) else WAITS, one.attendance, True)
            for one in there if one.id not in once.out
        ]  # fmt: skip
        assert settled(after, seats, held=held, is_open=True, shrinks=True) == Settled()


def move(conference: Conference, to: ConferenceFormat, **given: Any) -> SwitchPlan:
    values: dict[str, Any] = {"plan": None, "reason": "Ограничения на въезд", "actor": ACTOR, "at": NOW}
    return switch(conference=conference, to=to, **(values | given))


def photograph() -> list[tuple[Any, ...]]:
    db.session.expire_all()
    return [
        (one.id, one.session.code, one.delegate.public_id, one.standing.value, one.at)
        for one in db.session.query(SessionSignUp).order_by(SessionSignUp.id)
    ]


def standings(code: str) -> list[tuple[str, str]]:
    return [(who, standing) for _, session, who, standing, _ in photograph() if session == code]


def kaluga(**given: Any) -> Conference:
    """An excursion (2 places) and a working group in a hall for 2; three want both, the third waits."""
    conference = make_conference(**given)
    make_session(conference, "E01", kind=SessionKind.EXCURSION, sign_up=True, places=2, starts_at=HOUR,
                 ends_at=HOUR + timedelta(hours=2))  # fmt: skip
    make_session(conference, "W01", kind=SessionKind.WORKING_GROUP, sign_up=True, capacity=2,
                 starts_at=HOUR + timedelta(hours=3), ends_at=HOUR + timedelta(hours=5))  # fmt: skip
    suhl = make_delegation(conference, make_municipality("suhl", name_ru="Зуль", name_de="Suhl"))
    for number, group in (("D1", suhl), ("D2", None), ("D3", None)):
        make_delegate(conference, number, email=f"{number}@x.example".lower(),
                      delegation_id=group.id if group else None)  # fmt: skip
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    ids = [one.id for one in db.session.query(ProgrammeSession)]
    for delegate in db.session.query(Delegate).order_by(Delegate.public_id).all():
        choose_sessions(delegate=delegate, before=[], chosen=ids, actor=ACTOR, at=NOW)
    return conference


def suhl_of(conference: Conference) -> Scope:
    group = db.session.query(Delegate).filter_by(public_id="D1").one().delegation_id
    return Scope(ScopeKind.DELEGATION, str(group))


def counted(plan: SwitchPlan) -> tuple[int, ...]:
    return tuple(plan.counts[f"sign_ups_{name}"] for name in ("withdrawn", "given_back", "moved_up", "back_in_line"))


def test_delegation_gives_up_its_places_and_has_them_again_row_by_row_when_it_returns(app: Flask) -> None:
    conference = kaluga(format=HYBRID)
    before, scope = photograph(), suhl_of(conference)
    foreseen = what_will_change(conference, VIDEO, scope=scope, at=NOW)
    there = move(conference, VIDEO, scope=scope)
    # the excursion is on the spot only: D3 moves up in it. In the group D1 needs no seat of the hall any more.
    assert counted(foreseen) == counted(there) == (1, 0, 2, 0)
    assert standings("E01") == [("D2", "has-place"), ("D3", "has-place")]
    assert standings("W01") == [("D1", "has-place"), ("D2", "has-place"), ("D3", "has-place")]
    after = photograph()
    assert settle_sessions(at=NOW) == 0
    assert photograph() == after
    back = move(conference, IN_PERSON, scope=scope, at=NOW + timedelta(hours=1))
    assert counted(back) == (0, 1, 0, 2)
    assert photograph() == before
    assert settle_sessions(at=NOW) == 0
    assert photograph() == before


def test_whole_conference_there_and_back_leaves_sign_ups_row_by_row_as_they_were(app: Flask) -> None:
    conference = kaluga()
    before = photograph()
    there = move(conference, VIDEO)
    assert counted(there) == (0, 0, 1, 0)  # no hall binds the group; the excursion is off, and stays as it stood
    assert standings("W01") == [("D1", "has-place"), ("D2", "has-place"), ("D3", "has-place")]
    late = make_delegate(conference, "D4", email="d4@x.example", attendance=SCREEN)
    group = db.session.query(ProgrammeSession).filter_by(code="W01").one()
    choose_sessions(delegate=late, before=[], chosen=[group.id], actor=ACTOR, at=NOW + timedelta(minutes=5))
    back = move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    assert counted(back) == (0, 0, 0, 2)  # D3 waits again, and D4 behind them
    assert [one for one in photograph() if one[2] != "D4"] == before
    assert standings("W01")[-1] == ("D4", "waiting")


def test_those_the_switch_does_not_write_to_are_told_in_held_mails_and_not_of_what_never_reached_them(
    app: Flask,
) -> None:
    conference = kaluga(format=HYBRID)
    scope = suhl_of(conference)
    assert move(conference, VIDEO, scope=scope).counts["sign_up_mails"] == 2
    mails = db.session.query(OutgoingMail).filter(OutgoingMail.deed_key.like("switch-%-session-%")).all()
    assert [(mail.to, mail.state.value) for mail in mails] == [(["d3@x.example"], "held")] * 2
    assert all("передвинулись" in mail.text or "очеред" in mail.text for mail in mails)
    back = move(conference, IN_PERSON, scope=scope, at=NOW + timedelta(hours=1))
    assert back.counts["sign_up_mails"] == 0
    db.session.expire_all()
    assert {mail.state.value for mail in db.session.query(OutgoingMail) if "session" in (mail.deed_key or "")} == {
        "failed"
    }
    assert db.session.query(OutgoingMail).filter(OutgoingMail.deed_key.like("switch-2-session-%")).count() == 0


def test_mail_names_the_session_somebody_lost_when_they_moved_to_video(app: Flask) -> None:
    conference = kaluga(format=HYBRID)
    move(conference, VIDEO, scope=suhl_of(conference))
    [mail] = [
        one for one in db.session.query(OutgoingMail) if one.kind == "format_changed" and one.to == ["d1@x.example"]
    ]
    assert "только очно" in mail.text or "только на месте" in mail.text
    assert {file.filename for file in mail.attachments} == {"programme.ics"}  # no mail had brought an entry


def test_places_of_those_who_wait_after_the_way_back_go_on(app: Flask) -> None:
    """Who has no place at the conference any more keeps none in a session; the next one gets it."""
    conference = kaluga(places_on_site=3)
    move(conference, VIDEO)
    with transaction():
        conference.places_on_site = 2
    plan = move(conference, IN_PERSON, at=NOW + timedelta(hours=1))
    waiting = [
        one.public_id for one in db.session.query(Delegate) if one.accreditation is Accreditation.WAITLISTED
    ]  # fmt: skip
    assert waiting == ["D3"]
    assert counted(plan)[0] == 2
    assert standings("E01") == standings("W01") == [("D1", "has-place"), ("D2", "has-place")]


def test_what_has_begun_stays_as_it_was(app: Flask) -> None:
    conference = kaluga(format=HYBRID)
    before = photograph()
    move(conference, VIDEO, scope=suhl_of(conference), at=HOUR + timedelta(hours=4))
    assert photograph() == before


def test_place_comes_back_when_another_sign_up_has_its_number_meanwhile(app: Flask) -> None:
    """SQLite gives the number of the last row that went to the next one that comes."""
    conference = kaluga(format=HYBRID)
    make_session(conference, "E02", kind=SessionKind.EXCURSION, sign_up=True, places=1,
                 starts_at=HOUR + timedelta(hours=8), ends_at=HOUR + timedelta(hours=9))  # fmt: skip
    trip = db.session.query(ProgrammeSession).filter_by(code="E02").one()
    first, other = (db.session.query(Delegate).filter_by(public_id=name).one() for name in ("D1", "D2"))
    choose_sessions(delegate=first, before=[], chosen=[trip.id], actor=ACTOR, at=NOW)
    scope = suhl_of(conference)
    move(conference, VIDEO, scope=scope)
    choose_sessions(delegate=other, before=[], chosen=[trip.id], actor=ACTOR, at=NOW + timedelta(minutes=1))
    assert standings("E02") == [("D2", "has-place")]
    move(conference, IN_PERSON, scope=scope, at=NOW + timedelta(hours=1))
    assert sorted(standings("E02")) == [("D1", "has-place"), ("D2", "waiting")]
