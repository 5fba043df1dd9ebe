"""Meetings of delegations: who is proposed, what a run puts into the draft, by hand, wishes, and the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.command_line import GROUPS
from app.commands import command_line
from app.conferences.models import Conference, Room, Venue
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.directory.models import Municipality
from app.directory.rules import MunicipalityKind, PartnershipKind
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.i18n import speaking
from app.jobs import Job
from app.programme.models import Meeting, MeetingWish, ProgrammeSession, SessionParty, SessionPerson, TravelTime
from app.programme.operations import cancel_session, release_programme
from app.programme.operations.drafting import copy_day, redo_last, undo_last
from app.programme.operations.editing import change_session, details_of
from app.programme.operations.meeting_tables import (
    add_meeting,
    apply_proposal,
    call_off_meeting,
    fix_meeting,
    hold_meeting,
    loosen_meeting_for_next_run,
    move_meeting,
)
from app.programme.operations.meetings import (
    PlanDetails,
    propose_meetings,
    settle_meetings,
    take_back_wish,
    wish_meeting,
)
from app.programme.queries.content import freeze
from app.programme.queries.meeting_pages import Missing, lines_of, missing_of, preview_of
from app.programme.queries.meeting_reasons import Times
from app.programme.queries.meetings import meetings_of, proposal_of, situation
from app.programme.queries.warnings import warnings_of
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.meetings import MeetingState, Window
from app.programme.rules.parts import PersonDetails
from tests.factories import (
    ACTOR,
    NOW,
    keep,
    make_conference,
    make_delegate,
    make_delegation,
    make_municipality,
    make_partnership,
    make_room,
    make_session,
)

Enter = Callable[[str], FlaskClient]
TEN = datetime(2021, 6, 29, 7, 0, tzinfo=UTC)  # ten o'clock in Kaluga
DESK = "/en/desk/c/xvi-kaluga-2021/programme/meetings"
HALF = timedelta(minutes=30)


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference()


def city(slug: str, ru: str, de: str, country: str = "DE", **given: Any) -> Municipality:
    return make_municipality(slug, **({"name_ru": ru, "name_de": de, "name_en": de, "country": country} | given))


def suhl() -> Municipality:
    return city("suhl", "Зуль", "Suhl")


def come(conference: Conference, *rows: Municipality, **given: Any) -> list[Delegate]:
    return [
        make_delegate(conference, municipality_id=row.id, last=row.name_ru, badge_ru="", badge_de="", **given)
        for row in rows
    ]


def plan(conference: Conference, **given: Any) -> PlanDetails:
    values: dict[str, Any] = {
        "room_id": None, "slot_minutes": 30, "break_minutes": 0, "per_half_day": 4, "tables": ("1", "2"),
        "windows": (Window(TEN, TEN + 4 * HALF, ("Анна Орлова", "2")),),
    }  # fmt: skip
    details = PlanDetails(**(values | given))
    settle_meetings(conference=conference, details=details, actor=ACTOR, at=NOW)
    return details


def place(conference: Conference) -> dict[str, int]:
    proposal = propose_meetings(conference=conference, actor=ACTOR, at=NOW)
    return apply_proposal(conference=conference, basis=proposal.basis, actor=ACTOR, at=NOW)


def wish(conference: Conference, one: Municipality, other: Municipality, priority: int = 2) -> MeetingWish:
    return wish_meeting(conference=conference, wishing=one, wished=other, priority=priority, remark="", actor=ACTOR,
                        at=NOW)  # fmt: skip


def table_plan_of(conference: Conference) -> list[tuple[str, str, str, str]]:
    """(who, when, table, standing) of every meeting."""
    db.session.rollback()
    db.session.expire_all()
    return [
        (f"{one.meeting.a.slug} {one.meeting.b.slug}",
         f"{one.starts_at:%H:%M}" if one.starts_at else "", one.meeting.table, one.standing.value)
        for one in lines_of(meetings_of(conference))
    ]  # fmt: skip


def why(conference: Conference) -> list[tuple[str, str]]:
    proposal = proposal_of(conference)
    assert proposal is not None
    with speaking("en"):
        return [(one.names, str(one.reason)) for one in missing_of(proposal.content)]


def test_run_makes_a_session_of_every_pair_of_partners_when_both_come(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    make_partnership(host, other, since_year=1985, kind=PartnershipKind.FRIENDSHIP)  # entered twice: one meeting
    make_partnership(host, city("minden", "Минден", "Minden"))  # nobody comes
    come(conference, host, other)
    hall = make_room(conference)
    plan(conference, room_id=hall.id)
    assert place(conference) == {"new": 1, "moved": 0, "kept": 0, "freed": 0}
    [session] = db.session.scalars(select(ProgrammeSession))
    assert {
        "code": session.code, "kind": session.kind, "ru": session.title_ru, "de": session.title_de,
        "en": session.title_en, "starts": session.starts_at, "ends": session.ends_at, "room": session.room_id,
        "languages": session.languages, "how": session.interpreted_how, "parallel": session.parallel,
        "table": (session.description_ru, session.description_de, session.description_en),
        "people": [(one.name, one.role) for one in session.people],
        "parties": [one.municipality.slug for one in session.parties],
    } == {
        "code": "B01", "kind": SessionKind.BILATERAL, "ru": "Калуга — Зуль: встреча городов-партнёров",
        "de": "Kaluga – Suhl: Treffen der Partnerstädte", "en": "Kaluga – Suhl: meeting of partner cities",
        "starts": TEN, "ends": TEN + HALF, "room": hall.id, "languages": "ru;de", "how": "consecutive",
        "parallel": "meetings", "table": ("Стол 1", "Tisch 1", "Table 1"),
        "people": [("Анна Орлова", PersonRole.INTERPRETER)], "parties": ["kaluga", "suhl"],
    }  # fmt: skip
    [item] = freeze(conference, before=None)["items"]
    assert (item["title_de"], item["held_as"]) == ("Kaluga – Suhl: Treffen der Partnerstädte", "in-person")
    [entry] = db.session.query(HistoryEntry).filter_by(deed="programme.place_meetings")
    assert entry.details == {"new": 1, "moved": 0, "kept": 0, "freed": 0}


def test_run_changes_nothing_when_it_is_repeated(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference)
    place(conference)
    before = freeze(conference, before=None)
    assert place(conference) == {"new": 0, "moved": 0, "kept": 1, "freed": 0}
    db.session.expire_all()
    assert freeze(conference, before=None) == before


@pytest.mark.parametrize(
    ("kinds", "tied", "expected"),
    [
        ((MunicipalityKind.REGION, MunicipalityKind.REGION), True,
         ("встреча регионов-партнёров", "Treffen der Partnerregionen", "meeting of partner regions")),
        ((MunicipalityKind.CITY, MunicipalityKind.COUNTY), True,
         ("встреча партнёров", "Partnertreffen", "meeting of partners")),
        ((MunicipalityKind.CITY, MunicipalityKind.CITY), False,
         ("двусторонняя встреча", "bilaterales Treffen", "bilateral meeting")),
    ],
)  # fmt: skip
def test_run_names_the_meeting_rightly_when_they_are_no_partner_cities(
    conference: Conference, kinds: tuple[MunicipalityKind, MunicipalityKind], tied: bool, expected: tuple[str, ...]
) -> None:
    host = conference.host
    with transaction():
        host.kind = kinds[0]
    other = city("suhl", "Зуль", "Suhl", kind=kinds[1])
    if tied:
        make_partnership(host, other)
    else:
        wish(conference, other, host)
    come(conference, host, other)
    plan(conference)
    place(conference)
    [session] = db.session.scalars(select(ProgrammeSession))
    titles = (session.title_ru, session.title_de, session.title_en)
    assert tuple(title.partition(": ")[2] for title in titles) == expected


def test_run_leaves_the_lesser_out_and_says_why_when_one_place_is_left(conference: Conference) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other, since_year=1970)
    wish(conference, third, host, 3)
    come(conference, host, other, third)
    plan(conference, windows=(Window(TEN, TEN + HALF, ("1",)),))
    place(conference)
    assert table_plan_of(conference) == [("kaluga minden", "07:00", "1", "placed")]
    assert why(conference) == [("Kaluga – Suhl", "the delegation Kaluga has no time left")]


def test_run_names_the_wish_when_the_other_side_does_not_come(conference: Conference) -> None:
    other = suhl()
    come(conference, conference.host)
    wish(conference, conference.host, other)
    plan(conference)
    place(conference)
    assert why(conference) == [("Kaluga – Suhl", "nobody of the delegation Suhl is accredited")]


def test_run_keeps_clear_of_plenary_parties_and_heads_when_it_looks_for_times(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host)
    [head] = come(conference, other, role="head")
    plan(conference)
    make_session(conference, "P01", starts_at=TEN - HALF, ends_at=TEN + HALF / 2)  # plenary: nobody is free
    signing = make_session(conference, "S01", kind=SessionKind.SIGNING, starts_at=TEN + HALF, ends_at=TEN + 2 * HALF)
    keep(SessionParty(session_id=signing.id, municipality_id=host.id))
    talk = make_session(conference, "W01", kind=SessionKind.WORKING_GROUP, starts_at=TEN + 2 * HALF,
                        ends_at=TEN + 3 * HALF)  # fmt: skip
    keep(SessionPerson(session_id=talk.id, name="anyone", role=PersonRole.SPEAKER, delegate_id=head.id))
    make_session(conference, "P02", starts_at=TEN, ends_at=TEN + 4 * HALF, cancelled=True)
    place(conference)
    assert table_plan_of(conference) == [("kaluga suhl", "08:30", "1", "placed")]


def test_run_waits_for_the_arrival_when_a_delegation_comes_later(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, departure="rubbish")
    come(conference, other, arrival="2021-06-29T11:10+03:00", departure="2021-06-29T20:00+03:00")
    plan(conference)
    place(conference)
    assert table_plan_of(conference) == [("kaluga suhl", "08:30", "1", "placed")]


def test_run_takes_no_interpreter_who_is_in_a_booth_when_names_agree(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference, windows=(Window(TEN, TEN + HALF, ("Анна Орлова",)),))
    talk = make_session(conference, "W01", kind=SessionKind.WORKING_GROUP, starts_at=TEN, ends_at=TEN + HALF)
    keep(SessionPerson(session_id=talk.id, name="АННА  Орлова", role=PersonRole.INTERPRETER))
    place(conference)
    assert why(conference) == [("Kaluga – Suhl", "no interpreter is left whenever both are free")]


def test_run_needs_no_interpreter_when_both_speak_one_language(conference: Conference) -> None:
    host, other = conference.host, city("minsk", "Минск", "Minsk", "BY")
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference, windows=(Window(TEN, TEN + HALF),))
    place(conference)
    [meeting] = meetings_of(conference)
    assert (meeting.interpreter, meeting.session.languages, meeting.session.interpreted_how) == ("", "ru", None)


def test_run_holds_a_meeting_by_video_when_one_side_stays_at_home(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    make_partnership(other, third)
    come(conference, host)
    come(conference, other, third, attendance=Attendance.VIDEO)
    plan(conference, tables=("Ока",))
    place(conference)
    assert sorted((one.table, one.session.format or "") for one in meetings_of(conference)) == [
        ("", ConferenceFormat.VIDEO), ("Ока", ConferenceFormat.HYBRID),
    ]  # fmt: skip


def test_run_frees_the_meeting_when_a_delegation_has_withdrawn(conference: Conference) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    make_partnership(host, third, since_year=2001)
    come(conference, host, third)
    [leaving] = come(conference, other)
    plan(conference, tables=("1",), windows=(Window(TEN, TEN + HALF, ("1",)),))
    place(conference)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    with transaction():
        leaving.accreditation = Accreditation.WITHDRAWN
    assert [(one.b.slug, side == other.id) for one, side in situation(conference).gone] == [("suhl", True)]
    assert place(conference) == {"new": 1, "moved": 0, "kept": 0, "freed": 1}
    assert table_plan_of(conference) == [
        ("kaluga suhl", "07:00", "1", "freed"), ("kaluga minden", "07:00", "1", "placed"),
    ]  # fmt: skip
    with transaction():
        leaving.accreditation = Accreditation.GRANTED
    uid = next(one.session.uid for one in meetings_of(conference) if one.b.slug == "suhl")
    assert place(conference) == {"new": 1, "moved": 0, "kept": 0, "freed": 1}  # the older tie takes it back
    back = next(one for one in meetings_of(conference) if one.b.slug == "suhl")
    assert (back.state, back.session.cancelled, back.session.uid) == (MeetingState.PLACED, False, uid)


def test_run_keeps_what_was_moved_by_hand_when_it_is_repeated(conference: Conference) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    come(conference, host, other, third)
    plan(conference)
    place(conference)
    [meeting] = meetings_of(conference)
    move_meeting(meeting=meeting, starts_at=TEN + 3 * HALF, table="2", interpreter="2", actor=ACTOR, at=NOW)
    wish(conference, third, host, 1)
    plan(conference, windows=(Window(TEN + 3 * HALF, TEN + 4 * HALF, ("2",)),))
    place(conference)
    assert table_plan_of(conference) == [("kaluga suhl", "08:30", "2", "fixed")]
    assert why(conference) == [("Kaluga – Minden", "the delegation Kaluga has no time left")]
    [session] = db.session.scalars(select(ProgrammeSession))
    assert (session.description_de, list(session.people)) == ("Tisch 2", [])


@pytest.mark.parametrize(
    ("change", "table", "interpreter"),
    [
        ({"ends_at": TEN + HALF + timedelta(minutes=5)}, "1", "Анна Орлова"),
        ({"starts_at": TEN + 10 * HALF, "ends_at": TEN + 11 * HALF}, "1", "Анна Орлова"),
        ({"room_id": "Festsaal"}, "", "Анна Орлова"),
        ({"people": (PersonDetails("Ольга Лис", PersonRole.INTERPRETER),)}, "1", "Ольга Лис"),
        ({"people": ()}, "1", ""),
    ],
    ids=["length", "hour", "room", "interpreter", "nobody"],
)
def test_run_keeps_what_was_changed_in_the_editor_when_it_is_repeated(
    conference: Conference, change: dict[str, Any], table: str, interpreter: str
) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    come(conference, host, other, third)
    hall = make_room(conference, "Großer Saal")
    rooms = {"Festsaal": make_room(conference, "Festsaal").id}
    plan(conference, room_id=hall.id)
    place(conference)
    [meeting] = meetings_of(conference)
    session, given = meeting.session, {"actor": ACTOR, "at": NOW}
    values = change | ({"room_id": rooms[change["room_id"]]} if "room_id" in change else {})
    assert table_plan_of(conference) == [("kaluga suhl", "07:00", "1", "placed")]
    change_session(session=session, details=replace(details_of(session), **values), version=session.version, **given)
    kept = table_plan_of(conference)
    wish(conference, host, third, 1)
    propose_meetings(conference=conference, **given)
    preview = preview_of(proposal_of(conference).content, situation(conference), conference)  # type: ignore[union-attr]
    counts = place(conference)
    assert (len(preview.new), len(preview.moved), preview.kept, preview.fixed) == (1, 0, 0, 1)
    assert counts == {"new": 1, "moved": 0, "kept": 0, "freed": 0}
    [line] = [one for one in lines_of(meetings_of(conference)) if one.meeting.b.slug == "suhl"]
    assert (line.standing, line.meeting.table, line.meeting.interpreter) == ("fixed", table, interpreter)
    assert kept == [("kaluga suhl", f"{line.starts_at:%H:%M}", table, "fixed")]
    assert {name: getattr(line.meeting.session, name) for name in values if name != "people"} == {
        name: value for name, value in values.items() if name != "people"
    }
    undo_last(conference=conference, **given)
    undo_last(conference=conference, **given)
    assert table_plan_of(conference) == [("kaluga suhl", "07:00", "1", "placed")]


def test_preview_and_deed_count_alike_when_the_tables_move_to_another_room(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference, room_id=make_room(conference, "Großer Saal").id)
    place(conference)
    plan(conference, room_id=make_room(conference, "Festsaal").id)
    propose_meetings(conference=conference, actor=ACTOR, at=NOW)
    preview = preview_of(proposal_of(conference).content, situation(conference), conference)  # type: ignore[union-attr]
    assert ([one.names for one in preview.moved], "Festsaal" in preview.moved[0].room) == (["Kaluga – Suhl"], True)
    assert place(conference) == {"new": 0, "moved": 1, "kept": 0, "freed": 0}


def test_fixing_is_a_step_of_its_own_when_it_is_undone_and_done_again(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference)
    place(conference)
    given: dict[str, Any] = {"actor": ACTOR, "at": NOW}
    fix_meeting(meeting=meetings_of(conference)[0], fixed=True, **given)
    seen = []
    for deed in (undo_last, undo_last, redo_last, redo_last):
        deed(conference=conference, **given)
        seen.append([line[3] for line in table_plan_of(conference)])
    assert seen == [["placed"], [], ["placed"], ["fixed"]]


def test_copied_day_leaves_meetings_out_unless_told_when_two_delegations_meet(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    room = make_room(conference, "Großer Saal")
    plan(conference, room_id=room.id)
    place(conference)
    day: dict[str, Any] = {"conference": conference, "source": date(2021, 6, 29), "actor": ACTOR, "at": NOW}
    with pytest.raises(Refusal, match="only meetings"):
        copy_day(target=date(2021, 6, 30), **day)
    make_session(conference, "S01", room=room, starts_at=TEN + 8 * HALF, ends_at=TEN + 9 * HALF)
    [copied], left_out = copy_day(target=date(2021, 6, 30), **day)
    assert (copied.starts_at, copied.room_id, left_out) == (TEN + 8 * HALF + timedelta(days=1), room.id, 1)
    both, none_left = copy_day(target=date(2021, 6, 28), meetings=True, **day)
    assert ([(one.room_id, one.venue_id, one.description_de) for one in both], none_left) == (
        [(None, room.venue_id, ""), (room.id, None, "")], 0,
    )  # fmt: skip
    assert place(conference) == {"new": 0, "moved": 0, "kept": 1, "freed": 0}  # the copy does not take its place


def test_run_proposes_no_pair_again_when_its_meeting_was_called_off(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference)
    place(conference)
    [meeting] = meetings_of(conference)
    cancel_session(session=meeting.session, actor=ACTOR, at=NOW)  # in the editor
    assert place(conference) == {"new": 0, "moved": 0, "kept": 0, "freed": 0}
    assert table_plan_of(conference) == [("kaluga suhl", "07:00", "1", "cancelled")]
    loosen_meeting_for_next_run(meeting=meetings_of(conference)[0], actor=ACTOR, at=NOW)
    assert place(conference) == {"new": 1, "moved": 0, "kept": 0, "freed": 0}


def test_run_makes_no_second_meeting_when_one_stands_in_the_draft_by_hand(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference)
    session = make_session(conference, kind=SessionKind.BILATERAL)
    keep(SessionParty(session_id=session.id, municipality_id=host.id))
    keep(SessionParty(session_id=session.id, municipality_id=other.id))
    assert place(conference) == {"new": 0, "moved": 0, "kept": 0, "freed": 0}


def test_apply_is_refused_when_something_has_changed_since(conference: Conference) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    come(conference, host, other, third)
    plan(conference)
    proposal = propose_meetings(conference=conference, actor=ACTOR, at=NOW)
    wish(conference, third, host)
    with pytest.raises(Refusal, match="have changed"):
        apply_proposal(conference=conference, basis=proposal.basis, actor=ACTOR, at=NOW)
    assert meetings_of(conference) == []
    proposal = propose_meetings(conference=conference, actor=ACTOR, at=NOW)
    with pytest.raises(Refusal, match="have changed"):
        apply_proposal(conference=conference, basis="another", actor=ACTOR, at=NOW)
    apply_proposal(conference=conference, basis=proposal.basis, actor=ACTOR, at=NOW)
    with pytest.raises(Refusal, match="no proposal"):
        apply_proposal(conference=conference, basis=proposal.basis, actor=ACTOR, at=NOW)


def refused(deed: Callable[[], object]) -> tuple[str | None, str]:
    with speaking("en"), pytest.raises(Refusal) as found:
        deed()
    db.session.rollback()
    return found.value.field, str(found.value.message)


def test_move_is_refused_with_the_reason_when_something_is_in_the_way(conference: Conference) -> None:
    host, other = conference.host, suhl()
    third, fourth = city("minden", "Минден", "Minden"), city("perm", "Пермь", "Perm", "RU")
    make_partnership(host, other)
    make_partnership(third, fourth)
    come(conference, host, other, third)
    come(conference, fourth, arrival="2021-06-29T09:00+03:00", departure="2021-06-29T11:40+03:00")
    plan(conference)
    place(conference)
    first, second = sorted(meetings_of(conference), key=lambda one: one.a_id)
    make_session(conference, starts_at=TEN + HALF, ends_at=TEN + 2 * HALF)
    given: dict[str, Any] = {"meeting": second, "actor": ACTOR, "at": NOW, "table": "2", "interpreter": ""}
    assert [
        refused(lambda: move_meeting(**(given | {"starts_at": TEN, "table": first.table}))),
        refused(lambda: move_meeting(**(given | {"starts_at": TEN, "interpreter": first.interpreter}))),
        refused(lambda: move_meeting(**(given | {"starts_at": TEN + HALF}))),
        refused(lambda: move_meeting(**(given | {"starts_at": TEN + 3 * HALF}))),
        refused(lambda: move_meeting(**(given | {"starts_at": TEN, "table": "77"}))),
        refused(
            lambda: add_meeting(conference=conference, one=host, other=third, starts_at=TEN, table="", interpreter="",
                                actor=ACTOR, at=NOW)
        ),
        refused(
            lambda: add_meeting(conference=conference, one=host, other=other, starts_at=TEN, table="", interpreter="",
                                actor=ACTOR, at=NOW)
        ),
        refused(
            lambda: add_meeting(conference=conference, one=host, other=host, starts_at=TEN, table="", interpreter="",
                                actor=ACTOR, at=NOW)
        ),
    ] == [
        ("table", "Table 1 is taken then: Kaluga – Suhl, 10:00–10:30."),
        ("interpreter", "Анна Орлова interprets elsewhere then: Kaluga – Suhl, 10:00–10:30."),
        ("start", "Minden takes part in “Opening of the conference” then (10:30–11:00)."),
        ("start", "Perm: nobody of the delegation is there at that time."),
        ("table", "Choose one of the tables."),
        ("start", "Kaluga has another meeting then: Kaluga – Suhl, 10:00–10:30."),
        ("other", "These two have a meeting already."),
        ("other", "A delegation cannot meet itself."),
    ]  # fmt: skip


def test_meeting_is_fixed_loosened_called_off_and_held_when_decided_by_hand(conference: Conference) -> None:
    host, other = conference.host, suhl()
    come(conference, host, other)
    plan(conference)
    meeting = add_meeting(conference=conference, one=other, other=host, starts_at=TEN, table="1", interpreter="2",
                          actor=ACTOR, at=NOW)  # fmt: skip
    seen = [table_plan_of(conference)[0][3]]
    given: dict[str, Any] = {"actor": ACTOR, "at": NOW}
    for deed in (
        lambda: fix_meeting(meeting=meeting, fixed=False, **given), lambda: call_off_meeting(meeting=meeting, **given),
        lambda: call_off_meeting(meeting=meeting, **given), lambda: hold_meeting(meeting=meeting, **given),
    ):  # fmt: skip
        deed()
        seen.append(table_plan_of(conference)[0][3])
    assert seen == ["fixed", "placed", "cancelled", "cancelled", "fixed"]
    fix_meeting(meeting=meeting, fixed=False, **given)
    assert place(conference) == {"new": 0, "moved": 0, "kept": 0, "freed": 1}  # nobody wishes it


def test_wish_is_kept_once_when_it_is_said_again_and_forgotten_when_taken_back(conference: Conference) -> None:
    host, other = conference.host, suhl()
    wish(conference, host, other, 3)
    kept = wish(conference, host, other, 1)
    assert [(one.from_id, one.to_id, one.priority) for one in db.session.scalars(select(MeetingWish))] == [
        (host.id, other.id, 1)
    ]
    assert refused(lambda: wish(conference, host, host)) == ("wished", "A delegation cannot meet itself.")
    assert refused(lambda: wish(conference, host, other, 4)) == ("priority", "Choose how important the meeting is.")
    take_back_wish(wish=kept, actor=ACTOR, at=NOW)
    assert db.session.scalars(select(MeetingWish)).all() == []


def test_settings_are_refused_with_the_field_when_they_cannot_be(conference: Conference) -> None:
    good = plan(conference)
    elsewhere = make_room(make_conference("xv", edition=15, host=conference.host))
    window = good.windows[0]

    def told(**given: Any) -> tuple[str | None, str]:
        details = replace(good, **given)
        return refused(lambda: settle_meetings(conference=conference, details=details, actor=ACTOR, at=NOW))

    assert [
        told(tables=()),
        told(slot_minutes=4),
        told(per_half_day=0),
        told(windows=(replace(window, ends_at=window.starts_at),)),
        told(windows=(window, replace(window, starts_at=window.starts_at + HALF))),
        told(windows=(replace(window, ends_at=window.starts_at + HALF / 2),)),
        told(room_id=elsewhere.id),
    ] == [
        ("tables", "There must be one table at least."),
        ("slot_minutes", "A meeting lasts 5 to 240 minutes."),
        ("per_half_day", "A whole number from 1 to 100, please."),
        ("windows-0-end", "It would end when it begins."),
        ("windows-1-start", "This window overlaps another one."),
        ("windows-0-end", "This window is shorter than one meeting."),
        ("room", "This room does not belong to the conference."),
    ]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", html.fromstring(text).text_content())


def test_desk_settles_places_looks_and_applies_when_the_forms_are_sent(conference: Conference, staff: Enter) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    client = staff("secretariat")
    values = {
        "windows-0-day": "2021-06-29", "windows-0-start": "10:00", "windows-0-end": "12:00",
        "windows-0-interpreters": "2", "windows-1-day": "", "slot_minutes": "30", "break_minutes": "5",
        "per_half_day": "4", "room": "", "tables": "Oka\nSuhl",
    }  # fmt: skip
    wrong = client.post(f"{DESK}/settings", data=values | {"windows-0-end": "09:00", "tables": "0"})
    assert (wrong.status_code, "There must be one table" in wrong.text) == (422, False)
    assert html.fromstring(wrong.text).xpath("//a[@href='#windows-0-end']/text()") == [
        "Ends: The end lies before the beginning."
    ]
    assert client.post(f"{DESK}/settings", data=values).status_code == 303
    answer = client.post(f"{DESK}/place")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}/proposal")
    page = html.fromstring(client.get(f"{DESK}/proposal").text)
    assert "Tuesday, 29 June 2021, 10:00–10:30, Oka" in re.sub(r"\s+", " ", page.text_content())
    basis = page.xpath("//input[@name='basis']/@value")[0]
    assert client.post(f"{DESK}/proposal", data={"basis": basis}).status_code == 303
    assert table_plan_of(conference) == [("kaluga suhl", "07:00", "Oka", "placed")]
    assert "Kaluga – Suhl" in words(client.get(DESK).text)
    assert "Suhl" in words(client.get(f"{DESK}/print?by=tables").text)
    number = meetings_of(conference)[0].id
    moved = {"start": (TEN + timedelta(minutes=70)).isoformat(), "table": "Suhl", "interpreter": "2"}
    assert client.post(f"{DESK}/{number}", data=moved).status_code == 303
    assert table_plan_of(conference) == [("kaluga suhl", "08:10", "Suhl", "fixed")]
    assert client.post(f"{DESK}/{number}/deed", data={"deed": "call-off"}).status_code == 303
    assert table_plan_of(conference) == [("kaluga suhl", "08:10", "Suhl", "cancelled")]


def test_desk_refuses_a_move_with_the_reason_when_the_table_is_taken(conference: Conference, staff: Enter) -> None:
    rows = [conference.host, suhl(), city("minden", "Минден", "Minden"), city("perm", "Пермь", "Perm", "RU")]
    make_partnership(rows[0], rows[1])
    make_partnership(rows[2], rows[3])
    come(conference, *rows)
    plan(conference)
    place(conference)
    first, second = sorted(meetings_of(conference), key=lambda one: one.a_id)
    answer = staff("secretariat").post(
        f"{DESK}/{second.id}", data={"start": TEN.isoformat(), "table": first.table, "interpreter": ""}
    )
    assert (answer.status_code, "Table 1 is taken then: Kaluga – Suhl, 10:00–10:30." in answer.text) == (422, True)
    meant = {"start": TEN.isoformat(), "table": first.table, "interpreter": "", "all_the_same": "y"}
    assert "Place it there all the same" in answer.text
    assert staff("secretariat").post(f"{DESK}/{second.id}", data=meant).status_code == 303
    assert (second.table, second.session.starts_at, second.state) == (first.table, TEN, MeetingState.FIXED)


def test_interpreter_speaks_the_languages_of_both_when_they_are_not_those_of_the_house(conference: Conference) -> None:
    host, xian = conference.host, city("xian", "Сиань", "Xi’an", "CN")
    make_partnership(host, xian)
    come(conference, host, xian)
    plan(conference, windows=(Window(TEN, TEN + 4 * HALF, ("Анна Орлова", "2")),))
    place(conference)
    [missing] = missing_of(proposal_of(conference).content)  # type: ignore[union-attr]
    assert str(missing.reason) == "no interpreter for Russian – Chinese is left whenever both are free"
    plan(conference, windows=(Window(TEN, TEN + 4 * HALF, ("Анна Орлова", "Ли Вэй (zh-ru)")),))
    assert place(conference)["new"] == 1
    [meeting] = meetings_of(conference)
    assert (meeting.interpreter, [one.name for one in meeting.session.people]) == ("Ли Вэй (zh-ru)", ["Ли Вэй"])


def test_sessions_are_named_when_they_take_the_time_of_a_side(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    hall = make_room(conference)
    plan(conference, room_id=hall.id)
    row = make_session(conference, "K18", room=hall, kind=SessionKind.ROUND_TABLE, title_en="Talks", starts_at=TEN,
                       ends_at=TEN + 4 * HALF)  # fmt: skip
    proposal = propose_meetings(conference=conference, actor=ACTOR, at=NOW)
    shown = preview_of(proposal.content, situation(conference), conference)
    assert (proposal.content["seats"], [(one.tables, one.free, list(one.closing)) for one in shown.offered]) == (
        [], [(0, 2, ["K18 “Talks” (10:00–12:00)"])] * 4,
    )  # fmt: skip
    [missing] = shown.missing
    taken = "Tuesday, 29 June 2021, 10:00–12:00: the room of the tables is taken: K18 “Talks” (10:00–12:00)"
    assert (str(missing.reason), plain(missing)) == (
        "the room of the tables is taken by sessions whenever both are free", [taken],
    )  # fmt: skip
    keep(SessionParty(session_id=row.id, municipality_id=other.id))
    [missing] = missing_now(conference)
    assert (str(missing.reason), plain(missing)) == (
        "the delegation Suhl has no time left",
        ["Tuesday, 29 June 2021, 10:00–12:00: Suhl: K18 “Talks” (10:00–12:00)"],
    )  # fmt: skip


def plain(missing: Missing) -> list[str]:
    return [text.replace("\u00a0", " ") for text in missing.occupied]


def missing_now(conference: Conference) -> list[Missing]:
    proposal = propose_meetings(conference=conference, actor=ACTOR, at=NOW)
    slots = situation(conference).problem.slots
    return missing_of(proposal.content, times=lambda: Times(conference, proposal.content, slots))


def test_run_chooses_another_time_when_the_room_of_the_tables_is_needed_or_kept_free(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    hall = make_room(conference)
    plan(conference, room_id=hall.id)
    make_session(conference, "K18", room=hall, kind=SessionKind.ROUND_TABLE, title_en="Talks", starts_at=TEN + HALF,
                 ends_at=TEN + 2 * HALF, buffer_before=10, buffer_after=5)  # fmt: skip
    make_session(conference, "K19", room=hall, starts_at=TEN, ends_at=TEN + 4 * HALF, cancelled=True)
    place(conference)
    [(_who, hour, _table, _standing)] = table_plan_of(conference)
    assert hour == "08:30"  # 11:30 in Kaluga: the only time that is neither K18's nor kept free around it
    assert [one.kind for one in warnings_of(conference) if one.kind in {"room", "buffer"}] == []
    [one] = meetings_of(conference)
    with pytest.raises(Refusal) as raised:
        move_meeting(meeting=one, starts_at=TEN, table="1", interpreter="", actor=ACTOR, at=NOW)
    with speaking("en"):
        assert str(raised.value.message).replace("\u00a0", " ") == (
            "The room of the tables is taken then: K18 “Talks” (10:30–11:00)."
        )


def test_every_time_is_accounted_for_when_a_meeting_finds_no_place(conference: Conference) -> None:
    host, other, third = conference.host, suhl(), city("gera", "Гера", "Gera")
    make_partnership(host, other)
    come(conference, host, other, third)
    hall, park = _far(conference, 20)
    wish(conference, other, third, 1)
    plan(conference, room_id=hall.id, tables=("1",), windows=(Window(TEN, TEN + 3 * HALF, ("2",)),))
    make_session(conference, "K07", room=park, kind=SessionKind.PLENARY, title_en="Opening", starts_at=TEN + 3 * HALF,
                 ends_at=TEN + 5 * HALF)  # fmt: skip
    own = make_session(
        conference, "K12a", kind=SessionKind.WORKING_GROUP, title_en="Water", starts_at=TEN, ends_at=TEN + HALF
    )
    for row in (host, other):
        keep(SessionParty(session_id=own.id, municipality_id=row.id))
    [missing] = missing_now(conference)
    assert plain(missing) == [
        "Tuesday, 29 June 2021, 10:00–10:30: Kaluga: K12a “Water” (10:00–10:30); Suhl: K12a “Water” (10:00–10:30)",
        "Tuesday, 29 June 2021, 10:30–11:00: Suhl: meeting Suhl – Gera (10:30–11:00)",
        "Tuesday, 29 June 2021, 11:00–11:30: Kaluga: the way to K07 “Opening” (11:30–12:30); Suhl: the way to K07 "
        "“Opening” (11:30–12:30)",
    ]


def test_many_meetings_are_placed_in_the_background_when_there_are_more_than_fit_in_a_moment(
    conference: Conference, staff: Enter, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.programme.views.meetings.AT_ONCE", 0)
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference)
    answer = staff("secretariat").post(f"{DESK}/place")
    job = db.session.scalars(select(Job)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/en/desk/jobs/{job.id}")
    run_jobs()
    db.session.expire_all()
    job = db.session.scalars(select(Job)).one()
    assert (job.state, job.result) == ("done", {"placed": 1, "unplaced": 0, "url": f"{DESK}/proposal"})


def test_desk_may_look_but_not_change_when_it_is_the_entrance_desk(conference: Conference, staff: Enter) -> None:
    client = staff("desk")
    assert [
        client.get(DESK).status_code, client.get(f"{DESK}/print").status_code, client.post(f"{DESK}/place").status_code,
        client.get(f"{DESK}/settings").status_code, client.post(f"{DESK}/proposal").status_code,
        client.get(f"{DESK}/wishes").status_code,
    ] == [200, 200, 403, 403, 403, 403]  # fmt: skip


def test_contact_says_whom_they_wish_to_meet_when_they_open_their_page(
    conference: Conference, visitor: FlaskClient
) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    come(conference, host, other, third)
    with transaction():
        conference.change_until = date(2999, 1, 1)
    delegation = make_delegation(conference, other)
    stranger = make_delegation(conference, third)
    page = f"/en/delegation/{delegation.token}/meetings"
    assert "Of your partners so far come: Kaluga." in words(visitor.get(page).text)
    assert visitor.post(page, data={"wished": str(other.id), "priority": "1"}).status_code == 422  # itself
    sent = {"wished": str(third.id), "priority": "1", "remark": "Schulen"}
    assert visitor.post(page, data=sent).headers["Location"] == page
    [kept] = db.session.scalars(select(MeetingWish))
    assert (kept.from_id, kept.to_id, kept.priority, kept.remark, kept.entered_by) == (
        other.id, third.id, 1, "Schulen", "contact",
    )  # fmt: skip
    assert visitor.post(f"/en/delegation/{stranger.token}/meetings/{kept.id}/take-back").status_code == 404
    plan(conference)
    place(conference)
    assert "The meetings are not settled yet." in words(visitor.get(page).text)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    shown = words(visitor.get(page).text)
    assert ("Tuesday, 29 June 2021" in shown, "Table" in shown, "The meetings are not settled" in shown) == (
        True, True, False,
    )  # fmt: skip
    assert visitor.post(f"{page}/{kept.id}/take-back").status_code == 303
    assert db.session.scalars(select(MeetingWish)).all() == []
    assert visitor.get("/en/delegation/forged/meetings").status_code == 404


def test_contact_finds_the_meetings_on_the_page_of_the_delegation_when_they_are_planned(
    conference: Conference, visitor: FlaskClient
) -> None:
    other = suhl()
    delegation = make_delegation(conference, other)
    page = f"/en/delegation/{delegation.token}"
    before = visitor.get(page).text
    plan(conference)
    assert [f'href="{page}/meetings"' in text for text in (before, visitor.get(page).text)] == [False, True]


def command(*arguments: str) -> Any:
    command_line()
    result = CliRunner().invoke(GROUPS["programme"], ["meetings", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_command_places_meetings_and_names_who_has_none_when_told(conference: Conference) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    come(conference, host, other)
    plan(conference)
    wish(conference, host, third)
    told = {
        "new": 1, "moved": 0, "kept": 0, "freed": 0, "unplaced": [
            {"meeting": "Kaluga – Minden", "message": "nobody of the delegation Minden is accredited", "times": []}
        ],
    }  # fmt: skip
    assert command("--conference", conference.slug, "--dry-run") == told
    assert meetings_of(conference) == []
    assert command("--conference", conference.slug) == told
    assert table_plan_of(conference) == [("kaluga suhl", "07:00", "1", "placed")]


def test_wish_can_be_entered_at_the_desk_when_the_other_delegation_is_not_accredited_yet(
    conference: Conference, staff: Enter
) -> None:
    other = suhl()
    make_delegation(conference, other)
    come(conference, conference.host, accreditation=Accreditation.APPLIED)
    sent = {"wishing": str(conference.host.id), "wished": str(other.id), "priority": "2", "remark": ""}
    client = staff("secretariat")
    assert client.post(f"{DESK}/wishes", data=sent | {"wished": ""}).status_code == 422
    assert client.post(f"{DESK}/wishes", data=sent | {"wished": str(conference.host.id)}).status_code == 422
    assert client.post(f"{DESK}/wishes", data=sent).status_code == 303
    assert "one side has nobody accredited" in words(client.get(f"{DESK}/wishes").text)
    [kept] = db.session.scalars(select(MeetingWish))
    assert client.post(f"{DESK}/wishes/{kept.id}/take-back").status_code == 303
    assert db.session.scalars(select(MeetingWish)).all() == []


def test_contact_changes_nothing_when_the_date_has_passed(conference: Conference, visitor: FlaskClient) -> None:
    other = suhl()
    come(conference, conference.host, other)
    with transaction():
        conference.change_until = date(2021, 1, 1)
    delegation = make_delegation(conference, other)
    answer = visitor.post(f"/en/delegation/{delegation.token}/meetings",
                          data={"wished": str(conference.host.id), "priority": "1"})  # fmt: skip
    assert (answer.status_code, db.session.scalars(select(MeetingWish)).all()) == (422, [])


def test_warnings_tell_of_one_table_taken_twice_but_not_of_two_tables_when_meetings_share_a_room(
    conference: Conference,
) -> None:
    rows = [conference.host, suhl(), city("minden", "Минден", "Minden"), city("perm", "Пермь", "Perm", "RU")]
    make_partnership(rows[0], rows[1])
    make_partnership(rows[2], rows[3])
    come(conference, *rows)
    hall = make_room(conference)
    plan(conference, room_id=hall.id, windows=(Window(TEN, TEN + HALF, ("1", "2")),))
    place(conference)
    assert [(one.starts_at, one.table) for one in meetings_of(conference)] == [(TEN, "1"), (TEN, "2")]
    assert [one.sessions for one in warnings_of(conference) if one.kind == "room"] == []
    with transaction():
        meetings_of(conference)[1].table = "1"
    assert [one.sessions for one in warnings_of(conference) if one.kind == "room"] == [("B01", "B02")]


def test_meetings_are_as_before_when_a_run_is_undone_and_as_after_when_it_is_done_again(
    conference: Conference,
) -> None:
    host, other, third = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    come(conference, host, other, third)
    plan(conference, tables=("1",), windows=(Window(TEN, TEN + 2 * HALF, ("1",)),))
    place(conference)
    first = table_plan_of(conference)
    make_session(conference, starts_at=TEN, ends_at=TEN + HALF)
    wish(conference, third, other)
    plan(conference, tables=("Ока",), windows=(Window(TEN, TEN + 3 * HALF, ("1",)),))
    place(conference)
    second = table_plan_of(conference)
    assert (first, second) == (
        [("kaluga suhl", "07:00", "1", "placed")],
        [("suhl minden", "07:30", "Ока", "placed"), ("kaluga suhl", "08:00", "Ока", "placed")],
    )
    given: dict[str, Any] = {"conference": conference, "actor": ACTOR, "at": NOW}
    undo_last(**given)
    assert table_plan_of(conference) == first
    redo_last(**given)
    assert table_plan_of(conference) == second
    meeting = meetings_of(conference)[1]
    move_meeting(meeting=meeting, starts_at=TEN + 2 * HALF, table="", interpreter="", actor=ACTOR, at=NOW)
    call_off_meeting(meeting=meeting, actor=ACTOR, at=NOW)
    undo_last(**given)
    undo_last(**given)
    assert table_plan_of(conference) == second


def test_meeting_goes_with_its_session_when_that_is_deleted(conference: Conference) -> None:
    come(conference, conference.host, other := suhl())
    plan(conference)
    add_meeting(conference=conference, one=conference.host, other=other, starts_at=TEN, table="1", interpreter="",
                actor=ACTOR, at=NOW)  # fmt: skip
    with transaction() as unit:
        unit.delete(unit.scalars(select(ProgrammeSession)).one())
    assert db.session.scalars(select(Meeting)).all() == []


# The way between houses


def _far(conference: Conference, minutes: int = 25) -> tuple[Any, Any]:
    """The hall of the meetings, and a cabinet in another house."""
    hall = make_room(conference)
    house = keep(Venue(conference_id=conference.id, name="Мэрия", name_ru="Мэрия"))
    keep(TravelTime(from_venue_id=hall.venue_id, to_venue_id=house.id, minutes=minutes))
    return hall, keep(Room(venue_id=house.id, name="Кабинет"))


def _talk(conference: Conference, room: Any, code: str, begins: datetime, **given: Any) -> ProgrammeSession:
    return make_session(conference, code, kind=SessionKind.ROUND_TABLE, room=room, starts_at=begins,
                        ends_at=begins + HALF, **given)  # fmt: skip


@pytest.mark.parametrize(("minutes", "hours"), [(25, ["08:00"]), (30, ["08:00"]), (31, []), (0, ["07:30"])])
def test_run_keeps_the_way_free_when_a_side_has_something_in_another_house(
    conference: Conference, minutes: int, hours: list[str]
) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    hall, cabinet = _far(conference, minutes)
    first = _talk(conference, cabinet, "A", TEN)
    keep(SessionParty(session_id=first.id, municipality_id=other.id))
    last = _talk(conference, cabinet, "B", TEN + 5 * HALF)
    keep(SessionParty(session_id=last.id, municipality_id=host.id))
    plan(conference, room_id=hall.id)
    place(conference)
    begins = [hour for _who, hour, _table, standing in table_plan_of(conference) if standing == "placed"]
    assert begins == hours


def test_run_keeps_no_way_free_when_the_other_session_is_by_video_or_in_the_same_house(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    come(conference, host, other)
    hall, cabinet = _far(conference)
    for code, room, given in (("A", hall, {}), ("B", cabinet, {"format": ConferenceFormat.VIDEO})):
        session = _talk(conference, room, code, TEN, **given)
        keep(SessionParty(session_id=session.id, municipality_id=other.id))
    plan(conference, room_id=hall.id)
    place(conference)
    assert [row[1] for row in table_plan_of(conference)] == ["07:30"]


def test_run_starts_from_where_a_transfer_arrives_when_somebody_leads_it(conference: Conference) -> None:
    host, other = conference.host, suhl()
    make_partnership(host, other)
    [_one, leader] = come(conference, host, other)
    hall, cabinet = _far(conference)
    bus = make_session(conference, "BUS", kind=SessionKind.TRANSFER, starts_at=TEN, ends_at=TEN + HALF,
                       venue_id=cabinet.venue_id, to_venue_id=hall.venue_id)  # fmt: skip
    keep(SessionPerson(session_id=bus.id, name="x", role=PersonRole.SPEAKER, delegate_id=leader.id))
    plan(conference, room_id=hall.id)
    place(conference)
    assert [row[1] for row in table_plan_of(conference)] == ["07:30"]


def test_run_keeps_the_way_of_sides_and_interpreter_free_when_a_meeting_was_put_elsewhere_by_hand(
    conference: Conference,
) -> None:
    host, other, minden = conference.host, suhl(), city("minden", "Минден", "Minden")
    make_partnership(host, other)
    come(conference, host, other, minden)
    hall, cabinet = _far(conference)
    plan(conference, room_id=hall.id, windows=(Window(TEN, TEN + 4 * HALF, ("Анна Орлова",)),))
    place(conference)
    [meeting] = meetings_of(conference)
    with transaction():
        meeting.session.room_id, meeting.state = cabinet.id, MeetingState.FIXED
    wish(conference, host, minden)
    place(conference)
    assert table_plan_of(conference) == [
        ("kaluga suhl", "07:00", "1", "fixed"), ("kaluga minden", "08:00", "1", "placed"),
    ]  # fmt: skip
