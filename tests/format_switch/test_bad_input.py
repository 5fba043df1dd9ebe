"""The switch while others register, two at once, and a crash at every statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from app.clock import now
from app.conferences.models import Conference
from app.conferences.queries import get
from app.conferences.rules import Attendance, ConferenceFormat
from app.correspondence.models import Letter, RegisterEntry
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.format_switch.models import FormatSwitch, SwitchDraft
from app.format_switch.operations import apply_plan, draft_plan, switch
from app.format_switch.queries.plans import plan_of
from app.history.models import HistoryEntry
from app.jobs import Job
from app.mailroom.models import OutgoingMail
from app.programme.models import DraftStep, ProgrammeSession, Release
from app.programme.operations import release_programme
from app.programme.rules import SessionKind
from app.video.models import MeetingRoom
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_session

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
SLUG = "xvi-kaluga-2021"
TOUCHED = (
    Conference, Delegate, DraftStep, FormatSwitch, HistoryEntry, Job, Letter, MeetingRoom, OutgoingMail,
    ProgrammeSession, RegisterEntry, Release, SwitchDraft,
)  # fmt: skip


def kaluga(**given: Any) -> Conference:
    conference = make_conference(**given)
    make_session(conference, "K07")
    make_session(conference, "K09", kind=SessionKind.RECEPTION)
    make_delegate(conference, "D1", email="anna@kaluga.example")
    make_delegate(conference, "D2", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    return conference


def everything() -> dict[str, list[Any]]:
    """Every row a switch may touch."""
    db.session.rollback()
    return {
        model.__tablename__: [tuple(row) for row in db.session.execute(select(model.__table__).order_by("id"))]
        for model in TOUCHED
    }


def test_switch_loses_nobody_and_leaves_nobody_in_the_wrong_format_when_fifty_register(app: Flask) -> None:
    kaluga(format=HYBRID)
    visitors, start = [app.test_client() for _ in range(50)], Barrier(51)

    def register(number: int) -> int:
        start.wait(60)
        form = {
            "nonce": str(number), "last": f"Г{number}", "email": f"g{number}@kaluga.example", "role": "press",
            "attendance": ("onsite", "video")[number % 2], "consent_processing": "y",
        }  # fmt: skip
        with app.app_context():
            return int(visitors[number].post(f"/ru/c/{SLUG}/register", data=form).status_code)

    def move() -> None:
        start.wait(60)
        with app.app_context():
            switch(conference=get(SLUG), to=VIDEO, plan=None, reason="Einreise", actor=ACTOR, at=now())
            db.session.remove()

    with ThreadPoolExecutor(51) as crowd:
        moving = crowd.submit(move)
        assert Counter(crowd.map(register, range(50))) == {303: 50}
        moving.result()
    db.session.expire_all()
    rows = db.session.scalars(select(Delegate)).all()
    assert Counter((row.attendance, row.accreditation) for row in rows) == {
        (Attendance.VIDEO, Accreditation.GRANTED): 52
    }
    [deed] = db.session.scalars(select(FormatSwitch)).all()
    assert deed.counts["mails"] == len(
        [mail for mail in db.session.scalars(select(OutgoingMail)) if mail.kind == "format_changed"]
    )


def test_apply_plan_lets_one_of_two_organisers_win_when_both_press_at_once(app: Flask) -> None:
    conference = kaluga()
    plans = [
        draft_plan(conference=conference, to=to, reason="Einreise", actor=ACTOR, at=NOW).id
        for to in (VIDEO, HYBRID, VIDEO)
    ]
    start = Barrier(3)

    def press(number: int) -> str:
        with app.app_context():
            start.wait(60)
            plan = plan_of(get(SLUG), number)
            assert plan is not None
            try:
                done = apply_plan(plan=plan, version=plan.version, actor=ACTOR, at=now())
            except Refusal as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()
            return "applied" if done is not None else "nothing"

    with ThreadPoolExecutor(3) as both:
        assert Counter(both.map(press, plans)) == {"applied": 1, "WorldMoved": 2}
    db.session.expire_all()
    assert len(db.session.scalars(select(FormatSwitch)).all()) == 1


class Crash(Exception):
    """The power went."""


@contextmanager
def crash_at(number: int) -> Iterator[list[int]]:
    """Fail just before the statement of that number; the list counts them."""
    seen = [0]

    def before(*_args: Any) -> None:
        seen[0] += 1
        if seen[0] == number:
            raise Crash

    event.listen(db.engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", before)


def test_switch_does_all_or_nothing_when_it_crashes_at_any_statement(app: Flask) -> None:
    conference = kaluga()
    plan = draft_plan(conference=conference, to=VIDEO, reason="Einreise", actor=ACTOR, at=NOW)
    number, before = plan.id, everything()
    crashes = 0
    while True:
        with crash_at(crashes + 1):
            try:
                plan = plan_of(get(SLUG), number)
                assert plan is not None
                apply_plan(plan=plan, version=plan.version, actor=ACTOR, at=NOW)
            except Crash:
                crashes += 1
                db.session.remove()
            else:
                break
        assert everything() == before
    assert crashes > 30
    after = everything()
    assert len(after["format_switch"]) == 1
    assert len(after["outgoing_mail"]) == 2
    assert {row.attendance for row in db.session.scalars(select(Delegate))} == {Attendance.VIDEO}
