"""How people get in: quotas of delegations, rules of roles, started forms; and what was changed of a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import Model, UtcDateTime, enum_column
from app.delegations.models.people import Delegate, Delegation
from app.delegations.rules.groups import DelegationKind
from app.delegations.rules.ways_in import Approval


class DelegationQuota(Model):
    """How many people a delegation of this kind may have, unless it has a number of its own."""

    __tablename__ = "delegation_quota"
    __table_args__ = (CheckConstraint("people >= 0", name="people"),)

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[DelegationKind] = mapped_column(enum_column(DelegationKind, "kind"), primary_key=True)
    people: Mapped[int]


class DelegationPaper(Model):
    """A nomination letter or note verbale; ``file`` is the name under which the strongbox keeps it."""

    __tablename__ = "delegation_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegation.id", ondelete="CASCADE"), index=True)
    file: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(200))
    pages: Mapped[int]
    uploaded_by: Mapped[str] = mapped_column(String(254), default="")
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegation: Mapped[Delegation] = relationship()


class RoleRule(Model):
    """What holds for one role at a conference; where there is none, what holds for the conference."""

    __tablename__ = "role_rule"
    __table_args__ = (
        CheckConstraint("places_on_site IS NULL OR places_on_site >= 0", name="places_on_site"),
        CheckConstraint("places_video IS NULL OR places_video >= 0", name="places_video"),
    )

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    public: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    approval: Mapped[Approval] = mapped_column(enum_column(Approval, "approval"), default=Approval.AS_CONFERENCE)
    places_on_site: Mapped[int | None]
    places_video: Mapped[int | None]
    way: Mapped[Attendance | None] = mapped_column(enum_column(Attendance, "way"))  # None: those of the role choose


class RegistrationDraft(Model):
    """A form somebody began: ``sealed`` opens with :mod:`app.strongbox` only, ``token`` is a digest of the link's.

    ``mail_due_at`` is when the link is mailed to the address typed, if the form is not sent by then; ``mailed_at`` when
    it was. ``link`` is what the mail needs, sealed too.
    """

    __tablename__ = "registration_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text, default="", server_default="")
    mail_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    conference: Mapped[Conference] = relationship()


class DelegateChange(Model):
    """One field of a person before and after; it goes when the person is erased."""

    __tablename__ = "delegate_change"
    __table_args__ = (Index("ix_delegate_change_of", "delegate_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(40))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    actor_kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegate: Mapped[Delegate] = relationship()


class DeclineReason(Model):
    """A reason for which accreditation is declined, to choose from, in three languages."""

    __tablename__ = "decline_reason"
    __table_args__ = (UniqueConstraint("conference_id", "text_ru"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    text_ru: Mapped[str] = mapped_column(String(1000))
    text_de: Mapped[str] = mapped_column(String(1000))
    text_en: Mapped[str] = mapped_column(String(1000))
