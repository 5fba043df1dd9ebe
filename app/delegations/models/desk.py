"""What the staff keep beside the list: filters, decisions on doubles, mails to groups."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime, enum_column
from app.delegations.models.people import Delegate
from app.delegations.rules.group_mail import GroupMailKind, GroupMailState


class SavedFilter(Model):
    """A question to the list of delegates under a name; ``query`` is what stands in the address of the page.

    Its maker sees it; when ``shared``, all of the staff do.
    """

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("conference_id", "staff_id", "name"), CheckConstraint("name <> ''", name="name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    shared: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DistinctPeople(Model):
    """Somebody looked at two rows and said: these are two people. ``a_id`` is the smaller."""

    __tablename__ = "distinct_people"
    __table_args__ = (UniqueConstraint("a_id", "b_id"), CheckConstraint("a_id < b_id", name="order"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    b_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    decided_by: Mapped[str] = mapped_column(String(254), default="")
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GroupMail(Model):
    """One mail to many delegates, in three languages; ``query`` says to whom, as the address of the list does.

    Written (a draft), then prepared: a mail of its own waits in the outbox for everyone, then released.
    """

    __tablename__ = "group_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    kind: Mapped[GroupMailKind] = mapped_column(enum_column(GroupMailKind, "kind"), default=GroupMailKind.TEXT)
    state: Mapped[GroupMailState] = mapped_column(enum_column(GroupMailState, "state"), default=GroupMailState.DRAFT)
    query: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    subject_ru: Mapped[str] = mapped_column(String(200), default="")
    subject_de: Mapped[str] = mapped_column(String(200), default="")
    subject_en: Mapped[str] = mapped_column(String(200), default="")
    body_ru: Mapped[str] = mapped_column(Text, default="")
    body_de: Mapped[str] = mapped_column(Text, default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    written_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    prepared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()


class GroupMailRecipient(Model):
    """To whom a group mail was written, with the mail; without one, why not (``reason``)."""

    __tablename__ = "group_mail_recipient"
    __table_args__ = (
        UniqueConstraint("group_mail_id", "delegate_id"),
        Index("ix_group_mail_recipient_delegate_id_prepared_at", "delegate_id", "prepared_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_mail_id: Mapped[int] = mapped_column(ForeignKey("group_mail.id", ondelete="CASCADE"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(String(20), default="")  # no_address | nothing_changed
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegate: Mapped[Delegate] = relationship()
