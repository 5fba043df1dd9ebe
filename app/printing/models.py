"""Print runs: what was printed, when, by whom, and what stood on each badge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime
from app.delegations.models import Delegate


class PrintRun(Model):
    """One printing."""

    __tablename__ = "print_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    layout: Mapped[str] = mapped_column(String(60))
    count: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    printed_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    badges: Mapped[list[Badge]] = relationship(cascade="all, delete-orphan")


class Badge(Model):
    """A badge as printed; ``fingerprint`` changes when what should stand on it changes."""

    __tablename__ = "badge"
    __table_args__ = (Index("ix_badge_delegate_run", "delegate_id", "run_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))

    delegate: Mapped[Delegate] = relationship()
