"""Who signed up for a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime, enum_column
from app.delegations.models import Delegate
from app.programme.models.sessions import ProgrammeSession
from app.programme.rules import SignUpStanding


class SessionSignUp(Model):
    """A delegate signed up for a session; the line of those who wait is in the order of ``id``."""

    __tablename__ = "session_sign_up"
    __table_args__ = (UniqueConstraint("session_id", "delegate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), index=True)
    standing: Mapped[SignUpStanding] = mapped_column(enum_column(SignUpStanding, "standing"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    session: Mapped[ProgrammeSession] = relationship()
    delegate: Mapped[Delegate] = relationship()
