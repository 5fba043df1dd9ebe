"""What people's own calendars have told them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class OwnEntry(Model):
    """A session in the own calendar of a delegate as they were told of it last: what is theirs no more is called off
    there for good, with a ``sequence`` above every one before it. ``raised``: above that of the release."""

    __tablename__ = "own_calendar_entry"
    __table_args__ = (UniqueConstraint("delegate_id", "uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), index=True)
    uid: Mapped[str] = mapped_column(String(120))
    sequence: Mapped[int]
    raised: Mapped[int]
    theirs: Mapped[bool]
