"""Forgetting what the draft knows of people beyond what stands on paper. Within the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select, update

from app.conferences.models import Conference
from app.database import db
from app.programme.models import OwnEntry, ProgrammeSession, SessionPerson
from app.programme.operations.steps import forget_steps


def forget_parts(*, conference: Conference, delegates: Collection[int] | None = None) -> int:
    """Erase addresses, remarks and links of people with a part, and the steps that quote them; returns how many.

    Name, office and role stay: they stand in released programmes, which never change.

    :param delegates: only these; None: everybody of the conference.
    """
    sessions = select(ProgrammeSession.id).where(ProgrammeSession.conference_id == conference.id)
    question = update(SessionPerson).where(SessionPerson.session_id.in_(sessions))
    if delegates is not None:
        question = question.where(SessionPerson.delegate_id.in_(sorted(delegates)))
    found = db.session.execute(
        question.values(email="", remark="", token=None, delegate_id=None).execution_options(synchronize_session=False)
    )
    count = int(found.rowcount)  # type: ignore[attr-defined]  # the result of an update has it
    if count:
        forget_steps([conference.id])
    return count


def forget_own_entries(ids: Collection[int]) -> None:
    """Erase what the own calendars of these delegates have told them."""
    numbers = sorted(ids)
    for start in range(0, len(numbers), 5000):
        db.session.execute(delete(OwnEntry).where(OwnEntry.delegate_id.in_(numbers[start : start + 5000])))
