"""The outgoing register."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.rules import REGISTER_COLUMNS
from app.database import db
from app.i18n import localized
from app.tables import write_csv


def register_rows(
    year: int | None = None, *, offset: int = 0, limit: int | None = None, newest_first: bool = False
) -> Sequence[RegisterEntry]:
    """Entries by issuer, year and number, annulled ones included; ``newest_first`` turns the order round."""
    order = (OutgoingRegister.issuer_id, OutgoingRegister.year, RegisterEntry.number)
    question = (
        select(RegisterEntry)
        .join(RegisterEntry.register)
        .options(contains_eager(RegisterEntry.register).options(joinedload(OutgoingRegister.issuer)))
        .order_by(*(column.desc() if newest_first else column for column in order))
        .offset(offset)
    )
    if year is not None:
        question = question.where(OutgoingRegister.year == year)
    if limit is not None:
        question = question.limit(limit)
    return db.session.scalars(question).all()


def letters_of_entries(entries: Sequence[RegisterEntry]) -> dict[int, tuple[str, int]]:
    """Slug of the conference and id of the letter behind each entry, by the entry's id; one query."""
    rows = db.session.execute(
        select(Letter.register_entry_id, Conference.slug, Letter.id)
        .join(Letter.conference)
        .where(Letter.register_entry_id.in_([entry.id for entry in entries]))
    ).all()
    return {entry_id: (slug, letter_id) for entry_id, slug, letter_id in rows if entry_id is not None}


def register_count(year: int | None = None) -> int:
    """How many entries there are."""
    question = select(func.count()).select_from(RegisterEntry).join(RegisterEntry.register)
    if year is not None:
        question = question.where(OutgoingRegister.year == year)
    return db.session.scalar(question) or 0


def years() -> Sequence[int]:
    """The years that have a register, newest first."""
    return db.session.scalars(select(OutgoingRegister.year).distinct().order_by(OutgoingRegister.year.desc())).all()


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


def register_csv(lines: list[dict[str, Any]]) -> str:
    """The register as CSV; formulas are made harmless."""
    out = io.StringIO(newline="")
    write_csv(lines, REGISTER_COLUMNS, out)
    return out.getvalue()
