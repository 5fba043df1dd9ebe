"""Forgetting what plans say of people. Within the caller's transaction."""

from __future__ import annotations

from sqlalchemy import update

from app.conferences.models import Conference
from app.database import db
from app.format_switch.models import SwitchDraft


def forget_notes(*, conference: Conference) -> int:
    """Erase the notes of plans, which may name people; returns of how many."""
    found = db.session.execute(
        update(SwitchDraft)
        .where(SwitchDraft.conference_id == conference.id, SwitchDraft.notes != "")
        .values(notes="", version=SwitchDraft.version + 1)
        .execution_options(synchronize_session=False)
    )
    return int(found.rowcount)  # type: ignore[attr-defined]  # the result of an update has it
