"""Visas: the rules, what a conference says, and the passport data of those who need one, locked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime, enum_column
from app.delegations.models.people import Delegate
from app.delegations.rules.visa import VisaNeed


class VisaRule(Model):
    """What the organisers decided for citizens of one country in a host country; ``*`` speaks for all others."""

    __tablename__ = "visa_rule"
    __table_args__ = (UniqueConstraint("citizenship", "host_country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    citizenship: Mapped[str] = mapped_column(String(3))
    host_country: Mapped[str] = mapped_column(String(2))
    need: Mapped[VisaNeed] = mapped_column(enum_column(VisaNeed, "need"))
    changed_by: Mapped[str] = mapped_column(String(254), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VisaSettings(Model):
    """Of one conference: how long passport data are kept after its last day, and to whom visa letters are addressed."""

    __tablename__ = "visa_settings"
    __table_args__ = (CheckConstraint("keep_days BETWEEN 0 AND 365", name="keep_days"),)

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    keep_days: Mapped[int] = mapped_column(default=30)
    consulate_ru: Mapped[str] = mapped_column(String(300), default="")
    consulate_de: Mapped[str] = mapped_column(String(300), default="")
    consulate_en: Mapped[str] = mapped_column(String(300), default="")


class PassportRecord(Model):
    """Passport data of one person: ``sealed`` opens with :mod:`app.strongbox` only, ``scan`` names a locked file."""

    __tablename__ = "passport_record"

    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    scan: Mapped[str] = mapped_column(String(32), default="")
    scan_type: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegate: Mapped[Delegate] = relationship()
