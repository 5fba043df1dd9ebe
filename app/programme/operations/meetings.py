"""Meetings of delegations: how they are held, who wishes one, a run looked at and then applied, and by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.conferences.models import Conference, Room
from app.database import db, lock, transaction
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import MeetingPlan, MeetingProposal, MeetingWindow, MeetingWish
from app.programme.queries.meetings import plan_of, proposal_of, situation
from app.programme.rules.meeting_solver import solve
from app.programme.rules.meetings import LONGEST_SLOT, PRIORITIES, Why, Window, require_windows

MOST_WISHES = 50  # of one delegation
Told = Callable[[int, int], object]


@dataclass(frozen=True)
class PlanDetails:
    """What the form of the settings hands over."""

    room_id: int | None
    slot_minutes: int
    break_minutes: int
    per_half_day: int
    tables: tuple[str, ...]
    windows: tuple[Window, ...]


def _require_plan(conference: Conference, details: PlanDetails) -> None:
    if not details.tables:
        raise Refusal(_l("There must be one table at least."), field="tables")
    if not 5 <= details.slot_minutes <= LONGEST_SLOT:
        raise Refusal(_l("A meeting lasts 5 to 240 minutes."), field="slot_minutes")
    if not 0 <= details.break_minutes <= LONGEST_SLOT:
        raise Refusal(_l("A break lasts 0 to 240 minutes."), field="break_minutes")
    if not 1 <= details.per_half_day <= 100:
        raise Refusal(_l("A whole number from 1 to 100, please."), field="per_half_day")
    require_windows(details.windows)
    shortest = timedelta(minutes=details.slot_minutes)
    for number, window in enumerate(details.windows):
        if window.ends_at - window.starts_at < shortest:
            raise Refusal(_l("This window is shorter than one meeting."), field=f"windows-{number}-end")
    room = db.session.get(Room, details.room_id) if details.room_id else None
    if details.room_id and (room is None or room.venue.conference_id != conference.id):
        raise Refusal(_l("This room does not belong to the conference."), field="room")


def settle_meetings(*, conference: Conference, details: PlanDetails, actor: Actor, at: datetime) -> MeetingPlan:
    """Say when, where and how meetings are held. What is placed already stays until the next run.

    :raises Refusal: naming the field: no table, a window that ends before it begins, a room of elsewhere.
    """
    _require_plan(conference, details)
    with transaction() as unit:
        lock(conference)
        plan = plan_of(conference)
        if plan is None:
            plan = MeetingPlan(conference_id=conference.id, updated_at=at)
            unit.add(plan)
        plan.room_id, plan.tables = details.room_id, list(details.tables)
        plan.slot_minutes, plan.break_minutes = details.slot_minutes, details.break_minutes
        plan.per_half_day, plan.updated_at = details.per_half_day, at
        plan.windows[:] = [
            MeetingWindow(starts_at=one.starts_at, ends_at=one.ends_at, interpreters=list(one.interpreters))
            for one in sorted(details.windows, key=lambda one: one.starts_at)
        ]
        unit.flush()
        record(deed="programme.settle_meetings", subject=conference, actor=actor, at=at,
               details={"windows": len(plan.windows), "tables": len(plan.tables)},
               conference_id=conference.id)  # fmt: skip
    return plan


def wish_meeting(
    *, conference: Conference, wishing: Municipality, wished: Municipality, priority: int, remark: str, actor: Actor,
    at: datetime,
) -> MeetingWish:  # fmt: skip
    """Keep that one delegation wishes to meet another; said again it replaces what was said before.

    :raises Refusal: for itself, for a priority that is none, or when it has too many.
    """
    if wishing.id == wished.id:
        raise Refusal(_l("A delegation cannot meet itself."), field="wished")
    if priority not in PRIORITIES:
        raise Refusal(_l("Choose how important the meeting is."), field="priority")
    with transaction() as unit:
        lock(conference)
        known = unit.query(MeetingWish).filter_by(conference_id=conference.id, from_id=wishing.id).all()
        row = next((one for one in known if one.to_id == wished.id), None)
        if row is None:
            if len(known) >= MOST_WISHES:
                raise Refusal(_l("A delegation may wish %(count)s meetings at most.", count=MOST_WISHES))
            row = MeetingWish(conference_id=conference.id, from_id=wishing.id, to_id=wished.id, at=at)
            unit.add(row)
        row.priority, row.remark, row.entered_by, row.at = priority, remark[:1000], actor.kind, at
        unit.flush()
        record(deed="programme.wish_meeting", subject=row, actor=actor, at=at,
               details={"from": wishing.slug, "to": wished.slug, "priority": priority})  # fmt: skip
    return row


def take_back_wish(*, wish: MeetingWish, actor: Actor, at: datetime) -> None:
    """Forget a wish. What was placed because of it goes with the next run, unless the two are partners."""
    with transaction() as unit:
        lock(wish)
        record(deed="programme.take_back_wish", subject=wish, actor=actor, at=at,
               details={"from": wish.from_id, "to": wish.to_id})  # fmt: skip
        unit.delete(wish)


def propose_meetings(
    *, conference: Conference, actor: Actor, at: datetime, told: Told | None = None
) -> MeetingProposal:
    """Look for a place for every meeting and keep what was found, to be looked at; the draft stays as it is.

    :raises Refusal: while nothing is settled or there is no window.
    """
    if plan_of(conference) is None:
        raise Refusal(_l("First say when and where meetings are held."))
    now_so = situation(conference)
    if not now_so.problem.slots:
        raise Refusal(_l("There is no time for meetings yet: enter a window first."))
    outcome = solve(now_so.problem, told)
    slots = now_so.problem.slots
    content: dict[str, Any] = {
        "seats": [
            [*pair, slots[seat.slot].starts_at.isoformat(), slots[seat.slot].ends_at.isoformat(), seat.table,
             seat.interpreter]
            for pair, seat in sorted(outcome.seats.items(), key=lambda entry: (entry[1].slot, entry[0]))
        ],
        "unplaced": [[one.a, one.b, one.why.value, one.side] for one in outcome.unplaced]
        + [[*pair, Why.ABSENT.value, side] for pair, side in now_so.absent],
        "gone": [[meeting.a_id, meeting.b_id, side] for meeting, side in now_so.gone],
        "over": [[meeting.a_id, meeting.b_id] for meeting in now_so.over],
        "fixed": len(now_so.problem.held),
    }  # fmt: skip
    with transaction() as unit:
        lock(conference)
        row = proposal_of(conference)
        if row is None:
            row = MeetingProposal(conference_id=conference.id)
            unit.add(row)
        row.content, row.basis, row.made_by, row.made_at = content, now_so.digest, actor.label, at
    return row


def discard_proposal(*, conference: Conference) -> None:
    """Forget what the last run found."""
    with transaction() as unit:
        unit.execute(delete(MeetingProposal).where(MeetingProposal.conference_id == conference.id))
