"""Certificates with their numbers, and what stood on each paper that was printed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.checkin.rules import LONGEST_REASON
from app.database import Model, UtcDateTime, enum_column
from app.printing.papers.rules import Certified


class Certificate(Model):
    """The number of a person's certificate: given once, never to another person."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("conference_id", "number"),
        UniqueConstraint("delegate_id"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    number: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificateRule(Model):
    """Who of those on site gets a certificate, as the secretariat chose and why; without one it goes by itself."""

    __tablename__ = "certificate_rule"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    certified: Mapped[Certified] = mapped_column(enum_column(Certified, "certified"))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    chosen_by: Mapped[str] = mapped_column(String(254))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PrintedPaper(Model):
    """One person's paper as printed; ``fingerprint`` changes when what should stand on it changes."""

    __tablename__ = "printed_paper"
    __table_args__ = (Index("ix_printed_paper_delegate_run", "delegate_id", "run_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))
