"""Meetings of two delegations: when and where they may be held, who wishes one, what was placed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference, Room
from app.database import Model, UtcDateTime, enum_column
from app.directory.models import Municipality
from app.programme.models.sessions import ProgrammeSession
from app.programme.rules.meetings import MeetingState


class MeetingPlan(Model):
    """How a conference holds its meetings. ``tables`` are names; one of digits only is the table of that number."""

    __tablename__ = "meeting_plan"
    __table_args__ = (
        CheckConstraint("slot_minutes BETWEEN 5 AND 240", name="slot_minutes"),
        CheckConstraint("break_minutes BETWEEN 0 AND 240", name="break_minutes"),
        CheckConstraint("per_half_day >= 1", name="per_half_day"),
    )

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"), index=True)
    slot_minutes: Mapped[int] = mapped_column(default=30)
    break_minutes: Mapped[int] = mapped_column(default=0)
    per_half_day: Mapped[int] = mapped_column(default=4)
    tables: Mapped[list[str]] = mapped_column(JSON, default=list)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
    room: Mapped[Room | None] = relationship()
    windows: Mapped[list[MeetingWindow]] = relationship(
        order_by="MeetingWindow.starts_at, MeetingWindow.id", cascade="all, delete-orphan"
    )


class MeetingWindow(Model):
    """Hours in which meetings are held, with the names of those who interpret then (digits only: a number)."""

    __tablename__ = "meeting_window"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("meeting_plan.conference_id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    interpreters: Mapped[list[str]] = mapped_column(JSON, default=list)


class MeetingWish(Model):
    """One delegation wishes to meet another. ``entered_by`` is the kind of the actor: staff or contact."""

    __tablename__ = "meeting_wish"
    __table_args__ = (
        UniqueConstraint("conference_id", "from_id", "to_id"),
        CheckConstraint("from_id <> to_id", name="two"),
        CheckConstraint("priority BETWEEN 1 AND 3", name="priority"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    from_id: Mapped[int] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"), index=True)
    priority: Mapped[int] = mapped_column(default=2)
    remark: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[str] = mapped_column(String(20), default="staff")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    wishing: Mapped[Municipality] = relationship(foreign_keys=from_id)
    wished: Mapped[Municipality] = relationship(foreign_keys=to_id)


class Meeting(Model):
    """A session of the draft that is a meeting of two municipalities (``a_id < b_id``) at a table.

    ``starts_at`` is where it was placed; a session found elsewhere was moved by hand and stays there.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("conference_id", "a_id", "b_id"),
        CheckConstraint("a_id < b_id", name="ordered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), unique=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    state: Mapped[MeetingState] = mapped_column(
        enum_column(MeetingState, "state"), default=MeetingState.PLACED, server_default=MeetingState.PLACED.value
    )
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    table: Mapped[str] = mapped_column("table_name", String(80), default="")  # empty: none, both sides by video
    interpreter: Mapped[str] = mapped_column(String(80), default="")  # empty: none is needed

    session: Mapped[ProgrammeSession] = relationship()
    conference: Mapped[Conference] = relationship()
    a: Mapped[Municipality] = relationship(foreign_keys=a_id)
    b: Mapped[Municipality] = relationship(foreign_keys=b_id)


class MeetingProposal(Model):
    """What the last run found, to be looked at before it is applied. ``basis`` is the digest of what it rested on."""

    __tablename__ = "meeting_proposal"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(254), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
