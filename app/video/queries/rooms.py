"""The rooms there are, and the sessions that need one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db
from app.programme.models import ProgrammeSession
from app.programme.rules import held_as
from app.video.models import MeetingRoom


def rooms(conference: Conference) -> Sequence[MeetingRoom]:
    """The rooms that are in use now, in the order of the programme."""
    return db.session.scalars(
        select(MeetingRoom)
        .join(MeetingRoom.session)
        .where(ProgrammeSession.conference_id == conference.id, MeetingRoom.withdrawn_at.is_(None))
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
        .options(joinedload(MeetingRoom.session))
    ).all()


def rooms_of(session_ids: Sequence[int]) -> dict[int, MeetingRoom]:
    """The rooms of these sessions, withdrawn ones too, by session id."""
    found = db.session.scalars(select(MeetingRoom).where(MeetingRoom.session_id.in_(session_ids)))
    return {room.session_id: room for room in found}


def sessions_on_video(conference: Conference) -> list[ProgrammeSession]:
    """Sessions with an hour that are held by video or hybrid, in order."""
    found = db.session.scalars(
        select(ProgrammeSession)
        .where(
            ProgrammeSession.conference_id == conference.id,
            ProgrammeSession.cancelled.is_(False),
            ProgrammeSession.starts_at.is_not(None),
            ProgrammeSession.ends_at.is_not(None),
        )
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
    )
    return [item for item in found if held_as(item, conference.format) is not ConferenceFormat.IN_PERSON]
