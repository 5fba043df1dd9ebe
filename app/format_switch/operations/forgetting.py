"""Forgetting what plans say of people, and what was withdrawn of theirs. Within the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, update

from app.conferences.models import Conference
from app.database import db
from app.format_switch.models import SwitchDraft, WithdrawnRequest
from app.format_switch.queries.requests import parts


def forget_notes(*, conference: Conference) -> int:
    """Erase the notes of plans, which may name people; returns of how many."""
    found = db.session.execute(
        update(SwitchDraft)
        .where(SwitchDraft.conference_id == conference.id, SwitchDraft.notes != "")
        .values(notes="", version=SwitchDraft.version + 1)
        .execution_options(synchronize_session=False)
    )
    return int(found.rowcount)  # type: ignore[attr-defined]  # the result of an update has it


def forget_requests(ids: Collection[int]) -> int:
    """Erase what people asked for and a switch withdrew; returns how many requests there were."""
    count = 0
    for some in parts(ids):
        found = db.session.execute(delete(WithdrawnRequest).where(WithdrawnRequest.delegate_id.in_(some)))
        count += int(found.rowcount)  # type: ignore[attr-defined]  # the result of a delete has it
    return count
