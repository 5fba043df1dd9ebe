"""The outgoing register."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.rules import REGISTER_COLUMNS, DespatchWay, EntryState
from app.database import db, fold
from app.directory.models import Organisation
from app.i18n import localized
from app.mailroom.rules import MailState
from app.tables import write_csv


@dataclass(frozen=True)
class RegisterFilter:
    """What the register is narrowed to; empty means all. ``search`` finds every word of it."""

    year: int | None = None
    state: EntryState | None = None
    search: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL. Needs the register joined."""
        wanted: list[ColumnElement[bool]] = []
        if self.year is not None:
            wanted.append(OutgoingRegister.year == self.year)
        if self.state is not None:
            wanted.append(RegisterEntry.state == self.state)
        words = (fold(self.search) or "").split()[:8]
        return wanted + [RegisterEntry.search.contains(word, autoescape=True) for word in words]


def register_rows(
    year: int | None = None,
    *,
    narrowed: RegisterFilter | None = None,
    offset: int = 0,
    limit: int | None = None,
    newest_first: bool = False,
) -> Sequence[RegisterEntry]:
    """Entries by issuer, year and number, annulled ones included; ``newest_first`` turns the order round."""
    order = (OutgoingRegister.issuer_id, OutgoingRegister.year, RegisterEntry.number)
    question = (
        select(RegisterEntry)
        .join(RegisterEntry.register)
        .options(contains_eager(RegisterEntry.register).options(joinedload(OutgoingRegister.issuer)))
        .where(*(narrowed or RegisterFilter(year)).conditions())
        .order_by(*(column.desc() if newest_first else column for column in order))
        .offset(offset)
    )
    if limit is not None:
        question = question.limit(limit)
    return db.session.scalars(question).all()


def letters_of_entries(entries: Sequence[RegisterEntry]) -> dict[int, Letter]:
    """The letter behind each entry with its mail, its despatches and its reply, by the entry's id; two queries."""
    rows = db.session.scalars(
        select(Letter)
        .options(
            joinedload(Letter.conference),
            joinedload(Letter.mail),
            joinedload(Letter.reply),
            selectinload(Letter.despatches),
        )
        .where(Letter.register_entry_id.in_([entry.id for entry in entries]), Letter.general_id.is_(None))
    ).all()
    return {letter.register_entry_id: letter for letter in rows if letter.register_entry_id is not None}


def register_count(narrowed: RegisterFilter | None = None) -> int:
    """How many entries there are."""
    question = select(func.count()).select_from(RegisterEntry).join(RegisterEntry.register)
    return db.session.scalar(question.where(*(narrowed or RegisterFilter()).conditions())) or 0


def years() -> Sequence[int]:
    """The years that have a register, newest first."""
    return db.session.scalars(select(OutgoingRegister.year).distinct().order_by(OutgoingRegister.year.desc())).all()


def issuers() -> Sequence[Organisation]:
    """The organisations that number their own letters."""
    return db.session.scalars(
        select(Organisation).where(Organisation.issues_letters.is_(True)).order_by(Organisation.id)
    ).all()


def register_lines(entries: Sequence[RegisterEntry]) -> list[dict[str, Any]]:
    """The lines of the register as ``--json`` prints them."""
    letters: dict[int, Letter] = {}
    for first in range(0, len(entries), 500):
        letters |= letters_of_entries(entries[first : first + 500])
    return [_line(entry, letters.get(entry.id)) for entry in entries]


def _line(entry: RegisterEntry, letter: Letter | None) -> dict[str, Any]:
    way, sent_on = _way(letter)
    reply = letter.reply if letter is not None else None
    zone = ZoneInfo(letter.conference.timezone if letter is not None else "UTC")
    return {
        "issuer": localized(entry.register.issuer, "name", "ru"),
        "year": entry.register.year,
        "number": entry.number,
        "label": entry.label,
        "date": entry.dated.isoformat(),
        "addressee": entry.addressee,
        "subject": entry.subject,
        "sheets": entry.sheets,
        "executor": entry.executor,
        "sent": way,
        "sent_on": sent_on.astimezone(zone).date().isoformat() if sent_on is not None else "",
        "reply": reply.answer.value if reply is not None else "",
        "replied_on": reply.answered_at.astimezone(zone).date().isoformat() if reply is not None else "",
        "incoming_number": reply.incoming_number if reply is not None else "",
        "incoming_date": reply.incoming_date.isoformat() if reply is not None and reply.incoming_date else "",
        "state": entry.state.value,
        "annulled_reason": entry.annulled_reason,
    }


def _way(letter: Letter | None) -> tuple[str, datetime | None]:
    """How the letter went last, in a word for programs, and when; ``waiting`` when it has not gone yet."""
    if letter is None:
        return "", None
    if letter.parent_letter_id is not None:
        return "with_partner", None
    mail, last = letter.mail, letter.despatches[-1] if letter.despatches else None
    if last is not None:
        return last.way.value, last.at
    if mail is not None and mail.state is MailState.SENT:
        return DespatchWay.EMAIL.value, mail.sent_at
    return "failed" if mail is not None and mail.state is MailState.FAILED else "waiting", None


def register_csv(lines: Sequence[Mapping[str, Any]]) -> str:
    """The register as CSV; formulas are made harmless."""
    out = io.StringIO(newline="")
    write_csv(lines, REGISTER_COLUMNS, out)
    return out.getvalue()
