"""Codes of badges that open nothing any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime, enum_column
from app.delegations.models.people import Delegate
from app.delegations.rules.badge_codes import WhyWithdrawn


class WithdrawnCode(Model):
    """A code somebody's badge had once, as SHA-256: whoever shows it at the entrance is told when it was withdrawn."""

    __tablename__ = "withdrawn_code"
    __table_args__ = (CheckConstraint("length(digest) = 64", name="digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    why: Mapped[WhyWithdrawn] = mapped_column(enum_column(WhyWithdrawn, "why"))
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegate: Mapped[Delegate] = relationship()
