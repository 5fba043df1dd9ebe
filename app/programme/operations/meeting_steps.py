"""Undoing steps with meetings: a session that comes back is a meeting again, at the table it had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.database import db
from app.programme.models import DraftStep, Meeting, ProgrammeSession
from app.programme.operations.drafting import followers
from app.programme.operations.steps import Step
from app.programme.rules.meetings import MeetingState

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


if _follow not in followers:
    followers.append(_follow)
