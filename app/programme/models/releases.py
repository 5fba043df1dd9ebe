"""Frozen programmes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime


class Release(Model):
    """A frozen, numbered programme. ``content`` is all a reader of it needs, with each session's calendar
    ``sequence``, which is raised when the session differs from the release before (RFC 5545 section 3.8.7.4)."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("conference_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    released_by: Mapped[str] = mapped_column(String(254), default="")
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
