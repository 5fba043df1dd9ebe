"""Municipalities, their heads, organisations and partnerships."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime, enum_column
from app.directory.rules import Gender, MunicipalityKind, PartnershipKind


class Municipality(Model):
    """A partner city's (district's, county's, region's) administration. ``country`` is ISO 3166-1 alpha-2."""

    __tablename__ = "municipality"
    __table_args__ = (
        CheckConstraint("length(country) = 2", name="country"),
        CheckConstraint("lat IS NULL OR lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon IS NULL OR lon BETWEEN -180 AND 180", name="lon"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_ru: Mapped[str] = mapped_column(String(200), default="")
    name_de: Mapped[str] = mapped_column(String(200), default="")
    name_en: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2), index=True)
    region_ru: Mapped[str] = mapped_column(String(200), default="")
    region_de: Mapped[str] = mapped_column(String(200), default="")
    iso3166_2: Mapped[str] = mapped_column(String(10), default="", index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    population: Mapped[int | None]
    timezone: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[MunicipalityKind] = mapped_column(enum_column(MunicipalityKind, "kind"))
    geonameid: Mapped[str] = mapped_column(String(20), default="")
    coord_source: Mapped[str] = mapped_column(String(60), default="")
    postal_address: Mapped[str] = mapped_column(
        Text, default="", server_default=""
    )  # lines, as its country writes them
    note: Mapped[str] = mapped_column(Text, default="")
    search: Mapped[str] = mapped_column(Text, default="")  # folded names of all languages, for searching
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    heads: Mapped[list[MunicipalHead]] = relationship(
        back_populates="municipality", cascade="all, delete-orphan", passive_deletes=True
    )


class MunicipalArms(Model):
    """The arms of a municipality: a PNG with clear ground, made anew from what was uploaded."""

    __tablename__ = "municipal_arms"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"), primary_key=True)
    picture: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    uploaded_by: Mapped[str] = mapped_column(String(254), default="")
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MunicipalHead(Model):
    """Who holds an office. ``as_of`` lists the years the entry is known for, joined by ``;``.

    ``last, first, patronymic`` are in the person's own script; ``_de`` is the German transcription, ``_ru``
    the Russian form, ``_icao`` the passport transliteration.
    """

    __tablename__ = "municipal_head"
    __table_args__ = (UniqueConstraint("municipality_id", "office_ru", "last", "first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"), index=True)
    office_ru: Mapped[str] = mapped_column(String(400), default="")
    office_de: Mapped[str] = mapped_column(String(400), default="")
    office_en: Mapped[str] = mapped_column(String(400), default="")
    last: Mapped[str] = mapped_column(String(120))
    first: Mapped[str] = mapped_column(String(120), default="")
    patronymic: Mapped[str] = mapped_column(String(120), default="")
    academic_title: Mapped[str] = mapped_column(String(120), default="")
    gender: Mapped[Gender | None] = mapped_column(enum_column(Gender, "gender"))
    email: Mapped[str] = mapped_column(String(254), default="")
    copy_to: Mapped[str] = mapped_column(String(600), default="", server_default="")  # joined by commas
    last_de: Mapped[str] = mapped_column(String(120), default="")
    first_de: Mapped[str] = mapped_column(String(120), default="")
    patronymic_de: Mapped[str] = mapped_column(String(120), default="")
    last_ru: Mapped[str] = mapped_column(String(120), default="")
    first_ru: Mapped[str] = mapped_column(String(120), default="")
    last_icao: Mapped[str] = mapped_column(String(120), default="")
    first_icao: Mapped[str] = mapped_column(String(120), default="")
    as_of: Mapped[str] = mapped_column(String(120), default="")
    confidence: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    municipality: Mapped[Municipality] = relationship(back_populates="heads")


class Partnership(Model):
    """A tie of two municipalities; ``a_id < b_id`` always. ``group`` ties a triangle; year 0 = not known."""

    __tablename__ = "partnership"
    __table_args__ = (
        UniqueConstraint("a_id", "b_id", "kind", "since_year"),
        CheckConstraint("a_id < b_id", name="ordered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"), index=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PartnershipKind] = mapped_column(enum_column(PartnershipKind, "kind"))
    since_year: Mapped[int] = mapped_column(default=0)
    group: Mapped[str] = mapped_column("tie_group", String(60), default="")
    confidence: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    a: Mapped[Municipality] = relationship(foreign_keys=a_id)
    b: Mapped[Municipality] = relationship(foreign_keys=b_id)


class Organisation(Model):
    """An association, forum, ministry or sponsor. An issuer of letters carries its letterhead here.

    ``addresses`` maps a language to the lines of the postal address; ``phones`` is a list.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_ru: Mapped[str] = mapped_column(String(300), default="")
    name_de: Mapped[str] = mapped_column(String(300), default="")
    name_en: Mapped[str] = mapped_column(String(300), default="")
    addresses: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    email: Mapped[str] = mapped_column(String(254), default="")
    web: Mapped[str] = mapped_column(String(254), default="")
    phones: Mapped[list[str]] = mapped_column(JSON, default=list)
    issues_letters: Mapped[bool] = mapped_column(default=False)
    number_pattern: Mapped[str] = mapped_column(String(60), default="Исх-{n}")
    signatory_office_ru: Mapped[str] = mapped_column(String(300), default="")
    signatory_office_de: Mapped[str] = mapped_column(String(300), default="")
    signatory_office_en: Mapped[str] = mapped_column(String(300), default="")
    signatory_name_ru: Mapped[str] = mapped_column(String(200), default="")
    signatory_name_de: Mapped[str] = mapped_column(String(200), default="")
    signatory_name_en: Mapped[str] = mapped_column(String(200), default="")
    executor_name_ru: Mapped[str] = mapped_column(String(200), default="")
    executor_name_de: Mapped[str] = mapped_column(String(200), default="")
    executor_name_en: Mapped[str] = mapped_column(String(200), default="")
    executor_phone: Mapped[str] = mapped_column(String(60), default="")
