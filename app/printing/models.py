"""Print runs: what was printed, when, by whom, and what stood on each badge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime
from app.delegations.models import Delegate, Delegation
from app.printing.papers.models import Certificate, PrintedPaper

__all__ = ["Badge", "Certificate", "PrintRun", "PrintedPaper"]


class PrintRun(Model):
    """One printing. The PDF lies in the data folder under its SHA-256.

    ``scope`` is what was asked for (``all``, ``new``, ``delegation``, ``one``); ``deed_key`` is that of the job which
    printed it, so that a job begun anew does not print twice.
    """

    __tablename__ = "print_run"
    __table_args__ = (
        CheckConstraint("count >= 0 AND pages >= 0", name="counts"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    layout: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(20), default="all")
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id", ondelete="SET NULL"))
    count: Mapped[int]
    pages: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64))
    deed_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    printed_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegation: Mapped[Delegation | None] = relationship()
    badges: Mapped[list[Badge]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Badge(Model):
    """A badge as printed; ``fingerprint`` changes when what should stand on it changes."""

    __tablename__ = "badge"
    __table_args__ = (Index("ix_badge_delegate_run", "delegate_id", "run_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))

    delegate: Mapped[Delegate] = relationship()
