"""Which room is a person's right one: decided without the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.conferences.rules import Attendance, ConferenceFormat
from app.programme.rules import PersonRole
from app.programme.rules.whose import group_in, group_told
from app.video.rules.joining import Doorway, Phase, Tie, is_audience, role_in, sits_in_hall, tie_of, way_now
from app.video.rules.visitors import VisitorRole

TEN = datetime(2021, 6, 29, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Hand:
    opened_at: datetime | None = None
    closed_at: datetime | None = None


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def doorway(number: int = 1, begins: float = 0, lasts: float = 60, tie: Tie = Tie.OPEN, **given: Any) -> Doorway:
    """A session that begins so many minutes from ten o'clock."""
    starts = TEN + minutes(begins)
    return Doorway(number, starts, starts + minutes(lasts), tie, **({"leads_to": number} | given))


@pytest.mark.parametrize(
    ("minute", "phase"),
    [(-31, Phase.BEFORE), (-30, Phase.EARLY), (-1, Phase.EARLY), (0, Phase.RUNNING), (59, Phase.RUNNING),
     (60, Phase.OVER)],
)  # fmt: skip
def test_phase_follows_the_hours_when_nobody_decided_otherwise(minute: float, phase: Phase) -> None:
    assert doorway().phase(TEN + minutes(minute)) is phase


@pytest.mark.parametrize(
    ("door", "minute", "phase"),
    [
        (Hand(closed_at=TEN - minutes(20)), -10, Phase.SHUT),
        (Hand(closed_at=TEN - minutes(20)), 60, Phase.OVER),
        (Hand(closed_at=TEN - minutes(20), opened_at=TEN - minutes(15)), -10, Phase.EARLY),
        (Hand(opened_at=TEN - minutes(120)), -60, Phase.EARLY),
        (Hand(opened_at=TEN + minutes(55)), 70, Phase.RUNNING),
    ],
)
def test_phase_follows_the_hand_when_the_control_page_opened_or_closed(door: Hand, minute: float, phase: Phase) -> None:
    assert doorway(door=door).phase(TEN + minutes(minute)) is phase


def test_phase_is_cancelled_when_the_session_is() -> None:
    assert doorway(cancelled=True).phase(TEN) is Phase.CANCELLED


PLENARY, GROUP = doorway(1), doorway(2, tie=Tie.OWN)
LEADING = doorway(3, tie=Tie.PART)
NEXT = doorway(4, begins=25)
NEXT_OWN = doorway(5, begins=25, tie=Tie.OWN)
NEXT_LEADING = doorway(6, begins=25, tie=Tie.PART)
SOON_OWN = doorway(7, begins=10, tie=Tie.OWN)


@pytest.mark.parametrize(
    ("there", "led_to"),
    [
        ([PLENARY], [1]),
        ([PLENARY, GROUP], [2]),  # signed up before everybody's
        ([PLENARY, LEADING], [3]),  # a part before everybody's
        ([GROUP, LEADING], [2, 3]),  # two of one's own: a choice
        ([PLENARY, doorway(8)], [1, 8]),  # two for everybody: a choice
        ([PLENARY, NEXT], [1]),  # what is running before what begins in 25 minutes
        ([PLENARY, NEXT_OWN], [1]),
        ([PLENARY, NEXT_LEADING], [1, 6]),  # who leads the next may set up already
        ([PLENARY, SOON_OWN], [7]),  # about to begin: as good as running
        ([NEXT], [4]),
        ([NEXT, NEXT_OWN], [5]),
        ([doorway(9, tie=Tie.CLOSED)], []),
        ([doorway(9, in_hall=True)], []),
        ([doorway(9, tie=Tie.PART, in_hall=True)], []),  # may enter, is not led there
        ([doorway(9, cancelled=True)], []),
        ([doorway(9, begins=31)], []),
        ([doorway(9, begins=-60)], []),
    ],
)  # fmt: skip
def test_way_leads_to_the_right_room_when_doors_are_open(there: list[Doorway], led_to: list[int]) -> None:
    assert [one.session_id for one in way_now(there, TEN).choice] == led_to


def test_way_is_one_room_when_two_sessions_are_held_in_it() -> None:
    both = [doorway(1, leads_to=2), doorway(2)]
    assert [one.session_id for one in way_now(both, TEN).choice] == [1]


def test_way_tells_the_next_session_when_it_is_too_early() -> None:
    there = [
        doorway(1, begins=300), doorway(2, begins=120), doorway(3, begins=120, tie=Tie.OWN),
        doorway(4, begins=60, tie=Tie.CLOSED), doorway(5, begins=60, cancelled=True), doorway(6, begins=-90),
    ]  # fmt: skip
    way = way_now(there, TEN)
    assert (way.entered, way.following) == (None, there[2])


def test_way_has_nothing_to_follow_when_all_is_over() -> None:
    way = way_now([doorway(begins=-120)], TEN)
    assert (list(way.choice), way.entered, way.following) == ([], None, None)


@pytest.mark.parametrize(
    ("given", "tie"),
    [
        ({}, Tie.OPEN),
        ({"for_them": False}, Tie.CLOSED),
        ({"full": True}, Tie.CLOSED),
        ({"full": True, "signed_up": True}, Tie.OWN),
        ({"own_group": True}, Tie.OWN),
        ({"own_group": True, "for_them": False}, Tie.OWN),
        ({"own_group": True, "full": True}, Tie.CLOSED),
        ({"meeting": True}, Tie.CLOSED),
        ({"meeting": True, "own_delegation": True}, Tie.OWN),
        ({"for_them": False, "own_delegation": True}, Tie.OWN),
        ({"meeting": True, "parts": [PersonRole.INTERPRETER]}, Tie.PART),
        ({"full": True, "for_them": False, "parts": [PersonRole.SPEAKER]}, Tie.PART),
    ],
)
def test_tie_says_what_a_session_is_to_somebody(given: dict[str, Any], tie: Tie) -> None:
    plain = {
        "parts": [], "signed_up": False, "own_delegation": False, "meeting": False, "for_them": True, "full": False,
    }  # fmt: skip
    assert tie_of(**(plain | given)) is tie


@pytest.mark.parametrize(
    ("titles", "group"),
    [
        (("Рабочая группа 6: Социальные вопросы (часть 1)", "Arbeitsgruppe 6: Soziale Fragen (Teil 1)", ""), "6"),
        (("", "", "Working Group No. 03: Youth"), "3"),
        (("РГ № 12", "", ""), "12"),
        (("Рабочая группа 1", "Arbeitsgruppe 2", ""), ""),
        (("Форум «Калуга 650»", "Forum „Kaluga 650“", "Flagship 7"), ""),
    ],
)
def test_group_is_known_by_the_titles_of_its_session(titles: tuple[str, ...], group: str) -> None:
    assert group_in(titles) == group


@pytest.mark.parametrize(
    ("text", "group"), [("6", "6"), (" AG 06 ", "6"), ("", ""), ("1, 2", ""), ("молодёжь", ""), ("0", "0")]
)
def test_group_told_is_the_one_number_somebody_was_entered_with(text: str, group: str) -> None:
    assert group_told(text) == group


@pytest.mark.parametrize(
    ("audience", "roles", "meant"),
    [("all", {"member"}, True), ("", {"press"}, True), ("press", {"press"}, True), ("press", {"member"}, False),
     ("heads", {"head"}, True), ("heads", {"member"}, False), ("youth", {"member", "youth"}, True),
     ("press", {"organiser"}, True), ("donors", {"member"}, False)],
)  # fmt: skip
def test_audience_is_known_by_role(audience: str, roles: set[str], meant: bool) -> None:
    assert is_audience(audience, roles) is meant


def test_audience_of_heads_holds_who_leads_the_delegation_when_their_role_is_another() -> None:
    assert is_audience("heads", {"business"}, leads_delegation=True)


@pytest.mark.parametrize(
    ("parts", "roles", "role"),
    [
        ([PersonRole.CHAIR], {"head"}, VisitorRole.MODERATOR),
        ([PersonRole.MODERATOR, PersonRole.SPEAKER], {"member"}, VisitorRole.MODERATOR),
        ([PersonRole.SPEAKER], {"press"}, VisitorRole.SPEAKER),
        ([PersonRole.RAPPORTEUR], {"member"}, VisitorRole.SPEAKER),
        ([PersonRole.INTERPRETER], {"member"}, VisitorRole.INTERPRETER),
        ([], {"press"}, VisitorRole.PRESS),
        ([], {"interpreter"}, VisitorRole.INTERPRETER),
        ([], {"organiser"}, VisitorRole.MODERATOR),
        ([], {"member"}, VisitorRole.DELEGATE),
    ],
)
def test_role_comes_from_the_part_before_the_role_at_the_conference(
    parts: list[PersonRole], roles: set[str], role: VisitorRole
) -> None:
    assert role_in(parts, roles) is role


def test_somebody_sits_in_the_hall_only_when_on_site_in_a_hybrid_session() -> None:
    seen = {(held, who): sits_in_hall(held, who) for held in ConferenceFormat for who in Attendance}
    assert [key for key, value in seen.items() if value] == [(ConferenceFormat.HYBRID, Attendance.ON_SITE)]
