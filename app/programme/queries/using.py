"""Which sessions use a house or a room, told to the storey that keeps them."""

from __future__ import annotations

from sqlalchemy import Text, cast, exists, or_, select

from app.conferences.models import Room, Venue
from app.database import db
from app.programme.models import ProgrammeSession, Release


def signs_of_users(place: Venue | Room) -> list[str]:
    """The signs of the sessions of the draft that take place there or lead there."""
    if isinstance(place, Room):
        condition = ProgrammeSession.room_id == place.id
    else:
        rooms = select(Room.id).where(Room.venue_id == place.id)
        condition = or_(
            ProgrammeSession.venue_id == place.id, ProgrammeSession.to_venue_id == place.id,
            ProgrammeSession.room_id.in_(rooms),
        )  # fmt: skip
    return list(db.session.scalars(select(ProgrammeSession.code).where(condition).order_by(ProgrammeSession.code)))


def sessions_in(room: Room) -> list[ProgrammeSession]:
    """The sessions of the draft in a room, in the order of their hours; cancelled ones, too."""
    rows = db.session.scalars(select(ProgrammeSession).where(ProgrammeSession.room_id == room.id))
    return sorted(rows, key=lambda row: (row.starts_at is None, row.starts_at or row.updated_at, row.code))


def released_with(sha256: str) -> bool:
    """Whether a release shows the picture of that SHA-256."""
    return bool(db.session.scalar(select(exists().where(cast(Release.content, Text).contains(sha256)))))
