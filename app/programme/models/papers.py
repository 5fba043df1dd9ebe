"""Papers made from the programme."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class ProgrammePaper(Model):
    """A paper somebody had made. The PDF lies in the data folder under its SHA-256.

    ``release_number`` 0: made from the draft. ``options`` are what was chosen; ``sign`` says what it shows, so that the
    same paper is not made twice.
    """

    __tablename__ = "programme_paper"
    __table_args__ = (
        CheckConstraint("pages >= 0 AND size >= 0 AND release_number >= 0", name="counts"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    release_number: Mapped[int] = mapped_column(default=0)
    sign: Mapped[str] = mapped_column(String(64), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[str] = mapped_column(String(254), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
