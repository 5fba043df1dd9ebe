"""The working draft of a programme, and its frozen releases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference, Room, Venue
from app.conferences.rules import ConferenceFormat
from app.database import Model, UtcDateTime, enum_column
from app.delegations.models import Delegate
from app.programme.rules import PersonRole, SessionKind, SignUpStanding


class ProgrammeSession(Model):
    """An item of the working draft. ``code`` is the ``id`` of programme files. Unknown hours are None.

    ``day`` is kept while the hour is unknown, ``venue_id`` while the room is. ``format`` None: as the conference is
    held. ``places`` is how many may sign up where delegates do (``sign_up``); None: as many as ``capacity``, which None
    sets no limit. ``extra`` keeps fields of the file we do not use, so that an export gives back what an import took.
    """

    __tablename__ = "programme_session"
    __table_args__ = (
        UniqueConstraint("conference_id", "code"),
        Index("ix_programme_session_time", "conference_id", "starts_at"),
        CheckConstraint("ends_at IS NULL OR starts_at IS NULL OR starts_at < ends_at", name="times"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        CheckConstraint("places IS NULL OR places >= 0", name="places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[SessionKind] = mapped_column(enum_column(SessionKind, "kind"))
    title_ru: Mapped[str] = mapped_column(String(400), default="")
    title_de: Mapped[str] = mapped_column(String(400), default="")
    title_en: Mapped[str] = mapped_column(String(400), default="")
    description_ru: Mapped[str] = mapped_column(Text, default="")
    description_de: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    day: Mapped[date | None]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    capacity: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(60), default="all")
    languages: Mapped[str] = mapped_column(String(60), default="ru;de")
    interpretation: Mapped[bool] = mapped_column(default=False)
    format: Mapped[ConferenceFormat | None] = mapped_column(enum_column(ConferenceFormat, "format"))
    cancelled: Mapped[bool] = mapped_column(default=False)
    cancelled_by_switch: Mapped[bool] = mapped_column(default=False)
    sign_up: Mapped[bool] = mapped_column(default=False, server_default=false())
    places: Mapped[int | None]
    uid: Mapped[str] = mapped_column(String(120), unique=True)  # of its calendar entry, for ever
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()
    room: Mapped[Room | None] = relationship()
    venue: Mapped[Venue | None] = relationship()
    people: Mapped[list[SessionPerson]] = relationship(
        order_by="SessionPerson.position", cascade="all, delete-orphan", back_populates="session"
    )

    @property
    def house(self) -> Venue | None:
        """The venue it takes place in, with or without a room."""
        return self.room.venue if self.room is not None else self.venue

    @property
    def limit(self) -> int | None:
        """How many have a place when delegates sign up; None: everybody."""
        return self.capacity if self.places is None else self.places

    def day_in(self, zone: ZoneInfo) -> date | None:
        """The day it begins on in the conference's zone; None when not known."""
        return self.day if self.starts_at is None else self.starts_at.astimezone(zone).date()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it as declared


class SessionPerson(Model):
    """Somebody who does something in a session."""

    __tablename__ = "session_person"
    __table_args__ = (UniqueConstraint("session_id", "name", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    role: Mapped[PersonRole] = mapped_column(enum_column(PersonRole, "role"))
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped[ProgrammeSession] = relationship(back_populates="people")


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


class Release(Model):
    """A frozen, numbered programme. ``content`` is all a reader of it needs, with each session's calendar
    ``sequence``, which is raised when the session differs from the release before (RFC 5545 section 3.8.7.4)."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("conference_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    released_by: Mapped[str] = mapped_column(String(254), default="")
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
