"""The working draft of a programme: its sessions and what belongs to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference, Room, Venue
from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import Seats, seats_of
from app.database import Model, UtcDateTime, enum_column
from app.delegations.models import Delegate
from app.directory.models import Municipality
from app.programme.rules import Confirmation, InterpretationKind, PersonRole, SessionKind, held_as


class ProgrammeSession(Model):
    """An item of the working draft. ``code`` is the ``id`` of programme files. Unknown hours are None.

    Those with the same ``parallel`` run beside each other on purpose. ``buffer_before`` and ``buffer_after`` are
    minutes the room is kept free. A transfer leads from its venue to ``to_venue_id``. ``relief_minutes``
    is after how long the interpreters of a pair change places.

    ``day`` is kept while the hour is unknown, ``venue_id`` while the room is. ``format`` None: as the conference is
    held. ``places`` is how many may sign up where delegates do (``sign_up``); None: as many as the hall's ``capacity``,
    which None sets no limit. ``extra`` keeps fields of the file we do not use, so that an export gives back what an
    import took.
    """

    __tablename__ = "programme_session"
    __table_args__ = (
        UniqueConstraint("conference_id", "code"),
        Index("ix_programme_session_time", "conference_id", "starts_at"),
        CheckConstraint("ends_at IS NULL OR starts_at IS NULL OR starts_at < ends_at", name="times"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        CheckConstraint("places IS NULL OR places >= 0", name="places"),
        CheckConstraint("buffer_before >= 0 AND buffer_after >= 0", name="buffers"),
        CheckConstraint("relief_minutes >= 1", name="relief_minutes"),
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
    interpreted_how: Mapped[InterpretationKind | None] = mapped_column(
        enum_column(InterpretationKind, "interpreted_how")
    )
    relief_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    track_id: Mapped[int | None] = mapped_column(ForeignKey("programme_track.id", ondelete="SET NULL"), index=True)
    parallel: Mapped[str] = mapped_column(String(40), default="", server_default="")
    buffer_before: Mapped[int] = mapped_column(default=0, server_default="0")
    buffer_after: Mapped[int] = mapped_column(default=0, server_default="0")
    to_venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    sign_up: Mapped[bool] = mapped_column(default=False, server_default=false())
    places: Mapped[int | None]
    part_of: Mapped[str] = mapped_column(String(40), default="", server_default="")  # the code of another session
    uid: Mapped[str] = mapped_column(String(120), unique=True)  # of its calendar entry, for ever
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()
    room: Mapped[Room | None] = relationship()
    venue: Mapped[Venue | None] = relationship(foreign_keys=venue_id)
    to_venue: Mapped[Venue | None] = relationship(foreign_keys=to_venue_id)
    track: Mapped[ProgrammeTrack | None] = relationship()
    people: Mapped[list[SessionPerson]] = relationship(
        order_by="SessionPerson.position", cascade="all, delete-orphan", back_populates="session"
    )
    parties: Mapped[list[SessionParty]] = relationship(
        order_by="SessionParty.position", cascade="all, delete-orphan", back_populates="session"
    )
    agreements: Mapped[list[SessionAgreement]] = relationship(
        order_by="SessionAgreement.position", cascade="all, delete-orphan", back_populates="session"
    )
    materials: Mapped[list[SessionMaterial]] = relationship(
        order_by="SessionMaterial.position", cascade="all, delete-orphan", back_populates="session"
    )

    @property
    def house(self) -> Venue | None:
        """The venue it takes place in, with or without a room."""
        return self.room.venue if self.room is not None else self.venue

    @property
    def seats(self) -> Seats:
        """How many may have a place when delegates sign up, as it is held now."""
        held = held_as(self, self.conference.format)
        return seats_of(places=self.places, capacity=self.capacity, held=held)

    def day_in(self, zone: ZoneInfo) -> date | None:
        """The day it begins on in the conference's zone; None when not known."""
        return self.day if self.starts_at is None else self.starts_at.astimezone(zone).date()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it as declared


class SessionPerson(Model):
    """Somebody who does something in a session, in the order of precedence (``position``).

    ``delegate_id`` when the person is one of the conference's delegates: name, office and address are asked there
    first. ``token`` opens ``/LANG/session/TOKEN``, where the person says whether they come.
    """

    __tablename__ = "session_person"
    __table_args__ = (UniqueConstraint("session_id", "name", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    role: Mapped[PersonRole] = mapped_column(enum_column(PersonRole, "role"))
    position: Mapped[int] = mapped_column(default=0)
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="SET NULL"), index=True)
    name_latin: Mapped[str] = mapped_column(String(300), default="", server_default="")
    office_ru: Mapped[str] = mapped_column(String(300), default="", server_default="")
    office_de: Mapped[str] = mapped_column(String(300), default="", server_default="")
    office_en: Mapped[str] = mapped_column(String(300), default="", server_default="")
    email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    language: Mapped[str] = mapped_column(String(2), default="", server_default="")
    confirmation: Mapped[Confirmation] = mapped_column(
        enum_column(Confirmation, "confirmation"), default=Confirmation.NOT_ASKED,
        server_default=Confirmation.NOT_ASKED.value,
    )  # fmt: skip
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_for: Mapped[str] = mapped_column(String(200), default="", server_default="")  # see rules.asking
    remark: Mapped[str] = mapped_column(String(1000), default="", server_default="")  # what they said beside it
    token: Mapped[str | None] = mapped_column(String(64), unique=True)

    session: Mapped[ProgrammeSession] = relationship(back_populates="people")
    delegate: Mapped[Delegate | None] = relationship()


class ProgrammeTrack(Model):
    """A line of subjects through the programme (business, youth, …). ``colour`` is one of the palette's names."""

    __tablename__ = "programme_track"
    __table_args__ = (UniqueConstraint("conference_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name_ru: Mapped[str] = mapped_column(String(200), default="")
    name_de: Mapped[str] = mapped_column(String(200), default="")
    name_en: Mapped[str] = mapped_column(String(200), default="")
    colour: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[int] = mapped_column(default=0)


class SessionParty(Model):
    """A municipality whose side belongs to a session: of a meeting of partner cities, of a signing."""

    __tablename__ = "session_party"
    __table_args__ = (UniqueConstraint("session_id", "municipality_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped[ProgrammeSession] = relationship(back_populates="parties")
    municipality: Mapped[Municipality] = relationship()


class SessionAgreement(Model):
    """A document signed in a session. ``parties`` are the names as they stand in the programme, in order."""

    __tablename__ = "session_agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    title_ru: Mapped[str] = mapped_column(String(400), default="")
    title_de: Mapped[str] = mapped_column(String(400), default="")
    title_en: Mapped[str] = mapped_column(String(400), default="")
    parties: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped[ProgrammeSession] = relationship(back_populates="agreements")


class SessionMaterial(Model):
    """A paper of a session for its readers: a file of the house's store, or an address elsewhere."""

    __tablename__ = "session_material"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(2), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    link: Mapped[str] = mapped_column(String(1000), default="")
    public: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped[ProgrammeSession] = relationship(back_populates="materials")


class TravelTime(Model):
    """Minutes from one venue to another, the same both ways."""

    __tablename__ = "travel_time"
    __table_args__ = (
        UniqueConstraint("from_venue_id", "to_venue_id"),
        CheckConstraint("from_venue_id < to_venue_id", name="order"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id", ondelete="CASCADE"), index=True)
    to_venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id", ondelete="CASCADE"), index=True)
    minutes: Mapped[int]
