"""Steps with meetings: what is changed at a meeting by hand stays in later runs, and a session that comes back is a
meeting again, at the table it had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.i18n import LANGUAGES
from app.programme.models import DraftStep, Meeting, MeetingPlan, ProgrammeSession
from app.programme.operations.drafting import followers
from app.programme.operations.steps import Snapshot, Step, closers
from app.programme.queries.meeting_seats import told_table
from app.programme.rules import PersonRole
from app.programme.rules.meetings import MeetingState, interpreter_name

Row = dict[str, Any]


def kept_row(meeting: Meeting) -> Row:
    """A meeting as a step keeps it."""
    return {
        "pair": [meeting.a_id, meeting.b_id], "state": meeting.state.value, "table": meeting.table,
        "starts_at": meeting.starts_at.isoformat() if meeting.starts_at else None, "interpreter": meeting.interpreter,
    }  # fmt: skip


def remember(step: Step, uid: str, before: Row | None, meeting: Meeting) -> None:
    """Say what a step did to a meeting; ``before`` None: there was none."""
    known = step.details.setdefault("meetings", {})
    known[uid] = [known[uid][0] if uid in known else before, kept_row(meeting)]


def _follow(step: DraftStep, undone: bool) -> None:
    kept: dict[str, list[Row | None]] = step.details.get("meetings", {})
    sessions = {
        row.uid: row
        for row in db.session.scalars(
            select(ProgrammeSession).where(
                ProgrammeSession.conference_id == step.conference_id, ProgrammeSession.uid.in_(list(kept))
            )
        )
    }
    known = {
        (row.a_id, row.b_id): row
        for row in db.session.scalars(
            select(Meeting).where(Meeting.conference_id == step.conference_id).execution_options(populate_existing=True)
        )
    }
    for uid, both in kept.items():
        wanted = both[0] if undone else both[1]
        if wanted is None or uid not in sessions:
            continue  # with the session the meeting has gone
        one, other = wanted["pair"]
        meeting = known.get((one, other))
        if meeting is None:
            meeting = Meeting(conference_id=step.conference_id, a_id=one, b_id=other)
            db.session.add(meeting)
        meeting.session_id, meeting.state = sessions[uid].id, MeetingState(wanted["state"])
        meeting.table, meeting.interpreter = wanted["table"], wanted["interpreter"]
        meeting.starts_at = datetime.fromisoformat(wanted["starts_at"]) if wanted["starts_at"] else None
    db.session.flush()


BY_HAND = frozenset({"change", "move", "shift", "import", "reinstate", "restore"})
_PLACE = ("starts_at", "ends_at", "room_id", "venue_id", "format")


def _interpreters(kept: Snapshot) -> list[str]:
    return [one["name"] for one in kept["people"] if one["role"] == PersonRole.INTERPRETER]


def _is_by_hand(before: Snapshot, after: Snapshot) -> bool:
    """Whether a meeting got other hours, another place or interpreter, other sides, or was called off until now."""
    return not after["cancelled"] and (
        before["cancelled"]
        or any(before[name] != after[name] for name in _PLACE)
        or _interpreters(before) != _interpreters(after)
        or [one["municipality_id"] for one in before["parties"]] != [one["municipality_id"] for one in after["parties"]]
    )


def _fix_by_hand(conference: Conference, deed: str, step: Step) -> None:
    """What somebody changes at the session of a meeting, no run changes back."""
    if deed not in BY_HAND:
        return
    meetings = {
        row.session_id: row for row in db.session.scalars(select(Meeting).where(Meeting.conference_id == conference.id))
    }
    plan = db.session.get(MeetingPlan, conference.id)
    for session, before, after in step.touched(meetings):
        if session.uid in step.details.get("meetings", {}) or not _is_by_hand(before, after):
            continue
        meeting = meetings[session.id]
        kept = kept_row(meeting)
        meeting.state = MeetingState.FIXED
        if before["room_id"] != after["room_id"] and plan is not None and plan.room_id not in {None, session.room_id}:
            _leave_table(meeting, session)
        if _interpreters(before) != _interpreters(after):
            meeting.interpreter = _interpreter_of(meeting, _interpreters(after), plan)
        remember(step, session.uid, kept, meeting)


def _leave_table(meeting: Meeting, session: ProgrammeSession) -> None:
    """In another room the table it had is free for others."""
    for code in LANGUAGES:
        if getattr(session, f"description_{code}") == told_table(meeting.table, code):
            setattr(session, f"description_{code}", "")
    meeting.table = ""


def _interpreter_of(meeting: Meeting, names: list[str], plan: MeetingPlan | None) -> str:
    """Who interprets by now, as the settings call them; nobody when nobody of the session does."""
    if interpreter_name(meeting.interpreter) in names or not names:
        return meeting.interpreter if names or meeting.interpreter.isdigit() else ""
    offered = (one for window in (plan.windows if plan is not None else ()) for one in window.interpreters)
    return next((one for one in offered if interpreter_name(one) == names[0]), names[0][:80])


if _follow not in followers:
    followers.append(_follow)
    closers.append(_fix_by_hand)
