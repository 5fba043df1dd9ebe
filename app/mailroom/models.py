"""Outgoing e-mail: one row each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime, enum_column
from app.documents.models import SealedDocument
from app.mailroom.rules import MailState


class OutgoingMail(Model):
    """One e-mail, complete before it waits: nothing is rendered while sending.

    ``deed_key`` makes a mail unique for the deed that caused it: queueing it twice gives the first one.
    ``handed_over_at`` is written just before the content goes to the server: a sender killed after that leaves
    the mail ``uncertain``, one killed before leaves it to be sent. ``returned_at``: it came back from every recipient;
    ``tried_at``: it went to the address of the trial mode instead of the recipients.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_due", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(254), unique=True)
    deed_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    sender: Mapped[str] = mapped_column(String(300), default="")
    reply_to: Mapped[str] = mapped_column(String(300), default="")
    to: Mapped[list[str]] = mapped_column("recipients", JSON)
    copies: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # Cc: the reception office
    subject: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    calendar: Mapped[str] = mapped_column(Text, default="")  # an iCalendar object sent as text/calendar
    calendar_method: Mapped[str] = mapped_column(String(20), default="")
    headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[MailState] = mapped_column(enum_column(MailState, "state"), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    attachments: Mapped[list[MailAttachment]] = relationship(
        order_by="MailAttachment.position", cascade="all, delete-orphan"
    )
    returns: Mapped[list[MailReturn]] = relationship(order_by="MailReturn.id", cascade="all, delete-orphan")


class MailAttachment(Model):
    """A file that goes with a mail: a sealed document, or bytes of its own."""

    __tablename__ = "mail_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80), default="application/pdf")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("sealed_document.id"))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)

    document: Mapped[SealedDocument | None] = relationship()


class MailReturn(Model):
    """What came back for one recipient of a mail: a refusal at the door, or a delivery report (RFC 3464).

    ``status`` is the enhanced status code (RFC 3463); ``permanent`` says that no more tries are made.
    """

    __tablename__ = "mail_return"
    __table_args__ = (UniqueConstraint("mail_id", "recipient", "status", "permanent", name="uq_mail_return_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(300))
    status: Mapped[str] = mapped_column(String(20), default="")
    permanent: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailPace(Model):
    """When the next mail may go (``RATUSHA_MAIL_PER_MINUTE``); one row, held while a sender takes its turn."""

    __tablename__ = "mail_pace"

    id: Mapped[int] = mapped_column(primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailOrder(Model):
    """A mail to be written: ordered in the transaction of its deed, written a moment later in the background.

    ``writer`` says how (:func:`app.mailroom.operations.orders.mail_writer`), ``subject_id`` about what. ``deed_key`` is
    that of the mail to be. ``attempts`` counts the times it could not be written.
    """

    __tablename__ = "mail_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    writer: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    deed_key: Mapped[str] = mapped_column(String(120), unique=True)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id"), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
