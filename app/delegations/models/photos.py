"""Photographs of delegates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime


class DelegatePhoto(Model):
    """A portrait 3 by 4, made anew from what was uploaded; its JPEG lies in the data folder under its SHA-256."""

    __tablename__ = "delegate_photo"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    uploaded_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
