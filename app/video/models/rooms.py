"""Meeting rooms. The raw address leaves the house only at the click on a join link."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime, enum_column
from app.programme.models import ProgrammeSession
from app.video.rules import Provider


class MeetingRoom(Model):
    """The room of one session; ``withdrawn_at`` is set while the session is not on video, and cleared again."""

    __tablename__ = "meeting_room"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), unique=True)
    provider: Mapped[Provider] = mapped_column(enum_column(Provider, "provider"), default=Provider.PLAIN)
    url: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    session: Mapped[ProgrammeSession] = relationship()
