"""Reading the tracks of a programme."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import db
from app.programme.models import ProgrammeSession, ProgrammeTrack


def tracks_of(conference: Conference) -> Sequence[ProgrammeTrack]:
    """The tracks of a conference in their order."""
    return db.session.scalars(
        select(ProgrammeTrack)
        .where(ProgrammeTrack.conference_id == conference.id)
        .order_by(ProgrammeTrack.position, ProgrammeTrack.id)
    ).all()


def sessions_by_track(conference: Conference) -> dict[int, int]:
    """How many sessions of the draft belong to each track."""
    rows = db.session.execute(
        select(ProgrammeSession.track_id, func.count())
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.track_id.is_not(None))
        .group_by(ProgrammeSession.track_id)
    )
    return {number: count for number, count in rows if number is not None}
