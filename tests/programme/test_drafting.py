"""Laying out the draft: moving, shifting, copying a day, undoing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.conferences.models import Conference, Room
from app.conferences.operations import remove_room
from app.database import db, transaction
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import speaking
from app.programme.models import DraftStep, ProgrammeSession, SessionSignUp
from app.programme.operations import (
    ChangedMeanwhile,
    add_session,
    cancel_session,
    change_session,
    copy_day,
    details_of,
    import_programme,
    move_session,
    redo_last,
    release_programme,
    shift_sessions,
    undo_last,
)
from app.programme.queries import session_by_code, sessions_of
from app.programme.queries.steps import in_words, step_to_redo, step_to_undo
from app.programme.rules import Confirmation, PersonRole, SignUpStanding
from app.programme.rules.parts import PersonDetails
from tests.factories import keep, make_conference, make_delegate, make_room, make_session
from tests.programme_files import XIV, krasnodar

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)
ANNA = Actor(kind="staff", id=1, label="Анна")
BEATE = Actor(kind="staff", id=2, label="Beate")
NOON = datetime(2021, 6, 28, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _session(code: str = "K07", **given: Any) -> ProgrammeSession:
    conference = db.session.scalar(select(Conference)) or make_conference()
    return make_session(conference, code, **{"starts_at": NOON, "ends_at": NOON + HOUR} | given)


def _hours(code: str) -> tuple[datetime | None, datetime | None, int | None]:
    db.session.expire_all()
    conference = db.session.scalars(select(Conference).order_by(Conference.id)).first()
    assert conference is not None
    row = session_by_code(conference, code)
    assert row is not None
    return row.starts_at, row.ends_at, row.room_id


def _move(row: ProgrammeSession, **given: Any) -> bool:
    asked: dict[str, Any] = {
        "starts_at": row.starts_at, "ends_at": row.ends_at, "room_id": row.room_id, "version": row.version,
        "actor": ANNA, "at": NOW,
    }  # fmt: skip
    return move_session(session=row, **asked | given)


def test_session_moves_when_it_is_dragged_elsewhere() -> None:
    row = _session()
    hall = make_room(row.conference)
    assert _move(row, starts_at=NOON + HOUR, ends_at=NOON + 3 * HOUR, room_id=hall.id)
    assert _hours("K07") == (NOON + HOUR, NOON + 3 * HOUR, hall.id)
    assert not _move(row)
    [step] = db.session.scalars(select(DraftStep))
    assert (step.number, step.deed, step.details) == (1, "move", {"codes": ["K07"], "count": 1})


def test_session_keeps_day_and_house_when_it_is_laid_aside() -> None:
    conference = make_conference()
    hall = make_room(conference)
    row = _session(room=hall)
    _move(row, starts_at=None, ends_at=None, room_id=None)
    assert (row.starts_at, row.day, row.room_id, row.venue_id) == (None, date(2021, 6, 28), None, hall.venue_id)


def test_moving_is_refused_when_somebody_moved_it_meanwhile() -> None:
    row = _session()
    seen = row.version
    _move(row, starts_at=NOON - HOUR, actor=BEATE)
    with pytest.raises(ChangedMeanwhile) as refused:
        _move(row, starts_at=NOON + HOUR / 2, version=seen)
    assert refused.value.theirs == {"starts_at": NOON - HOUR}
    assert _hours("K07")[0] == NOON - HOUR


def test_moving_is_refused_when_the_end_is_not_after_the_beginning() -> None:
    row = _session()
    with pytest.raises(Refusal) as refused:
        _move(row, ends_at=NOON)
    assert refused.value.field == "end"
    with pytest.raises(Refusal):
        _move(row, starts_at=None)


def test_moving_is_refused_when_the_room_belongs_elsewhere() -> None:
    row = _session()
    foreign = make_room(make_conference("xv-aachen-2019", edition=15, host=row.conference.host))
    with pytest.raises(Refusal, match="does not belong"):
        _move(row, room_id=foreign.id)


def test_afternoon_shifts_over_midnight_when_told_so() -> None:
    first, late = _session("K01"), _session("K02", starts_at=NOON + 11 * HOUR, ends_at=NOON + 12 * HOUR)
    open_one = _session("K03", starts_at=None, ends_at=None)
    done = shift_sessions(conference=first.conference, sessions=[first, late, open_one], minutes=75, actor=ANNA, at=NOW)
    quarter = timedelta(minutes=75)
    assert done == 2
    assert (_hours("K01")[:2], _hours("K02")[:2], _hours("K03")[:2]) == (
        (NOON + quarter, NOON + HOUR + quarter), (NOON + 11 * HOUR + quarter, NOON + 12 * HOUR + quarter), (None, None),
    )  # fmt: skip
    undo_last(conference=first.conference, actor=ANNA, at=NOW)
    assert (_hours("K01")[0], _hours("K02")[0]) == (NOON, NOON + 11 * HOUR)


@pytest.mark.parametrize("minutes", [10_081, -10_081])
def test_shifting_is_refused_when_it_is_more_than_a_week(minutes: int) -> None:
    row = _session()
    with pytest.raises(Refusal):
        shift_sessions(conference=row.conference, sessions=[row], minutes=minutes, actor=ANNA, at=NOW)


def test_shifting_is_refused_when_a_session_is_of_another_conference() -> None:
    row = _session()
    other = make_session(make_conference("xv-aachen-2019", edition=15, host=row.conference.host), "K01")
    with pytest.raises(Refusal):
        shift_sessions(conference=row.conference, sessions=[row, other], minutes=15, actor=ANNA, at=NOW)
    assert _hours("K07")[0] == NOON


def test_day_is_copied_without_answers_when_a_day_is_copied() -> None:
    conference = make_conference()
    row = _session("S01", room=make_room(conference), starts_at=NOON + 11 * HOUR, ends_at=NOON + 13 * HOUR)
    _session("S02", cancelled=True)
    _session("S03", starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=1, hours=1))
    details = replace(details_of(row), people=(PersonDetails("Анна Орлова", PersonRole.CHAIR),))
    change_session(session=row, details=details, version=row.version, actor=ANNA, at=NOW)
    with transaction():
        row.people[0].confirmation, row.people[0].token = Confirmation.CONFIRMED, "t" * 43
    [made], _left_out = copy_day(
        conference=conference, source=date(2021, 6, 28), target=date(2021, 6, 30), actor=ANNA, at=NOW
    )  # fmt: skip
    assert (made.code, made.starts_at, made.ends_at, made.room_id) == (
        "S04", NOON + timedelta(days=2, hours=11), NOON + timedelta(days=2, hours=13), row.room_id,
    )  # fmt: skip
    assert [(one.name, one.confirmation, one.token) for one in made.people] == [
        ("Анна Орлова", Confirmation.NOT_ASKED, None)
    ]
    assert made.uid != row.uid
    undo_last(conference=conference, actor=ANNA, at=NOW)
    assert [one.code for one in sessions_of(conference)] == ["S02", "S01", "S03"]
    redo_last(conference=conference, actor=ANNA, at=NOW)
    again = session_by_code(conference, "S04")
    assert again is not None
    assert (again.uid, again.starts_at, [one.name for one in again.people]) == (
        made.uid, NOON + timedelta(days=2, hours=11), ["Анна Орлова"],
    )  # fmt: skip


def test_copying_is_refused_when_the_hour_does_not_exist_that_night() -> None:
    conference = make_conference(timezone="Europe/Berlin", starts_on=date(2021, 3, 26), ends_on=date(2021, 3, 30))
    night = datetime(2021, 3, 27, 1, 30, tzinfo=UTC)
    make_session(conference, "K01", starts_at=night, ends_at=night + HOUR)
    with pytest.raises(Refusal, match="does not exist"):
        copy_day(conference=conference, source=date(2021, 3, 27), target=date(2021, 3, 28), actor=ANNA, at=NOW)
    assert [row.code for row in sessions_of(conference)] == ["K01"]


@pytest.mark.parametrize(("source", "target"), [("2021-06-28", "2021-06-28"), ("2021-06-29", "2021-06-30")])
def test_copying_is_refused_when_there_is_nothing_to_copy(source: str, target: str) -> None:
    row = _session()
    with pytest.raises(Refusal):
        copy_day(
            conference=row.conference, source=date.fromisoformat(source), target=date.fromisoformat(target),
            actor=ANNA, at=NOW,
        )  # fmt: skip


def test_steps_are_undone_in_turn_and_done_again_when_asked() -> None:
    row = _session()
    conference = row.conference
    _move(row, starts_at=NOON - HOUR)
    cancel_session(session=row, actor=ANNA, at=NOW)
    undone = [undo_last(conference=conference, actor=ANNA, at=NOW) for _number in range(2)]
    assert undone == ["K07: taken off", "K07: moved"]
    assert (_hours("K07")[0], row.cancelled) == (NOON, False)
    with pytest.raises(Refusal, match="nothing of yours"):
        undo_last(conference=conference, actor=ANNA, at=NOW)
    assert [redo_last(conference=conference, actor=ANNA, at=NOW) for _number in range(2)] == undone[::-1]
    assert (_hours("K07")[0], row.cancelled) == (NOON - HOUR, True)
    with pytest.raises(Refusal, match="nothing of yours"):
        redo_last(conference=conference, actor=ANNA, at=NOW)


def test_what_was_undone_is_not_offered_when_work_went_on() -> None:
    row = _session()
    _move(row, starts_at=NOON - HOUR)
    undo_last(conference=row.conference, actor=ANNA, at=NOW)
    _move(row, starts_at=NOON - HOUR / 2)
    assert step_to_redo(row.conference, ANNA) is None


def test_undoing_is_refused_when_somebody_changed_the_session_since() -> None:
    row = _session()
    _move(row, starts_at=NOON - HOUR)
    change_session(session=row, details=replace(details_of(row), title_de="Auftakt"), version=row.version,
                   actor=BEATE, at=NOW)  # fmt: skip
    with pytest.raises(Refusal, match="K07 has been changed since"):
        undo_last(conference=row.conference, actor=ANNA, at=NOW)
    assert (_hours("K07")[0], row.title_de) == (NOON - HOUR, "Auftakt")
    undo_last(conference=row.conference, actor=BEATE, at=NOW)
    undo_last(conference=row.conference, actor=ANNA, at=NOW)
    assert _hours("K07")[0] == NOON


def test_nobody_undoes_the_step_of_another_when_both_work() -> None:
    one, other = _session("K01"), _session("K02")
    _move(one, starts_at=NOON - HOUR)
    _move(other, starts_at=NOON - 2 * HOUR, actor=BEATE)
    assert undo_last(conference=one.conference, actor=ANNA, at=NOW) == "K01: moved"
    assert (_hours("K01")[0], _hours("K02")[0]) == (NOON, NOON - 2 * HOUR)


def test_answers_stay_when_a_step_is_undone() -> None:
    row = _session()
    people = (PersonDetails("Анна Орлова", PersonRole.CHAIR),)
    change_session(session=row, details=replace(details_of(row), people=people), version=row.version,
                   actor=BEATE, at=NOW)  # fmt: skip
    _move(row, starts_at=NOON - HOUR)
    with transaction():
        row.people[0].confirmation, row.people[0].answered_at = Confirmation.CONFIRMED, NOW
    undo_last(conference=row.conference, actor=ANNA, at=NOW)
    assert (row.starts_at, row.people[0].confirmation) == (NOON, Confirmation.CONFIRMED)


def test_added_session_goes_and_comes_back_when_undone_and_redone() -> None:
    pattern = _session("K01")
    details = replace(details_of(pattern), people=(PersonDetails("Анна Орлова", PersonRole.CHAIR),), languages="ru")
    made = add_session(conference=pattern.conference, code="", details=details, actor=ANNA, at=NOW)
    number, uid, code = made.id, made.uid, made.code
    undo_last(conference=pattern.conference, actor=ANNA, at=NOW)
    assert session_by_code(pattern.conference, code) is None
    redo_last(conference=pattern.conference, actor=ANNA, at=NOW)
    back = session_by_code(pattern.conference, code)
    assert back is not None
    assert (back.id, back.uid, details_of(back)) == (number, uid, details)


def test_removing_by_undoing_is_refused_when_people_or_a_release_know_the_session() -> None:
    pattern = _session("K01")
    conference = pattern.conference
    made = add_session(conference=conference, code="K02", details=details_of(pattern), actor=ANNA, at=NOW)
    keep(
        SessionSignUp(
            session_id=made.id, delegate_id=make_delegate(conference).id, standing=SignUpStanding.WAITING, at=NOW
        )
    )
    with pytest.raises(Refusal, match="signed up for K02"):
        undo_last(conference=conference, actor=ANNA, at=NOW)
    release_programme(conference=conference, name="", actor=ANNA, at=NOW)
    with pytest.raises(Refusal, match="K02 stands in a release"):
        undo_last(conference=conference, actor=ANNA, at=NOW)
    assert session_by_code(conference, "K02") is not None


def test_import_is_one_step_when_it_is_undone() -> None:
    conference = krasnodar()
    kept = make_session(conference, "K01")
    before = details_of(kept)
    import_programme(conference=conference, content=XIV, actor=ANNA, at=NOW)
    count = len(sessions_of(conference))
    step = step_to_undo(conference, ANNA)
    assert step is not None
    with speaking("de"):
        assert in_words(step) == f"{count} Sitzungen: Datei eingelesen"
    undo_last(conference=conference, actor=ANNA, at=NOW)
    assert [details_of(row) for row in sessions_of(conference)] == [before]
    redo_last(conference=conference, actor=ANNA, at=NOW)
    assert len(sessions_of(conference)) == count > 1


def test_session_comes_back_without_room_when_the_room_is_gone_since(app: Flask) -> None:
    row = _session()
    hall = make_room(row.conference)
    _move(row, room_id=hall.id)
    _move(row, room_id=None)
    with transaction():
        row.venue = None
    remove_room(room=db.session.get_one(Room, hall.id), actor=BEATE, at=NOW)
    with pytest.raises(Refusal, match="changed since"):
        undo_last(conference=row.conference, actor=ANNA, at=NOW)
    with transaction():
        row.venue_id = hall.venue_id
    undo_last(conference=row.conference, actor=ANNA, at=NOW)
    assert _hours("K07") == (NOON, NOON + HOUR, None)


def test_dry_run_leaves_no_step_when_it_is_over() -> None:
    from app.database import rehearsal

    row = _session()
    with rehearsal():
        _move(row, starts_at=NOON - HOUR)
    assert db.session.scalars(select(DraftStep)).all() == []
