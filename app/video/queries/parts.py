"""People with a part in a session who are no delegates: interpreters and speakers who were asked to come."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.conferences.rules import ConferenceFormat
from app.database import db
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules import Confirmation, held_as
from app.video.queries.doors import doors_of
from app.video.rules.joining import Doorway, Tie


def part_of(token: str) -> SessionPerson | None:
    """Whose link it is: that by which they said whether they come. None for those who do not, and for delegates."""
    if not token or len(token) > 64:
        return None
    found = db.session.scalar(
        select(SessionPerson)
        .join(SessionPerson.session)
        .options(contains_eager(SessionPerson.session).joinedload(ProgrammeSession.conference))
        .where(
            SessionPerson.token == token,
            SessionPerson.delegate_id.is_(None),
            SessionPerson.confirmation != Confirmation.DECLINED,
        )
    )
    if found is None or held_as(found.session, found.session.conference.format) is ConferenceFormat.IN_PERSON:
        return None
    return found if found.session.starts_at is not None and found.session.ends_at is not None else None


def doorway_of(part: SessionPerson) -> Doorway | None:
    """The door of the session they have a part in; None while its hours are not known."""
    session = part.session
    if session.starts_at is None or session.ends_at is None:
        return None
    door = doors_of(session.conference, [session.id]).get(session.id)
    leads_to = door.leads_to_id if door is not None else None
    return Doorway(
        session_id=session.id, starts_at=session.starts_at, ends_at=session.ends_at, tie=Tie.PART, door=door,
        leads_to=session.id if leads_to is None else leads_to, cancelled=session.cancelled,
    )  # fmt: skip
