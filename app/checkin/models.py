"""Who has arrived where a conference is held."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.checkin.rules import LONGEST_REASON, How
from app.conferences.models import Conference
from app.database import Model, UtcDateTime, enum_column
from app.delegations.models import Delegate


class CheckIn(Model):
    """Somebody has arrived. What was taken back (``undone_at``) stays, with the reason; nobody has two that stand."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index(
            "uq_check_in_one_standing",
            "delegate_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_check_in_latest", "conference_id", "at"),
        CheckConstraint("(undone_at IS NULL) = (undo_reason = '')", name="undone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(254), default="")
    how: Mapped[How] = mapped_column(enum_column(How, "how"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str] = mapped_column(String(254), default="")
    undo_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")

    conference: Mapped[Conference] = relationship()
    delegate: Mapped[Delegate] = relationship()
