"""What happens in one session, minute by minute."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model
from app.programme.models.sessions import ProgrammeSession


class RunItem(Model):
    """A step of a session for those who make it happen: how long, who, what, and the cue for the technicians.

    ``before``: it comes before the session begins (doors, sound check); those steps end with its beginning.
    """

    __tablename__ = "run_item"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    before: Mapped[bool] = mapped_column(default=False, server_default=false())
    minutes: Mapped[int] = mapped_column(default=0)
    what_ru: Mapped[str] = mapped_column(String(400), default="")
    what_de: Mapped[str] = mapped_column(String(400), default="")
    who: Mapped[str] = mapped_column(String(300), default="")
    cue: Mapped[str] = mapped_column(String(400), default="")

    session: Mapped[ProgrammeSession] = relationship()
