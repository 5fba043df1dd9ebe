"""What was done to the draft, step by step, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime, enum_column
from app.programme.rules.steps import StepState


class DraftStep(Model):
    """One deed at the draft. ``before`` and ``after`` hold the sessions it touched by their ``uid``, None where there
    was none: ``before`` brings back what was, ``after`` proves that nobody has changed it since."""

    __tablename__ = "draft_step"
    __table_args__ = (UniqueConstraint("conference_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    deed: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    state: Mapped[StepState] = mapped_column(enum_column(StepState, "state"), default=StepState.DONE)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
