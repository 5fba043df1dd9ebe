"""What was decided on the control page about the door of a room, beyond the hours of the programme."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime
from app.programme.models import ProgrammeSession


class RoomDoor(Model):
    """The door of one session's room; no row: it opens and closes with the session.

    The later of ``opened_at`` and ``closed_at`` counts. ``leads_to_id``: whose room its join links lead to instead;
    that session leads nowhere itself.
    """

    __tablename__ = "room_door"
    __table_args__ = (CheckConstraint("leads_to_id IS NULL OR leads_to_id <> session_id", name="elsewhere"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), primary_key=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leads_to_id: Mapped[int | None] = mapped_column(ForeignKey("programme_session.id", ondelete="SET NULL"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    session: Mapped[ProgrammeSession] = relationship(foreign_keys=session_id)
    leads_to: Mapped[ProgrammeSession | None] = relationship(foreign_keys=leads_to_id)
