"""The history of switches: what each changed, so that the way back restores it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.conferences.rules import ConferenceFormat
from app.database import Model, UtcDateTime, enum_column


class FormatSwitch(Model):
    """One applied switch. ``changes`` names the rows it moved, by table, with their values before."""

    __tablename__ = "format_switch"
    __table_args__ = (CheckConstraint("from_format <> to_format", name="moves"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    from_format: Mapped[ConferenceFormat] = mapped_column(enum_column(ConferenceFormat, "from_format"))
    to_format: Mapped[ConferenceFormat] = mapped_column(enum_column(ConferenceFormat, "to_format"))
    reason: Mapped[str] = mapped_column(String(1000))
    plan_digest: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
