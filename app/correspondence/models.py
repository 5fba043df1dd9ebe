"""Letters, the outgoing register, attachments and replies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from app.conferences.models import Conference
from app.correspondence.rules import DespatchWay, EntryState, FormScope, LetterKind, LetterState, ReplyAnswer
from app.database import Model, UtcDateTime, enum_column
from app.directory.models import MunicipalHead, Municipality, Organisation
from app.documents.models import SealedDocument
from app.mailroom.models import OutgoingMail


class OutgoingRegister(Model):
    """The numbered journal of one issuer and year; ``last_number`` is the counter locked while issuing."""

    __tablename__ = "outgoing_register"
    __table_args__ = (
        UniqueConstraint("issuer_id", "year"),
        CheckConstraint("last_number >= 0", name="last_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    pattern: Mapped[str] = mapped_column(String(60), default="Исх-{n}")
    last_number: Mapped[int] = mapped_column(default=0)

    issuer: Mapped[Organisation] = relationship(lazy="joined")


class RegisterEntry(Model):
    """One line of the journal. Never deleted, its number never used again."""

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("register_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("state <> 'annulled' OR annulled_reason <> ''", name="annulled_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("outgoing_register.id"), index=True)
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(80))
    dated: Mapped[date]
    addressee: Mapped[str] = mapped_column(String(700))
    subject: Mapped[str] = mapped_column(String(500))
    sheets: Mapped[int] = mapped_column(default=1)
    executor: Mapped[str] = mapped_column(String(200), default="")
    search: Mapped[str] = mapped_column(Text, default="")  # folded: label, addressee, names of the town, subject
    state: Mapped[EntryState] = mapped_column(enum_column(EntryState, "state"), default=EntryState.REGISTERED)
    annulled_reason: Mapped[str] = mapped_column(String(500), default="")
    annulled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    register: Mapped[OutgoingRegister] = relationship(lazy="joined")


class LetterBrief(Model):
    """What the letters of a conference say in one language beyond the conference's own facts."""

    __tablename__ = "letter_brief"
    __table_args__ = (UniqueConstraint("conference_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LetterKind] = mapped_column(enum_column(LetterKind, "kind"))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # merge field -> value
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LetterText(Model):
    """A wording of the organisers for a kind and language. Version 0 is the shipped one and is not kept here."""

    __tablename__ = "letter_text"
    __table_args__ = (
        UniqueConstraint("kind", "language", "version"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(enum_column(LetterKind, "kind"))
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(300), default="")
    edited_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormOverride(Model):
    """A form of address the organisers decided in one language; it wins over every rule.

    ``key`` is the name, or the office, in the nominative as it is stored.
    """

    __tablename__ = "form_override"
    __table_args__ = (UniqueConstraint("scope", "key", "case", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[FormScope] = mapped_column(enum_column(FormScope, "scope"))
    key: Mapped[str] = mapped_column(String(700))
    case: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(2))
    form: Mapped[str] = mapped_column(String(1000))
    changed_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LetterEnclosure(Model):
    """An attachment that goes with every letter of one kind of a conference: made by us or uploaded."""

    __tablename__ = "letter_enclosure"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LetterKind] = mapped_column(enum_column(LetterKind, "kind"))
    title_ru: Mapped[str] = mapped_column(String(300))
    title_de: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    document_id: Mapped[int] = mapped_column(ForeignKey("sealed_document.id"))
    position: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(2), default="", server_default="")  # empty: goes with every language
    merged: Mapped[bool] = mapped_column(default=False, server_default=false())  # part of the letter's own file
    pages: Mapped[int] = mapped_column(default=0, server_default="0")
    odd_pages: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")  # not A4, from 1
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    document: Mapped[SealedDocument] = relationship(lazy="joined")


class IncomingLetter(Model):
    """A letter on paper that came from a municipality, as its sender numbered and dated it."""

    __tablename__ = "incoming_letter"
    __table_args__ = (UniqueConstraint("conference_id", "municipality_id", "number", "dated"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    number: Mapped[str] = mapped_column(String(60))
    dated: Mapped[date]
    received_on: Mapped[date]
    subject: Mapped[str] = mapped_column(String(300), default="")
    recorded_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    municipality: Mapped[Municipality] = relationship(lazy="joined")


class Letter(Model):
    """One letter to one head. What it says is fixed when it is issued: number and sealed document at once.

    ``recipient`` and ``fields`` are what :func:`invitations.letter.compose` got, as JSON. A letter with
    ``parent_letter_id`` is for a partner city: it goes with that letter, and its head forwards it. ``opened_at`` is
    when the reply page was first opened.

    A general letter to a group (``addressed_as`` names it: «Главы муниципальных образований») is one row for each head:
    the first of them stands for all, the others name it in ``general_id`` and share its number and document.
    ``copies`` are the organisations that get a copy. ``prepared_by_id`` and ``edited_by_id`` are staff.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(
            "(state <> 'issued') OR (register_entry_id IS NOT NULL AND document_id IS NOT NULL)",
            name="issued_is_numbered_and_sealed",
        ),
        Index(
            "uq_letter_one_for_an_entry",
            "register_entry_id",
            unique=True,
            sqlite_where=text("general_id IS NULL"),
            postgresql_where=text("general_id IS NULL"),
        ),
        Index(
            "uq_letter_one_living",
            "conference_id", "kind", "head_id",
            unique=True,
            sqlite_where=text("state <> 'annulled' AND kind = 'invitation' AND parent_letter_id IS NULL"),
            postgresql_where=text("state <> 'annulled' AND kind = 'invitation' AND parent_letter_id IS NULL"),
        ),
        Index(
            "uq_letter_one_for_a_partner",
            "parent_letter_id", "head_id",
            unique=True,
            sqlite_where=text("state <> 'annulled' AND parent_letter_id IS NOT NULL"),
            postgresql_where=text("state <> 'annulled' AND parent_letter_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    kind: Mapped[LetterKind] = mapped_column(enum_column(LetterKind, "kind"))
    language: Mapped[str] = mapped_column(String(2))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("municipal_head.id"), index=True)
    state: Mapped[LetterState] = mapped_column(enum_column(LetterState, "state"), default=LetterState.DRAFT, index=True)
    recipient: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    enclosures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # document_id, title, sheets
    text_version: Mapped[int] = mapped_column(default=0)  # the wording fixed by the approval; 0 is the shipped one
    reply_token: Mapped[str] = mapped_column(String(64), unique=True)
    parent_letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(index=True)  # the delegate a visa letter is about
    general_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    addressed_as: Mapped[str] = mapped_column(String(400), default="", server_default="")
    with_list: Mapped[bool] = mapped_column(default=False, server_default=false())
    copies: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    prepared_by_id: Mapped[int | None]
    edited_by_id: Mapped[int | None]
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_letter.id"), index=True)  # «На № … от …»
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[str] = mapped_column(String(254), default="")
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a visa letter: until its person comes again
    register_entry_id: Mapped[int | None] = mapped_column(ForeignKey("register_entry.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("sealed_document.id"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"))

    conference: Mapped[Conference] = relationship()
    municipality: Mapped[Municipality] = relationship()
    head: Mapped[MunicipalHead] = relationship()
    register_entry: Mapped[RegisterEntry | None] = relationship()
    document: Mapped[SealedDocument | None] = relationship()
    mail: Mapped[OutgoingMail | None] = relationship()
    reply: Mapped[Reply | None] = relationship(back_populates="letter", uselist=False)
    parent: Mapped[Letter | None] = relationship(remote_side=[id], foreign_keys=[parent_letter_id])
    general: Mapped[Letter | None] = relationship(remote_side=[id], foreign_keys=[general_id])
    answers: Mapped[IncomingLetter | None] = relationship()
    despatches: Mapped[list[Despatch]] = relationship(order_by="Despatch.id", back_populates="letter")


class DespatchRun(Model):
    """One printing of letters: what was printed together, and whether the enclosures stood between them."""

    __tablename__ = "despatch_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    with_enclosures: Mapped[bool] = mapped_column(default=False)
    two_sided: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(254), default="")


class Despatch(Model):
    """One sending of an issued letter, or its coming back: who, when, how. Never changed."""

    __tablename__ = "despatch"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    way: Mapped[DespatchWay] = mapped_column(enum_column(DespatchWay, "way"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(254), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    postal_number: Mapped[str] = mapped_column(String(60), default="")
    again: Mapped[bool] = mapped_column(default=False)  # printed, or sent, before
    run_id: Mapped[int | None] = mapped_column(ForeignKey("despatch_run.id"), index=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"), index=True)

    letter: Mapped[Letter] = relationship(back_populates="despatches")
    run: Mapped[DespatchRun | None] = relationship()


class Reply(Model):
    """What the head answered; changed until the deadline, the last word counts."""

    __tablename__ = "reply"
    __table_args__ = (CheckConstraint("people BETWEEN 0 AND 500", name="people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), unique=True)
    answer: Mapped[ReplyAnswer] = mapped_column(enum_column(ReplyAnswer, "answer"))
    people: Mapped[int] = mapped_column(default=1)
    deputy_name: Mapped[str] = mapped_column(String(200), default="")
    deputy_office: Mapped[str] = mapped_column(String(300), default="")
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(20), default="page")  # page, phone, email, letter
    recorded_by: Mapped[str] = mapped_column(String(254), default="", server_default="")  # staff; empty: the head
    incoming_number: Mapped[str] = mapped_column(String(60), default="")  # as the answer on paper is numbered
    incoming_date: Mapped[date | None]
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_letter.id"), index=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    letter: Mapped[Letter] = relationship(back_populates="reply")


class ReminderRule(Model):
    """After how many days the silent of a conference are reminded; without a row 7 and 14."""

    __tablename__ = "reminder_rule"
    __table_args__ = (CheckConstraint("first_days BETWEEN 1 AND 90 AND second_days BETWEEN 2 AND 180 "
                                      "AND first_days < second_days", name="days"),)  # fmt: skip

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    first_days: Mapped[int] = mapped_column(default=7)
    second_days: Mapped[int] = mapped_column(default=14)


class LetterSheet(Model):
    """How an issuer's letters look; an issuer without a row writes as the standards say.

    ``habits`` holds what departs from :class:`invitations.house.HouseOptions`; ``gost_edition`` 0 goes by the date;
    ``signature`` says what stands where the hand signs: hand, facsimile or mark. Pictures are kept as they were made
    anew, with their SHA-256.
    """

    __tablename__ = "letter_sheet"

    issuer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    layout_ru: Mapped[str] = mapped_column(String(20), default="gost-corner")
    layout_de: Mapped[str] = mapped_column(String(20), default="din-5008-b")
    gost_edition: Mapped[int] = mapped_column(default=0)
    habits: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    signature: Mapped[str] = mapped_column(String(10), default="hand")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    logo_digest: Mapped[str] = mapped_column(String(64), default="")
    facsimile: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    facsimile_digest: Mapped[str] = mapped_column(String(64), default="")
    changed_by: Mapped[str] = mapped_column(String(254), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    issuer: Mapped[Organisation] = relationship(backref=backref("letter_sheet", uselist=False, passive_deletes=True))
