"""Warnings: every planted clash is found, none is made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.programme.queries import warnings_of
from app.programme.rules import SessionKind
from app.programme.rules.clashes import Part, Planned, Warning_, warnings
from tests.factories import make_conference, make_room, make_session

NINE = datetime(2021, 6, 28, 6, 0, tzinfo=UTC)  # 09:00 in Moscow


def _planned(code: str, start: int, minutes: int, **given: Any) -> Planned:
    begins = NINE + timedelta(minutes=start)
    values: dict[str, Any] = {
        "code": code, "label": "Т", "titles": ("Т", "T"), "starts_at": begins,
        "ends_at": begins + timedelta(minutes=minutes), "room_name": "Зал 1",
    }  # fmt: skip
    people = tuple(one if isinstance(one, Part) else Part(one) for one in given.pop("people", ()))
    return Planned(**(values | given), people=people)


def _warn(*sessions: Planned) -> list[Warning_]:
    return warnings(sessions, first_day=date(2021, 6, 28), last_day=date(2021, 6, 30), zone="Europe/Moscow")


def _found(*sessions: Planned) -> list[tuple[str, tuple[str, ...]]]:
    return [(found.kind, found.sessions) for found in _warn(*sessions)]


@pytest.mark.parametrize(
    ("second", "clashes"),
    [
        (_planned("B", 60, 60, room=1), []),  # touching
        (_planned("B", 59, 60, room=1), [("room", ("A", "B"))]),  # one minute
        (_planned("B", 10, 20, room=1), [("room", ("A", "B"))]),  # nested
        (_planned("B", 0, 60, room=1), [("room", ("A", "B"))]),  # the same
        (_planned("B", 0, 60, room=2), []),  # another room
        (_planned("B", 0, 60, room=None), []),  # no room yet
        (_planned("B", 0, 60, room=1, cancelled=True), []),  # cancelled
        (_planned("B", 24 * 60, 60, room=1), []),  # another day
    ],
)  # fmt: skip
def test_room_is_warned_of_when_it_is_taken_twice(second: Planned, clashes: list[tuple[str, tuple[str, ...]]]) -> None:
    assert _found(_planned("A", 0, 60, room=1), second) == clashes
    assert _found(second, _planned("A", 0, 60, room=1)) == clashes


@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        (_planned("B", 10, 20, room=1, part_of="A", people=["Анна Орлова"]), []),
        (_planned("B", 10, 20, part_of="A", people=["Анна Орлова"]), []),  # no room of its own
        (_planned("B", 40, 20, room=1, part_of="A"), []),  # it may end with the whole
        (_planned("B", 40, 21, room=1, part_of="A", people=["Анна Орлова"]), ["room", "person", "part"]),
        (_planned("B", 10, 20, room=2, part_of="A", people=["Анна Орлова"]), ["person", "part"]),
        (_planned("B", 10, 20, room=1, part_of="Z"), ["room", "part"]),
    ],
)  # fmt: skip
def test_part_is_no_clash_but_warned_of_when_it_lies_outside(part: Planned, kinds: list[str]) -> None:
    whole = _planned("A", 0, 60, room=1, people=["Анна Орлова"])
    assert [kind for kind, _codes in _found(whole, part)] == kinds
    assert [kind for kind, _codes in _found(part, whole)] == kinds


def test_english_titles_are_missed_when_most_others_have_one(app: Flask) -> None:
    bare, made = _planned("A", 0, 60), _planned("B", 60, 60, title_en="Talks", kind=SessionKind.BILATERAL)
    assert _found(bare, made) == [("side", ("B",))]
    few = [_planned(f"C{number}", 60 * number, 60, title_en="Talks") for number in (1, 2)]
    assert _found(bare, *few) == [("title", ("A",))]
    others = [_planned(f"D{number}", 60 * number, 60) for number in range(3, 7)]
    assert _found(bare, *few, *others) == [("title", ("C1", "C2"))]
    [told] = _warn(bare, few[0], *others)
    assert (str(told.message), told.facts) == (
        "1 session alone has a title in English, 5 have none.", ("en", "few")
    )  # fmt: skip


def test_room_is_warned_of_in_every_pair_when_three_share_it() -> None:
    assert _found(
        _planned("A", 0, 180, room=1), _planned("B", 30, 30, room=1), _planned("C", 90, 30, room=1)
    ) == [("room", ("A", "B")), ("room", ("A", "C"))]  # fmt: skip


def test_room_is_warned_of_when_sessions_share_it_over_midnight() -> None:
    late = _planned("A", 13 * 60 + 30, 135, room=1)
    assert _found(late, _planned("B", 15 * 60, 30, room=1)) == [("room", ("A", "B")), ("midnight", ("A",))]


@pytest.mark.parametrize("name", ["Пётр Орлов", "ПЕТР  ОРЛОВ", "петр орлов ", "Пётр\u00a0Орлов"])
def test_person_is_warned_of_when_needed_twice(app: Flask, name: str) -> None:
    first, second = _planned("A", 0, 60, people=("Пётр Орлов", "Anna Weiß")), _planned("B", 30, 60, people=(name,))
    [found] = _warn(first, second)
    assert (found.kind, found.sessions, str(found.message)) == (
        "person", ("A", "B"), "Пётр Орлов is needed twice at the same time: A (Т) and B (Т).",
    )  # fmt: skip


def test_person_is_not_warned_of_when_in_two_roles_of_one_session() -> None:
    assert _found(_planned("A", 0, 60, people=("Пётр Орлов", "Пётр Орлов"))) == []


def test_single_session_is_warned_of_when_something_lacks(app: Flask) -> None:
    early = _planned("A", -48 * 60, 60, titles=("", "Jugendforum"), label="Jugendforum")
    open_ = _planned("B", 0, 1, starts_at=None, ends_at=None, day=date(2021, 7, 1), titles=("Выезд", ""), label="Выезд")
    full = _planned("C", 0, 60, room=1, room_capacity=80, capacity=81)
    fits = _planned("D", 60, 60, room=1, room_capacity=80, capacity=80)
    assert [(found.kind, found.sessions, str(found.message)) for found in _warn(early, open_, full, fits)] == [
        ("days", ("A",), "A (Jugendforum) lies outside the days of the conference."),
        ("title", ("A",), "A (Jugendforum) has no Russian title."),
        ("days", ("B",), "B (Выезд) lies outside the days of the conference."),
        ("hours", ("B",), "B (Выезд) has no complete hours yet."),
        ("title", ("B",), "B (Выезд) has no German title."),
        ("capacity", ("C",), "C (Т) is planned for 81 people; Зал 1 holds 80."),
    ]


def test_day_is_told_in_the_zone_of_the_conference_when_it_begins_late() -> None:
    last_evening = _planned("A", 0, 60, starts_at=datetime(2021, 6, 30, 20, 30, tzinfo=UTC),
                            ends_at=datetime(2021, 6, 30, 23, 0, tzinfo=UTC))  # fmt: skip
    after = _planned("B", 0, 60, starts_at=datetime(2021, 6, 30, 21, 0, tzinfo=UTC),
                     ends_at=datetime(2021, 6, 30, 23, 0, tzinfo=UTC))  # fmt: skip
    assert _found(last_evening, after) == [("midnight", ("A",)), ("days", ("B",))]


def test_draft_is_warned_of_when_read_from_the_database(app: Flask) -> None:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "K07", room=hall)
    make_session(conference, "K08", room=hall, starts_at=datetime(2021, 6, 28, 16, 15, tzinfo=UTC),
                 ends_at=datetime(2021, 6, 28, 16, 30, tzinfo=UTC), title_en="Signing")  # fmt: skip
    [found] = warnings_of(conference)
    assert (found.kind, found.sessions, str(found.message)) == (
        "room", ("K07", "K08"),
        "Большой зал is taken twice at the same time: K07 (Opening of the conference) and K08 (Signing).",
    )  # fmt: skip
