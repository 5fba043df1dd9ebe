"""The lists of those who wait for a place open with a switch, by its own plan: nothing is left to give after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.operations import grant_waiting, withdraw
from app.delegations.operations.standing import grant
from app.delegations.operations.waiting_list import end_offers
from app.delegations.operations.ways_in import set_role_rules
from app.delegations.rules import Accreditation
from app.delegations.rules.lines import InLine, Room, given
from app.delegations.rules.ways_in import Approval, Rule
from app.format_switch.operations import switch
from app.format_switch.queries import what_will_change
from app.format_switch.rules import Scope, ScopeKind, SwitchPlan
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import release_held
from app.mailroom.rules import MailState
from app.programme.operations import release_programme
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_delegation, make_session

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
SITE, SCREEN = Attendance.ON_SITE, Attendance.VIDEO
GRANTED, APPLIED, WAITS = Accreditation.GRANTED, Accreditation.APPLIED, Accreditation.WAITLISTED


def house(on_site: int | None, video: int | None, held: ConferenceFormat = HYBRID, **given: Any) -> Conference:
    return make_conference(format=held, places_on_site=on_site, places_video=video, **given)


def person(conference: Conference, name: str, way: Attendance = SITE, stands: Accreditation = GRANTED,
           minute: int | None = None, **given: Any) -> Delegate:  # fmt: skip
    since = NOW - timedelta(days=1) + timedelta(minutes=minute) if minute is not None else None
    values: dict[str, Any] = {"email": f"{name.lower()}@suhl.example", "language": "en",
                              "created_at": NOW - timedelta(days=9)}  # fmt: skip
    return make_delegate(conference, name, attendance=way, accreditation=stands, waitlisted_at=since,
                         **(values | given))  # fmt: skip


def move(conference: Conference, to: ConferenceFormat, **given: Any) -> SwitchPlan:
    foreseen = what_will_change(conference, to, "Einreise", scope=given.get("scope", Scope()))
    values: dict[str, Any] = {"plan": None, "reason": "Einreise", "actor": ACTOR, "at": NOW}
    plan = switch(conference=conference, to=to, **(values | given))
    assert foreseen.digest == plan.digest
    stood = standings()
    assert grant_waiting(conference=conference, actor=ACTOR, at=NOW) == []
    assert standings() == stood
    return plan


def standings() -> dict[str, tuple[Any, ...]]:
    db.session.expire_all()
    return {
        one.public_id: (one.attendance, one.accreditation, one.wished) + (("offered",) if one.offered_until else ())
        for one in db.session.query(Delegate).order_by(Delegate.public_id)
    }


def mails(name: str) -> list[OutgoingMail]:
    """All that are written to them and not withdrawn."""
    found = db.session.query(OutgoingMail).filter(OutgoingMail.state != MailState.FAILED).order_by(OutgoingMail.id)
    return [mail for mail in found if mail.to == [f"{name.lower()}@suhl.example"]]


def leave(conference: Conference) -> None:
    with transaction():
        release_held(conference_id=conference.id, actor=ACTOR, at=NOW)
        for mail in db.session.query(OutgoingMail).filter_by(state=MailState.WAITING):
            mail.state = MailState.SENT


def test_switch_back_to_hybrid_gives_the_free_places_by_video_when_some_wait_for_them(app: Flask) -> None:
    conference = house(3, 2, HYBRID)
    for name in ("A1", "A2", "A3"):
        person(conference, name)
    move(conference, VIDEO)
    leave(conference)
    for minute, name in enumerate(("B1", "B2", "B3")):
        person(conference, name, SCREEN, WAITS, minute, created_at=NOW + timedelta(hours=1))
    plan = move(conference, HYBRID, at=NOW + timedelta(hours=2))
    assert (plan.counts["leave_waiting_list"], plan.counts["waitlisted"]) == (2, 0)
    assert standings() == {
        **dict.fromkeys(("A1", "A2", "A3"), (SITE, GRANTED, None)),
        **dict.fromkeys(("B1", "B2"), (SCREEN, GRANTED, None)), "B3": (SCREEN, WAITS, None),
    }  # fmt: skip
    [told] = mails("B1")
    assert (told.state, told.calendar_method) == (MailState.HELD, "REQUEST")
    assert "you now have a place and take part by video" in told.text
    [told] = mails("B3")
    assert "you stand on the waiting list for a place by video" in told.text
    assert "No place on site is free at present either." in told.text
    with transaction():
        conference.places_on_site = 9
    move(conference, IN_PERSON, at=NOW + timedelta(hours=3))
    assert set(standings().values()) == {(SITE, GRANTED, None)}
    assert "you now have a place and take part on site" in mails("B3")[-1].text


def test_switch_to_hybrid_tells_those_in_line_for_the_hall_of_free_places_by_video(app: Flask) -> None:
    conference = house(1, 1, IN_PERSON)
    person(conference, "A1")
    person(conference, "B1", stands=WAITS, minute=1)
    move(conference, HYBRID)
    [told] = mails("B1")
    assert "waiting list for a place on site" in told.text
    assert "There are free places by video: as long as there are any, you can choose one" in told.text
    assert "nothing changes" not in told.text


def test_switch_serves_each_line_within_the_limits_of_roles_and_with_approval(app: Flask) -> None:
    conference = house(None, 2, IN_PERSON, approval_needed=False)
    set_role_rules(
        conference=conference, actor=ACTOR, at=NOW,
        rules={"press": Rule(video=0), "speaker": Rule(approval=Approval.BY_HAND)},
    )  # fmt: skip
    for minute, (name, role) in enumerate((("A1", "press"), ("A2", "speaker"), ("A3", "member"), ("A4", "member"))):
        person(conference, name, SCREEN, WAITS, minute, role=role)
    move(conference, VIDEO)
    assert standings() == {
        "A1": (SCREEN, WAITS, None), "A2": (SCREEN, APPLIED, None), "A3": (SCREEN, GRANTED, None),
        "A4": (SCREEN, WAITS, None),
    }  # fmt: skip
    assert "a place by video is kept for you. The organisers will confirm it" in mails("A2")[0].text


def test_switch_offers_places_and_their_time_begins_when_the_mail_may_leave(app: Flask) -> None:
    conference = house(2, 1, IN_PERSON, offer_hours=24)
    person(conference, "A1")
    person(conference, "B1", SCREEN, WAITS, 1)
    person(conference, "B2", SCREEN, WAITS, 2)
    plan = move(conference, HYBRID)
    assert plan.counts["places_offered"] == 1
    assert standings()["B1"] == (SCREEN, WAITS, None, "offered")
    assert standings()["B2"] == (SCREEN, WAITS, None)
    [told] = mails("B1")
    assert "a place by video is kept for you until you say whether you take it" in told.text
    assert "/offer" in told.text
    assert "/offer" not in mails("B2")[0].text
    later = NOW + timedelta(days=3)
    assert end_offers(actor=ACTOR, at=later) == 0
    leave(conference)
    assert end_offers(actor=ACTOR, at=later + timedelta(hours=23)) == 0
    assert end_offers(actor=ACTOR, at=later + timedelta(hours=25)) == 1
    assert standings()["B2"] == (SCREEN, WAITS, None, "offered")


def test_place_given_before_the_mails_are_released_is_told_by_the_held_mail_alone(app: Flask) -> None:
    conference = house(1, 1, IN_PERSON)
    make_session(conference, "K07")
    release_programme(conference=conference, actor=ACTOR, at=NOW)
    goes = person(conference, "A1")
    person(conference, "B1", stands=WAITS, minute=1)
    by_hand = person(conference, "B2", stands=WAITS, minute=2)
    move(conference, HYBRID)
    withdraw(delegate=goes, actor=ACTOR, at=NOW)
    with transaction():
        conference.places_on_site = 2
    grant(delegate=by_hand, actor=ACTOR, at=NOW)
    for name in ("B1", "B2"):
        [told] = mails(name)
        assert (told.kind, told.state, told.calendar_method) == ("format_changed", MailState.HELD, "REQUEST")
        assert "you now have a place and take part on site" in told.text
    move(conference, VIDEO)  # before anybody let them go: nobody has told them of their place yet
    [told] = mails("B1")
    assert "you now have a place and take part by video" in told.text
    leave(conference)
    move(conference, IN_PERSON)
    assert {name: one[1] for name, one in standings().items()} == {
        "A1": Accreditation.WITHDRAWN, "B1": GRANTED, "B2": GRANTED,
    }  # fmt: skip


def test_wish_is_told_and_kept_through_switches_and_met_when_a_place_is_free(app: Flask) -> None:
    conference = house(9, 1)
    person(conference, "V1", SCREEN)
    person(conference, "A1", minute=1, wished=SCREEN)
    before = standings()
    move(conference, IN_PERSON)
    text = mails("A1")[-1].text
    assert "You wished to take part by video. That is not possible as long as" in text
    assert "nothing changes" not in text
    leave(conference)
    with transaction():
        db.session.query(Delegate).filter_by(public_id="V1").one().attendance = SCREEN
    move(conference, HYBRID)
    assert standings() == before | {"V1": (SCREEN, GRANTED, None)}
    assert "You remain on the waiting list for a place by video, as you wished." in mails("A1")[-1].text
    leave(conference)
    move(conference, VIDEO)
    assert "wished" not in mails("A1")[-1].text
    leave(conference)
    with transaction():
        conference.places_video = 2
    plan = move(conference, HYBRID)
    assert plan.counts["wishes_met"] == 1
    assert standings()["A1"] == (SCREEN, GRANTED, None)
    assert "you take part by video, as before" in mails("A1")[-1].text or "nothing changes" in mails("A1")[-1].text


def test_wish_counts_again_when_the_place_that_was_lost_is_there_again(app: Flask) -> None:
    conference = house(None, 1, IN_PERSON)
    person(conference, "A1", stands=WAITS, minute=1, wished=SCREEN)
    person(conference, "A2", stands=WAITS, minute=2, wished=SCREEN)
    move(conference, HYBRID)
    assert standings() == {"A1": (SCREEN, GRANTED, None), "A2": (SITE, GRANTED, SCREEN)}
    assert "you now have a place and take part by video" in mails("A1")[0].text


def test_delegation_that_moves_leaves_its_places_to_those_who_wait(app: Flask) -> None:
    conference = house(2, 2)
    group = make_delegation(conference)
    for name in ("G1", "G2"):
        person(conference, name, delegation_id=group.id)
    person(conference, "B1", stands=WAITS, minute=2)
    person(conference, "V1", SCREEN, minute=1, wished=SITE)
    scope = Scope(ScopeKind.DELEGATION, str(group.id))
    with transaction():
        conference.places_video = 3
    plan = move(conference, VIDEO, scope=scope)
    assert (plan.counts["to_video"], plan.counts["wishes_met"], plan.counts["leave_waiting_list"]) == (2, 1, 1)
    assert standings() == {
        "B1": (SITE, GRANTED, None), "V1": (SITE, GRANTED, None),
        "G1": (SCREEN, GRANTED, None), "G2": (SCREEN, GRANTED, None),
    }  # fmt: skip
    assert "you now have a place and take part on site" in mails("B1")[-1].text
    with transaction():
        conference.places_on_site = 4
    move(conference, IN_PERSON, scope=scope)
    assert {one[0] for one in standings().values()} == {SITE}


@pytest.mark.parametrize("offers", [False, True])
def test_given_places_leave_nothing_to_give_whatever_stands_there(offers: bool) -> None:
    kinds = [InLine(0, *one) for one in product(Attendance, ("member", "press"), (False, True))]
    for left, limit, mixed in product(product((None, 0, 1), repeat=2), (None, 0, 1), product(kinds, repeat=3)):
        line = [replace(one, id=number) for number, one in enumerate(mixed)]
        rooms = {
            way: Room(places, {} if limit is None else {"press": limit})
            for way, places in zip(Attendance, left, strict=True)
        }
        found = given(line, rooms, offers=offers)
        assert len({one.id for one in found}) == len(found)
        assert all(room.left is None or room.left >= 0 for room in rooms.values())
        rest = [one for one in line if one not in found]
        assert given(rest, rooms, offers=offers) == []
        for one in rest:  # nobody was passed over for another of the same role
            assert not any(got.way is one.way and got.role == one.role and got.id > one.id for got in found)
