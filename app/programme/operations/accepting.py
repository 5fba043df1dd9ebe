"""Accepting a warning for good: it is told again when what it is about changes."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import AcceptedWarning
from app.programme.queries.warnings import told_warnings

LONGEST_NOTE = 500


def accept_warning(*, conference: Conference, key: str, note: str, actor: Actor, at: datetime) -> AcceptedWarning:
    """Leave a warning as it is; accepted once more, the first word counts.

    :raises Refusal: when the draft has no such warning (any more), or the note is too long.
    """
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise Refusal(_l("The note is too long: 500 characters are allowed."), field="note")
    with transaction() as session:
        lock(conference)
        told = next((one for one in told_warnings(conference) if one.warning.key == key), None)
        if told is None:
            raise Refusal(_l("This warning does not stand there any more: the draft has changed meanwhile."))
        if told.accepted is not None:
            return told.accepted
        row = AcceptedWarning(conference_id=conference.id, kind=told.warning.kind, key=key, note=note,
                              accepted_by=actor.label, accepted_at=at)  # fmt: skip
        session.add(row)
        session.flush()
        record(deed="programme.accept_warning", subject=row, actor=actor, at=at,
               details={"kind": row.kind, "sessions": list(told.warning.sessions), "note": note})  # fmt: skip
    return row


def take_back_acceptance(*, conference: Conference, key: str, actor: Actor, at: datetime) -> bool:
    """Tell a warning again; False when nobody had accepted it."""
    with transaction() as session:
        lock(conference)
        row = session.scalar(
            select(AcceptedWarning).where(AcceptedWarning.conference_id == conference.id, AcceptedWarning.key == key)
        )
        if row is None:
            return False
        record(deed="programme.take_back_acceptance", subject=row, actor=actor, at=at, details={"kind": row.kind})
        session.delete(row)
    return True
