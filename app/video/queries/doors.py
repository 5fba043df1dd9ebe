"""What was decided by hand about the doors of rooms."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.programme.models import ProgrammeSession
from app.video.models.doors import RoomDoor


def doors_of(conference: Conference, session_ids: Collection[int] | None = None) -> dict[int, RoomDoor]:
    """The doors somebody has decided about, by session. One query.

    :param session_ids: only of these sessions.
    """
    question = (
        select(RoomDoor)
        .join(ProgrammeSession, ProgrammeSession.id == RoomDoor.session_id)
        .where(ProgrammeSession.conference_id == conference.id)
    )
    if session_ids is not None:
        question = question.where(RoomDoor.session_id.in_(session_ids))
    return {door.session_id: door for door in db.session.scalars(question)}
