"""Delegations and delegates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.correspondence.models import Letter
from app.database import Model, UtcDateTime, enum_column
from app.delegations.rules import Accreditation
from app.delegations.rules.groups import DelegationKind, DelegationState
from app.directory.models import Municipality, Organisation


class Delegation(Model):
    """The group of a municipality or an organisation at a conference; ``token`` opens ``/delegation/TOKEN``.

    ``quota`` is how many people it may have; None: what its kind may have at this conference.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        UniqueConstraint("conference_id", "municipality_id"),
        CheckConstraint("quota IS NULL OR quota >= 0", name="quota"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    kind: Mapped[DelegationKind] = mapped_column(
        enum_column(DelegationKind, "kind"), default=DelegationKind.MUNICIPALITY, server_default="municipality"
    )
    state: Mapped[DelegationState] = mapped_column(
        enum_column(DelegationState, "state"), default=DelegationState.OPEN, server_default="open"
    )
    quota: Mapped[int | None]
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(300), default="")  # of an organisation, when no municipality
    token: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="ru")
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    expected: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
    municipality: Mapped[Municipality | None] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship()
    letter: Mapped[Letter | None] = relationship()
    delegates: Mapped[list[Delegate]] = relationship(back_populates="delegation", order_by=lambda: _roster())


def _roster() -> list[Any]:
    from app.delegations.models.precedence import by_precedence

    return [Delegate.roster_position, *by_precedence()]


class Delegate(Model):
    """One person. Text columns hold what the person or the file said; the file's columns keep their names.

    ``public_id`` is the ``delegate_id`` of files, unique in a conference. ``arrival`` and ``departure`` are ISO
    8601 to the minute with the offset as given. ``token`` opens the personal page, ``badge_token`` stands in the QR of
    the badge, ``join_token`` opens the video rooms: three secrets, so that one lost does not open the others.
    """

    __tablename__ = "delegate"
    __table_args__ = (
        UniqueConstraint("conference_id", "public_id"),
        Index("ix_delegate_standing", "conference_id", "accreditation", "attendance"),
        Index("ix_delegate_by_name", "conference_id", "sort_name", "id"),
        Index(
            "ix_delegate_wish",
            "conference_id",
            "wished",
            sqlite_where=text("wished IS NOT NULL"),
            postgresql_where=text("wished IS NOT NULL"),
        ),
        CheckConstraint("last <> '' OR first <> ''", name="has_a_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(40))
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    precedence: Mapped[int] = mapped_column(default=1000)  # by role and office, or by hand; the smaller stands first
    precedence_by_hand: Mapped[int | None]
    in_office_since: Mapped[date | None]
    function: Mapped[str] = mapped_column(String(20), default="", server_default="")  # within the delegation
    roster_position: Mapped[int] = mapped_column(default=0, server_default="0")  # within it, by hand; 0: by rank
    last: Mapped[str] = mapped_column(String(200), default="")
    first: Mapped[str] = mapped_column(String(200), default="")
    patronymic: Mapped[str] = mapped_column(String(200), default="")
    last_latin: Mapped[str] = mapped_column(String(200), default="")
    first_latin: Mapped[str] = mapped_column(String(200), default="")
    gender: Mapped[str] = mapped_column(String(1), default="")
    academic_title: Mapped[str] = mapped_column(String(200), default="")
    noble_prefix: Mapped[str] = mapped_column(String(120), default="")
    badge_ru: Mapped[str] = mapped_column(String(400), default="")
    badge_de: Mapped[str] = mapped_column(String(400), default="")
    city_slug: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(3), default="")
    citizenship: Mapped[str] = mapped_column(String(3), default="")
    role: Mapped[str] = mapped_column(String(80), default="member")
    organisation: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[str] = mapped_column(String(400), default="")
    languages: Mapped[str] = mapped_column(String(60), default="")
    interpretation: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    phone: Mapped[str] = mapped_column(String(60), default="")
    attendance: Mapped[Attendance] = mapped_column(enum_column(Attendance, "attendance"), default=Attendance.ON_SITE)
    wished: Mapped[Attendance | None] = mapped_column(enum_column(Attendance, "wished"))  # waited for beside a place
    arrival: Mapped[str] = mapped_column(String(30), default="")
    departure: Mapped[str] = mapped_column(String(30), default="")
    arrival_mode: Mapped[str] = mapped_column(String(20), default="")
    arrival_number: Mapped[str] = mapped_column(String(40), default="", server_default="")  # of the train or flight
    arrival_place: Mapped[str] = mapped_column(String(200), default="", server_default="")  # station or airport
    departure_mode: Mapped[str] = mapped_column(String(20), default="", server_default="")
    departure_number: Mapped[str] = mapped_column(String(40), default="", server_default="")
    departure_place: Mapped[str] = mapped_column(String(200), default="", server_default="")
    hotel_needed: Mapped[str] = mapped_column(String(3), default="")
    room_with: Mapped[str] = mapped_column(String(200), default="", server_default="")  # with whom a room is shared
    emergency_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    emergency_phone: Mapped[str] = mapped_column(String(60), default="", server_default="")
    working_group: Mapped[str] = mapped_column(String(20), default="")
    dietary_code: Mapped[str] = mapped_column(String(40), default="")
    dietary_note: Mapped[str] = mapped_column(Text, default="")
    accessibility_note: Mapped[str] = mapped_column(Text, default="")
    visa_needed: Mapped[str] = mapped_column(String(3), default="")
    visa_note: Mapped[str] = mapped_column(Text, default="")
    photo_consent: Mapped[str] = mapped_column(String(3), default="")
    registered_at: Mapped[str] = mapped_column(String(30), default="")
    accreditation: Mapped[Accreditation] = mapped_column(
        enum_column(Accreditation, "accreditation"), default=Accreditation.APPLIED
    )
    waitlisted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offered_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a place is kept for one who waits
    language: Mapped[str] = mapped_column(String(2), default="en")  # mails and pages are in it
    token: Mapped[str] = mapped_column(String(64), unique=True)
    badge_token: Mapped[str] = mapped_column(String(32), unique=True)
    join_token: Mapped[str] = mapped_column(String(64), unique=True)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # one sent form makes one delegate
    consents: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # the living ones; the proof is in Consent
    minor: Mapped[bool] = mapped_column(default=False, server_default=false())  # under 18 on the first day
    guardian: Mapped[str] = mapped_column(String(200), default="", server_default="")  # who agrees for a minor
    search: Mapped[str] = mapped_column(Text, default="")  # folded, both scripts, and how names sound
    sort_name: Mapped[str] = mapped_column(String(160), default="", server_default="")  # folded, family name first
    decision_reason: Mapped[str] = mapped_column(Text, default="", server_default="")  # why declined; mailed
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id"), index=True)  # a double of that one
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id"), index=True)  # whose place was passed on
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()
    delegation: Mapped[Delegation | None] = relationship(back_populates="delegates")
    municipality: Mapped[Municipality | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it as declared
