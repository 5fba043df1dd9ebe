"""Words of the organisers to those in the lobby."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime
from app.programme.models import ProgrammeSession


class LobbyNotice(Model):
    """What stands on the lobby pages from ``sent_at`` until ``until`` (None: until it is withdrawn).

    ``session_id`` None: for everybody of the conference; else for those whose session it is or who are in its room.
    """

    __tablename__ = "lobby_notice"
    __table_args__ = (CheckConstraint("text_ru <> '' OR text_de <> '' OR text_en <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    text_ru: Mapped[str] = mapped_column(Text, default="")
    text_de: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    sent_by: Mapped[str] = mapped_column(String(254), default="")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
    session: Mapped[ProgrammeSession | None] = relationship()
