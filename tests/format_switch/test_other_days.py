"""Moving a session to another day in a plan, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml.html import document_fromstring

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.format_switch.operations import PlanDetails, apply_plan, change_plan, draft_plan, switch
from app.format_switch.queries.clashes import new_clashes
from app.format_switch.queries.paper import plan_html
from app.format_switch.queries.plans import decisions_of, hours_of, planned
from app.format_switch.queries.zones import shown_strips
from app.format_switch.rules import Decision, Scope, ScopeKind
from app.i18n import speaking
from app.programme.models import ProgrammeSession
from app.programme.operations import release_programme
from app.programme.queries import current_release
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_room, make_session

HYBRID, IN_PERSON, VIDEO = ConferenceFormat.HYBRID, ConferenceFormat.IN_PERSON, ConferenceFormat.VIDEO
GIVEN: dict[str, Any] = {"actor": ACTOR, "at": NOW}
FIRST, SECOND = datetime(2021, 6, 28, 8, 0, tzinfo=UTC), datetime(2021, 6, 29, 8, 0, tzinfo=UTC)


def kaluga() -> Conference:
    """One working group each on the first and the second day, in the same room at the same hours."""
    conference = make_conference()
    room = make_room(conference)
    for code, starts in (("K07", FIRST), ("K20", SECOND)):
        make_session(conference, code, room_id=room.id, starts_at=starts, ends_at=starts + timedelta(hours=2))
    make_delegate(conference, "D1", email="anna@kaluga.example")
    return conference


def times() -> dict[str, datetime | None]:
    db.session.expire_all()
    return {row.code: row.starts_at for row in db.session.query(ProgrammeSession)}


def number_of(code: str) -> int:
    return db.session.query(ProgrammeSession).filter_by(code=code).one().id


def test_plan_moves_a_session_to_another_day_and_the_way_back_returns_it(
    app: Flask, staff: Callable[[str], FlaskClient]
) -> None:
    conference = kaluga()
    release_programme(conference=conference, name="", **GIVEN)
    plan = draft_plan(conference=conference, to=HYBRID, reason="Ограничения на въезд", **GIVEN)
    assert new_clashes(conference, planned(plan)) == []
    address = f"/de/desk/c/{conference.slug}/switch/plans/{plan.id}"
    sent = {"version": plan.version, f"day-{number_of('K07')}": "2021-06-29", f"start-{number_of('K07')}": "11:30",
            f"end-{number_of('K07')}": "13:00"}  # fmt: skip
    assert staff("organiser").post(f"{address}/sessions", data=sent).status_code == 303
    moved = datetime(2021, 6, 29, 8, 30, tzinfo=UTC)
    [decision] = decisions_of(plan).values()
    assert decision == Decision("", moved, moved + timedelta(hours=1, minutes=30))
    assert [(one.kind, set(one.sessions)) for one in new_clashes(conference, planned(plan))] == [
        ("room", {"K07", "K20"})
    ]
    hours = hours_of(plan, planned(plan))
    assert [strip.day.isoformat() for strip in shown_strips(hours.sessions, hours.zones, host=conference.timezone)] == [
        "2021-06-29"
    ]
    page = document_fromstring(staff("organiser").get(f"{address}?view=sessions").get_data(as_text=True))
    assert page.xpath(f"//select[@id='day-{number_of('K07')}']/option[@selected]/@value") == ["2021-06-29"]
    assert "an einem anderen Tag: Dienstag, 29.\xa0Juni\xa02021" in page.text_content()
    with speaking("de"):
        assert "29.06.2021, 11:30–13:00" in plan_html(plan, at=NOW)
    apply_plan(plan=plan, version=plan.version, **GIVEN)
    assert times() == {"K07": moved, "K20": SECOND}
    published = current_release(conference)
    assert published is not None
    assert {item["id"]: item["date"] for item in published.content["items"]} == {
        "K07": "2021-06-29", "K20": "2021-06-29",
    }  # fmt: skip
    switch(conference=conference, to=IN_PERSON, plan=None, reason="Назад", actor=ACTOR, at=NOW + timedelta(hours=1))
    assert times() == {"K07": FIRST, "K20": SECOND}


def test_day_gets_back_what_was_moved_away_from_it_when_it_alone_goes_back(app: Flask) -> None:
    conference = kaluga()
    first = Scope(ScopeKind.DAY, "2021-06-28")
    uid = db.session.get_one(ProgrammeSession, number_of("K07")).uid
    later = SECOND + timedelta(hours=4)
    switch(conference=conference, to=HYBRID, plan=None, reason="Туда", scope=first,
           decisions={uid: Decision("", later, later + timedelta(hours=2))}, **GIVEN)  # fmt: skip
    assert times() == {"K07": later, "K20": SECOND}
    switch(conference=conference, to=IN_PERSON, plan=None, reason="Назад", scope=first, actor=ACTOR,
           at=NOW + timedelta(hours=1))  # fmt: skip
    assert times() == {"K07": FIRST, "K20": SECOND}


def test_plan_refuses_a_day_that_is_none_of_the_conference(app: Flask, staff: Callable[[str], FlaskClient]) -> None:
    conference = kaluga()
    plan = draft_plan(conference=conference, to=VIDEO, reason="Ограничения на въезд", **GIVEN)
    answer = staff("organiser").post(
        f"/ru/desk/c/{conference.slug}/switch/plans/{plan.id}/sessions",
        data={"version": plan.version, f"day-{number_of('K07')}": "2021-08-01"},
    )
    assert answer.status_code == 422
    assert "K07: выберите один из дней конференции." in answer.get_data(as_text=True)
    assert decisions_of(plan) == {}


def test_session_keeps_its_hours_when_only_another_day_is_chosen(
    app: Flask, staff: Callable[[str], FlaskClient]
) -> None:  # fmt: skip
    conference = kaluga()
    with transaction():
        late = db.session.get_one(ProgrammeSession, number_of("K07"))
        late.starts_at, late.ends_at = FIRST + timedelta(hours=11), FIRST + timedelta(hours=15)  # over midnight
    plan = draft_plan(conference=conference, to=HYBRID, reason="Ограничения на въезд", **GIVEN)
    sent = {"version": plan.version, f"day-{number_of('K07')}": "2021-06-30"}
    staff("organiser").post(f"/ru/desk/c/{conference.slug}/switch/plans/{plan.id}/sessions", data=sent)
    [decision] = decisions_of(plan).values()
    assert (decision.starts_at, decision.ends_at) == (
        datetime(2021, 6, 30, 19, 0, tzinfo=UTC), datetime(2021, 6, 30, 23, 0, tzinfo=UTC),
    )  # fmt: skip
    assert change_plan(plan=plan, details=PlanDetails(decisions={}), version=plan.version, **GIVEN)
