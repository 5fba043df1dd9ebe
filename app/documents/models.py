"""Sealed files."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class SealedDocument(Model):
    """A file that never changes: its bytes lie in the data folder under their SHA-256.

    ``code`` is what ``/verify/CODE`` shows; ``kind`` is letter, attachment, … ; ``sheets`` are printed leaves.
    One that is ``private`` lies there locked (:mod:`app.strongbox`) and may be erased; its SHA-256 stays as proof.
    """

    __tablename__ = "sealed_document"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(80), default="application/pdf")
    kind: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    number: Mapped[str] = mapped_column(String(80), default="")
    dated: Mapped[date | None]
    addressee_office: Mapped[str] = mapped_column(String(400), default="")
    sheets: Mapped[int] = mapped_column(default=0)
    signed: Mapped[bool] = mapped_column(default=False)
    private: Mapped[bool] = mapped_column(default=False, server_default=false())  # locked: passport data stand in it
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a private one: the bytes are gone
    annulled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # issued and unchanged, but no longer valid
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
