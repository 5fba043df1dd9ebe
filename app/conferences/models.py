"""An edition: its number, host, dates, theme, organisers, venues and format."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.rules import Access, ConferenceFormat
from app.conferences.spots import Spot
from app.database import Model, UtcDateTime, enum_column
from app.directory.models import Municipality, Organisation

conference_organisers = Table(
    "conference_organiser",
    Model.metadata,
    Column("conference_id", ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
)


class Conference(Model):
    """One edition. ``timezone`` is the host's IANA zone; places None = no limit."""

    __tablename__ = "conference"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("edition >= 1", name="edition"),
        CheckConstraint("places_on_site IS NULL OR places_on_site >= 0", name="places_on_site"),
        CheckConstraint("places_video IS NULL OR places_video >= 0", name="places_video"),
        CheckConstraint("offer_hours IS NULL OR offer_hours >= 1", name="offer_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    edition: Mapped[int]
    title_ru: Mapped[str] = mapped_column(String(300), default="")
    title_de: Mapped[str] = mapped_column(String(300), default="")
    title_en: Mapped[str] = mapped_column(String(300), default="")
    theme_ru: Mapped[str] = mapped_column(String(400), default="")
    theme_de: Mapped[str] = mapped_column(String(400), default="")
    theme_en: Mapped[str] = mapped_column(String(400), default="")
    host_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Moscow")
    format: Mapped[ConferenceFormat] = mapped_column(
        enum_column(ConferenceFormat, "format"), default=ConferenceFormat.IN_PERSON
    )
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    registration_open: Mapped[bool] = mapped_column(default=False)
    registration_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approval_needed: Mapped[bool] = mapped_column(default=False)
    participants_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    offer_hours: Mapped[int | None]  # how long a free place is kept for one who waits; None: it is theirs at once
    reply_until: Mapped[date | None]
    change_until: Mapped[date | None]
    places_on_site: Mapped[int | None]
    places_video: Mapped[int | None]
    precedence_ties: Mapped[str] = mapped_column(String(20), default="since", server_default="since")
    calendar_sequence: Mapped[int] = mapped_column(default=0)  # SEQUENCE of the calendar entry of the whole
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    host: Mapped[Municipality] = relationship(lazy="joined")
    issuer: Mapped[Organisation | None] = relationship(foreign_keys=issuer_id)
    organisers: Mapped[list[Organisation]] = relationship(secondary=conference_organisers)
    venues: Mapped[list[Venue]] = relationship(
        back_populates="conference", order_by="Venue.position", cascade="all, delete-orphan"
    )


class Venue(Model):
    """A house of the conference; ``spot`` is where it stands on the globe (WGS 84), when that is known."""

    __tablename__ = "venue"
    __table_args__ = (
        UniqueConstraint("conference_id", "name"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="spot"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(300))  # as files name it: «Филармония / Philharmonie»
    name_ru: Mapped[str] = mapped_column(String(300), default="")
    name_de: Mapped[str] = mapped_column(String(300), default="")
    name_en: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    position: Mapped[int] = mapped_column(default=0)

    conference: Mapped[Conference] = relationship(back_populates="venues")
    rooms: Mapped[list[Room]] = relationship(
        back_populates="venue", order_by="Room.position", cascade="all, delete-orphan"
    )

    @property
    def spot(self) -> Spot | None:
        """Where it stands."""
        return Spot(self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None

    @spot.setter
    def spot(self, value: Spot | None) -> None:
        self.latitude, self.longitude = (value.latitude, value.longitude) if value is not None else (None, None)


class Room(Model):
    """A room of a venue. ``floor`` 0 is the one at the level of the street, 1 the one above it, -1 the one below."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        CheckConstraint("floor BETWEEN -9 AND 99", name="floor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_ru: Mapped[str] = mapped_column(String(200), default="")
    name_de: Mapped[str] = mapped_column(String(200), default="")
    name_en: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int | None]
    floor: Mapped[int | None]
    access: Mapped[Access | None] = mapped_column(enum_column(Access, "access"))
    position: Mapped[int] = mapped_column(default=0)

    venue: Mapped[Venue] = relationship(back_populates="rooms", lazy="joined")


class PlanSheet(Model):
    """The picture of a plan, made anew from what was uploaded.

    ``screen`` is as large as it is of use, ``paper`` a JPEG for booklets. Known by the SHA-256 of ``screen``, and kept
    as long as a plan or a release shows it.
    """

    __tablename__ = "plan_sheet"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    screen: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    paper: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]


class SitePlan(Model):
    """A plan somebody uploaded: of a floor of a house, or of the town when ``venue_id`` is None.

    ``caption`` stands below it, ``alt`` says what it shows to those who do not see it.
    """

    __tablename__ = "site_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("plan_sheet.sha256"), index=True)
    caption_ru: Mapped[str] = mapped_column(String(200))
    caption_de: Mapped[str] = mapped_column(String(200))
    caption_en: Mapped[str] = mapped_column(String(200), default="")
    alt_ru: Mapped[str] = mapped_column(String(500), default="")
    alt_de: Mapped[str] = mapped_column(String(500), default="")
    alt_en: Mapped[str] = mapped_column(String(500), default="")
    position: Mapped[int] = mapped_column(default=0)
    uploaded_by: Mapped[str] = mapped_column(String(254), default="")
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    sheet: Mapped[PlanSheet] = relationship(lazy="joined")
