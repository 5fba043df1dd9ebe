"""Consents: who agreed to which text, when, and when they took it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime, enum_column
from app.delegations.rules.consents import Purpose


class ConsentWording(Model):
    """A text as it was shown, kept once under its SHA-256."""

    __tablename__ = "consent_wording"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Consent(Model):
    """One consent to one text for one purpose; never changed but for its withdrawal. The proof stays afterwards.

    ``wording`` is the SHA-256 of the text, empty for those given on earlier forms, whose words were those of the box.
    ``given_by`` says who acted: the person, a contact, staff; ``guardian`` names who agreed for a minor.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_one_living",
            "delegate_id", "purpose",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose] = mapped_column(enum_column(Purpose, "purpose"))
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    wording: Mapped[str] = mapped_column(String(64), default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[str] = mapped_column(String(254), default="")
    guardian: Mapped[str] = mapped_column(String(200), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(String(254), default="")
