"""The numbers of letters: those that will probably come, and the register that is held while they are given."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import OutgoingRegister
from app.correspondence.operations.writing import require_issuer
from app.correspondence.rules import label_for
from app.database import db, lock
from app.directory.models import Organisation


def day_of(conference: Conference, at: datetime) -> date:
    """The day a letter issued now is dated."""
    return at.astimezone(ZoneInfo(conference.timezone)).date()


def next_number(issuer: Organisation, year: int) -> tuple[int, str]:
    """The number the next letter will probably get, and the pattern of its label."""
    found = db.session.execute(
        select(OutgoingRegister.last_number, OutgoingRegister.pattern).where(
            OutgoingRegister.issuer_id == issuer.id, OutgoingRegister.year == year
        )
    ).first()
    return (found[0] + 1, found[1]) if found is not None else (1, issuer.number_pattern)


def coming_labels(conference: Conference, at: datetime, count: int) -> list[str]:
    """«Исх-69», «Исх-70»: what the next letters would be numbered if nobody else issued first."""
    day = day_of(conference, at)
    first, pattern = next_number(require_issuer(conference), day.year)
    return [label_for(pattern, first + place, day.year) for place in range(count)]


def next_label(conference: Conference, at: datetime) -> str:
    """What the next letter would be numbered if nobody else issued first."""
    return coming_labels(conference, at, 1)[0]


def held_register(issuer: Organisation, year: int) -> OutgoingRegister:
    """The register of the issuer and year, held until the transaction ends; opened when it is the first letter."""
    question = select(OutgoingRegister).where(
        OutgoingRegister.issuer_id == issuer.id, OutgoingRegister.year == year
    )  # fmt: skip
    register = db.session.scalar(question)
    if register is None:
        lock(issuer)  # two who open it at once: the second finds it
        register = db.session.scalar(question)
    if register is None:
        register = OutgoingRegister(issuer_id=issuer.id, year=year, pattern=issuer.number_pattern, last_number=0)
        db.session.add(register)
        db.session.flush()
    return lock(register)
