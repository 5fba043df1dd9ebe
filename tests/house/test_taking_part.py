"""One resolver says how somebody takes part: its two forms agree, and nobody beside it compares formats."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import literal, select
from sqlalchemy import true as sql_true

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import (
    Part,
    Seats,
    comes,
    comes_in_sql,
    has_both,
    has_hall,
    has_hall_in_sql,
    has_screen,
    has_screen_in_sql,
    is_by_video,
    is_by_video_in_sql,
    is_on_site,
    is_on_site_in_sql,
    joins_by_video,
    joins_by_video_in_sql,
    part_in,
    part_in_sql,
    seats_of,
    way_of,
)
from app.database import db
from app.programme.models import ProgrammeSession
from app.programme.queries.held import held_as_in_sql
from app.programme.rules import SessionKind, held_as
from tests.factories import make_conference, make_session

ON_SITE, BY_VIDEO = Attendance.ON_SITE, Attendance.VIDEO
IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
APP = Path(__file__).parents[2] / "app"

_HOME = {"conferences/taking_part.py"}  # the resolver


@pytest.mark.parametrize(
    ("attendance", "held", "part"),
    [
        (ON_SITE, IN_PERSON, Part.ON_SITE), (ON_SITE, HYBRID, Part.EITHER), (ON_SITE, VIDEO, Part.VIDEO),
        (BY_VIDEO, IN_PERSON, Part.NOT_AT_ALL), (BY_VIDEO, HYBRID, Part.VIDEO), (BY_VIDEO, VIDEO, Part.VIDEO),
    ],
)  # fmt: skip
def test_part_follows_from_registration_and_format_when_somebody_holds_a_place(
    attendance: Attendance, held: ConferenceFormat, part: Part
) -> None:
    assert part_in(attendance, held) is part_in(attendance.value, held.value) is part
    assert part_in(attendance, held, cancelled=True) is part_in(attendance, held, holds_place=False) is Part.NOT_AT_ALL
    assert (part.in_hall, part.on_screen, part.has_door) == {
        Part.ON_SITE: (True, False, False), Part.EITHER: (True, False, True), Part.VIDEO: (False, True, True),
        Part.NOT_AT_ALL: (False, False, False),
    }[part]  # fmt: skip


def test_needs_of_the_spot_end_when_nobody_is_there() -> None:
    found = {(one, held): comes(one, held) for one, held in product((*Attendance, None), ConferenceFormat)}
    assert [pair for pair, there in found.items() if there] == [(ON_SITE, IN_PERSON), (ON_SITE, HYBRID)]
    assert [held for held in ConferenceFormat if has_both(held)] == [HYBRID]
    for one, held in product(Attendance, ConferenceFormat):
        assert joins_by_video(one, held) is (not comes(one, held)) is (way_of(one, held) is BY_VIDEO)


@pytest.mark.parametrize(
    ("places", "held", "attendance", "seats"),
    [
        (None, IN_PERSON, ON_SITE, 80), (None, HYBRID, ON_SITE, 80), (None, HYBRID, BY_VIDEO, None),
        (None, VIDEO, ON_SITE, None), (30, VIDEO, BY_VIDEO, 30), (30, HYBRID, ON_SITE, 30), (0, IN_PERSON, ON_SITE, 0),
    ],
)  # fmt: skip
def test_seats_of_the_hall_bind_nobody_before_a_screen(
    places: int | None, held: ConferenceFormat, attendance: Attendance, seats: int | None
) -> None:
    found = seats_of(places=places, capacity=80, held=held)
    assert (found.limit if found.bind(attendance) else None) == seats
    assert seats_of(places=None, capacity=None, held=held) == Seats()


def test_resolver_says_the_same_in_sql_when_asked_of_every_combination(app: Flask) -> None:
    """Columns of the models' own types, with every value they may hold."""
    conference = make_conference()
    own = [None, *ConferenceFormat]
    for number, (kind, form, off) in enumerate(product(SessionKind, own, (False, True))):
        make_session(conference, f"K{number:03}", kind=kind, format=form, cancelled=off)
    for held_at in ConferenceFormat:
        held = held_as_in_sql(ProgrammeSession.kind, ProgrammeSession.format, held_at)
        asked = {
            attendance: (
                part_in_sql(
                    literal(attendance.value), held, cancelled=ProgrammeSession.cancelled, holds_place=sql_true()
                ),
                has_hall_in_sql(held), has_screen_in_sql(held), is_on_site_in_sql(literal(attendance.value)),
                is_by_video_in_sql(literal(attendance.value)), comes_in_sql(literal(attendance.value), held_at),
                joins_by_video_in_sql(literal(attendance.value), held_at),
            )
            for attendance in Attendance
        }  # fmt: skip
        for attendance, columns in asked.items():
            for row, then, *said in db.session.execute(select(ProgrammeSession, held, *columns)):
                now = held_as(row, held_at)
                assert then == now
                assert said == [
                    part_in(attendance, now, cancelled=row.cancelled), has_hall(now), has_screen(now),
                    is_on_site(attendance), is_by_video(attendance), comes(attendance, held_at),
                    joins_by_video(attendance, held_at),
                ]  # fmt: skip


def _compares(node: ast.AST) -> bool:
    """Whether it compares with a member of one of the two; sets of them are asked for what was typed."""
    if not isinstance(node, ast.Compare):
        return False
    for side in (node.left, *node.comparators):
        bare = side.value if isinstance(side, ast.Attribute) and side.attr == "value" else side
        if (
            isinstance(bare, ast.Attribute) and isinstance(bare.value, ast.Name)
            and bare.value.id in {"Attendance", "ConferenceFormat"} and bare.attr.isupper()
        ):  # fmt: skip
            return True
    return False


def test_nobody_compares_formats_by_themselves_when_the_resolver_can_be_asked() -> None:
    found = [
        f"{path.relative_to(APP).as_posix()}:{node.lineno}"
        for path in sorted(APP.rglob("*.py"))
        if path.relative_to(APP).as_posix() not in _HOME
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _compares(node)
    ]
    assert found == []
