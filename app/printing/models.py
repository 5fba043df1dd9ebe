"""Print runs: what was printed, when, by whom, and what stood on each badge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime
from app.delegations.models import Delegate, Delegation
from app.printing.honours.models import Honour
from app.printing.papers.models import Certificate, CertificateRule, PrintedPaper
from app.printing.seating.models import SeatingPlan, SeatingStep, SeatingTable, TakenSeat

__all__ = [
    "AccessMark",
    "Badge",
    "BadgeDesign",
    "BadgePicture",
    "Certificate",
    "CertificateRule",
    "Honour",
    "PrintRun",
    "PrintSettings",
    "PrintedPaper",
    "Printer",
    "SeatingPlan",
    "SeatingStep",
    "SeatingTable",
    "TakenSeat",
]


class PrintRun(Model):
    """One printing. The PDF lies in the data folder under its SHA-256.

    ``scope`` is what was asked for (``all``, ``new``, ``delegation``, ``role``, ``checked-in``, ``picked``, ``one``);
    ``deed_key`` is that of the job which printed it, so that a job begun anew does not print twice. ``options`` is how
    it was sorted and put on paper, ``reason`` why a badge was printed again.
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
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    printed_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegation: Mapped[Delegation | None] = relationship()
    badges: Mapped[list[Badge]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Badge(Model):
    """A badge as printed; ``fingerprint`` changes when what should stand on it changes, ``look`` when its look does."""

    __tablename__ = "badge"
    __table_args__ = (Index("ix_badge_delegate_run", "delegate_id", "run_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    back_fingerprint: Mapped[str] = mapped_column(String(64), default="", server_default="")  # "": no back printed
    look: Mapped[str] = mapped_column(String(16), default="", server_default="")  # "": printed before it was kept
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")  # why it was printed again
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # until its holder comes on site again

    delegate: Mapped[Delegate] = relationship()


class PrintSettings(Model):
    """What stands on the backs of the badges of a conference, beside everybody's own programme, and which of it."""

    __tablename__ = "print_settings"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), primary_key=True)
    wifi_name: Mapped[str] = mapped_column(String(64), default="")
    wifi_password: Mapped[str] = mapped_column(String(64), default="")
    emergency_ru: Mapped[str] = mapped_column(Text, default="")  # a line each
    emergency_de: Mapped[str] = mapped_column(Text, default="")
    emergency_en: Mapped[str] = mapped_column(Text, default="")
    back_programme: Mapped[bool] = mapped_column(default=True, server_default=true())
    back_emergency: Mapped[bool] = mapped_column(default=True, server_default=true())
    back_wifi: Mapped[bool] = mapped_column(default=True, server_default=true())


class BadgeDesign(Model):
    """How one kind of badge of a conference differs from the design that is shipped: choices, and own CSS."""

    __tablename__ = "badge_design"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    style: Mapped[str] = mapped_column(String(40), primary_key=True)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    css: Mapped[str] = mapped_column(Text, default="", server_default="")
    updated_by: Mapped[str] = mapped_column(String(254), default="", server_default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BadgePicture(Model):
    """A logo or a background of the badges of a conference, made anew from what was uploaded."""

    __tablename__ = "badge_picture"
    __table_args__ = (
        CheckConstraint("kind IN ('logo', 'background')", name="kind"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    picture: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]


class AccessMark(Model):
    """A zone or a day of a conference that some may enter: its words and its shape on the badge.

    ``roles``, ``delegations`` (ids) and ``people`` (numbers of delegates) are who has it; a person has it by any.
    """

    __tablename__ = "access_mark"
    __table_args__ = (
        UniqueConstraint("conference_id", "code"),
        CheckConstraint("code <> ''", name="has_a_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(4))  # stands on the badge beside the shape: «A», «28.6»
    shape: Mapped[str] = mapped_column(String(20))
    word_ru: Mapped[str] = mapped_column(String(60))
    word_de: Mapped[str] = mapped_column(String(60))
    word_en: Mapped[str] = mapped_column(String(60), default="", server_default="")
    roles: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    delegations: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    people: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class Printer(Model):
    """A printer and how far everything must be moved so that it meets the paper. Millimetres."""

    __tablename__ = "printer"
    __table_args__ = (
        CheckConstraint("name <> ''", name="has_a_name"),
        CheckConstraint("right_mm BETWEEN -20 AND 20 AND down_mm BETWEEN -20 AND 20", name="near"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    right_mm: Mapped[float] = mapped_column(default=0.0)
    down_mm: Mapped[float] = mapped_column(default=0.0)
