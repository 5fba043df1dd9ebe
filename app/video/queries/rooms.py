"""The rooms there are, and the sessions that need one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.conferences.models import Conference
from app.conferences.taking_part import has_hall_in_sql, has_screen, has_screen_in_sql
from app.database import db
from app.programme.models import ProgrammeSession
from app.programme.rules import NEEDS_A_PLACE, SessionKind, held_as
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


#: Nothing of these happens before a camera: no room is made for them by itself.
NEEDS_NO_ROOM = NEEDS_A_PLACE | {SessionKind.BREAK}


def lacking_rooms(at: datetime, conference: Conference | None = None) -> list[ProgrammeSession]:
    """Sessions to come that are held by video and have no room in use, of one conference or of all."""
    question = (
        select(ProgrammeSession)
        .join(ProgrammeSession.conference)
        .outerjoin(MeetingRoom, (MeetingRoom.session_id == ProgrammeSession.id) & MeetingRoom.withdrawn_at.is_(None))
        .where(
            MeetingRoom.id.is_(None),
            or_(has_screen_in_sql(Conference.format), ProgrammeSession.format.is_not(None)),
            ProgrammeSession.cancelled.is_(False),
            ProgrammeSession.kind.not_in(NEEDS_NO_ROOM),
            ProgrammeSession.starts_at.is_not(None),
            ProgrammeSession.ends_at > at,
        )
        .options(contains_eager(ProgrammeSession.conference))
        .order_by(ProgrammeSession.id)
    )
    if conference is not None:
        question = question.where(ProgrammeSession.conference_id == conference.id)
    return [item for item in db.session.scalars(question) if has_screen(held_as(item, item.conference.format))]


def any_by_video_alone(conference: Conference) -> bool:
    """Whether a session of a conference with a hall has moved to video: those on site enter it by their door, too."""
    moved = select(ProgrammeSession.id).where(
        ProgrammeSession.conference_id == conference.id,
        ProgrammeSession.cancelled.is_(False),
        not_(has_hall_in_sql(ProgrammeSession.format)),
    )
    return db.session.scalar(moved.limit(1)) is not None


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
    return [item for item in found if has_screen(held_as(item, conference.format))]
