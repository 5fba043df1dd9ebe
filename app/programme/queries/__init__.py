"""Reading programmes: the draft, its warnings, its releases."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.conferences.models import Conference, Room
from app.database import db
from app.programme.models import ProgrammeSession, Release, SessionParty
from app.programme.queries.warnings import warnings_of

__all__ = [
    "current_release", "newest_number", "release_numbered", "releases_of", "session_by_code",
    "sessions_of", "warnings_of", "with_all_parts",
]  # fmt: skip


def with_all_parts() -> tuple[ExecutableOption, ...]:
    """Load sessions with room, venues, track, people, parties, agreements and materials (five queries)."""
    return (
        joinedload(ProgrammeSession.room).joinedload(Room.venue),
        joinedload(ProgrammeSession.venue),
        joinedload(ProgrammeSession.to_venue),
        joinedload(ProgrammeSession.track),
        selectinload(ProgrammeSession.people),
        selectinload(ProgrammeSession.parties).joinedload(SessionParty.municipality),
        selectinload(ProgrammeSession.agreements),
        selectinload(ProgrammeSession.materials),
    )


def sessions_of(conference: Conference) -> list[ProgrammeSession]:
    """The working draft in the order of its hours, with all parts (five queries).

    Sessions of a day whose hour is unknown stand at the end of it, those without a day at the very end.
    """
    found = db.session.scalars(
        select(ProgrammeSession).where(ProgrammeSession.conference_id == conference.id).options(*with_all_parts())
    ).all()
    zone = ZoneInfo(conference.timezone)

    def place(session: ProgrammeSession) -> tuple[bool, str, bool, str, str]:
        day = session.day_in(zone)
        return (
            day is None, day.isoformat() if day else "",
            session.starts_at is None, session.starts_at.isoformat() if session.starts_at else "", session.code,
        )  # fmt: skip

    return sorted(found, key=place)


def session_by_code(conference: Conference, code: str) -> ProgrammeSession | None:
    """One session of the draft by its id in programme files."""
    return db.session.scalar(
        select(ProgrammeSession)
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.code == code)
        .options(*with_all_parts())
    )


def releases_of(conference: Conference) -> Sequence[Release]:
    """All releases, newest first."""
    return db.session.scalars(
        select(Release).where(Release.conference_id == conference.id).order_by(Release.number.desc())
    ).all()


def current_release(conference: Conference) -> Release | None:
    """The newest release; None while there is only a draft."""
    return db.session.scalar(
        select(Release).where(Release.conference_id == conference.id).order_by(Release.number.desc()).limit(1)
    )


def release_numbered(conference: Conference, number: int) -> Release | None:
    """One release."""
    return db.session.scalar(select(Release).where(Release.conference_id == conference.id, Release.number == number))


def newest_number(conference: Conference) -> int:
    """The number of the newest release, 0 when there is none."""
    return db.session.scalar(select(func.max(Release.number)).where(Release.conference_id == conference.id)) or 0
