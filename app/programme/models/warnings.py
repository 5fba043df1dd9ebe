"""What the organisers looked at and leave as it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class AcceptedWarning(Model):
    """A warning accepted for good, with a note. ``key`` holds the facts it is about (see ``Warning_.key``): when one
    of them changes, it is another warning and is told again."""

    __tablename__ = "accepted_warning"
    __table_args__ = (UniqueConstraint("conference_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    accepted_by: Mapped[str] = mapped_column(String(254), default="")
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
