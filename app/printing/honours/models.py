"""Certificates of honour."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class Honour(Model):
    """One certificate of honour, for a person or a municipality, as it is printed in both languages.

    ``side`` is the language that stands first in the copy of the one honoured (``ru``, ``de``). ``printed_at`` is empty
    until it is printed as it now reads. A number is given once.
    """

    __tablename__ = "honour"
    __table_args__ = (
        UniqueConstraint("conference_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("side IN ('ru', 'de')", name="side"),
        CheckConstraint("name_ru <> '' AND name_de <> ''", name="named"),
        CheckConstraint("citation_ru <> '' AND citation_de <> ''", name="reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    number: Mapped[int]
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id", ondelete="SET NULL"))
    side: Mapped[str] = mapped_column(String(2))
    name_ru: Mapped[str] = mapped_column(String(400))
    name_de: Mapped[str] = mapped_column(String(400))
    line_ru: Mapped[str] = mapped_column(String(400), default="")  # office or town, below the name
    line_de: Mapped[str] = mapped_column(String(400), default="")
    citation_ru: Mapped[str] = mapped_column(Text)
    citation_de: Mapped[str] = mapped_column(Text)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
