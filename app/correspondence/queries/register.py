"""The outgoing register."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.correspondence.models import OutgoingRegister, RegisterEntry
from app.database import db


def register_rows(year: int | None = None, *, offset: int = 0, limit: int | None = None) -> Sequence[RegisterEntry]:
    """Entries by issuer, year and number, annulled ones included."""
    question = (
        select(RegisterEntry)
        .join(RegisterEntry.register)
        .options(contains_eager(RegisterEntry.register).options(joinedload(OutgoingRegister.issuer)))
        .order_by(OutgoingRegister.issuer_id, OutgoingRegister.year, RegisterEntry.number)
        .offset(offset)
    )
    if year is not None:
        question = question.where(OutgoingRegister.year == year)
    if limit is not None:
        question = question.limit(limit)
    return db.session.scalars(question).all()


def register_count(year: int | None = None) -> int:
    """How many entries there are."""
    question = select(func.count()).select_from(RegisterEntry).join(RegisterEntry.register)
    if year is not None:
        question = question.where(OutgoingRegister.year == year)
    return db.session.scalar(question) or 0


def years() -> Sequence[int]:
    """The years that have a register, newest first."""
    return db.session.scalars(select(OutgoingRegister.year).distinct().order_by(OutgoingRegister.year.desc())).all()
