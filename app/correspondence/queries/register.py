"""The outgoing register."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.rules import REGISTER_COLUMNS, EntryState
from app.database import db, fold
from app.directory.models import Organisation
from app.i18n import localized
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
    """The letter behind each entry with its mail and its reply, by the entry's id; one query."""
    rows = db.session.scalars(
        select(Letter)
        .options(joinedload(Letter.conference), joinedload(Letter.mail), joinedload(Letter.reply))
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


def register_line(entry: RegisterEntry) -> dict[str, Any]:
    """One line of the register as ``--json`` prints it."""
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
        "state": entry.state.value,
        "annulled_reason": entry.annulled_reason,
    }


def register_csv(lines: Sequence[Mapping[str, Any]]) -> str:
    """The register as CSV; formulas are made harmless."""
    out = io.StringIO(newline="")
    write_csv(lines, REGISTER_COLUMNS, out)
    return out.getvalue()
