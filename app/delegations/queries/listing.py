"""The staff's list of delegates: who is found, page by page; files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import db, fold
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation

# The columns of the delegates' files, in their order; ``awkward`` of the sample file is left out.
FILE_COLUMNS = (
    "delegate_id", "last", "first", "patronymic", "last_latin", "first_latin", "gender", "academic_title",
    "noble_prefix", "badge_ru", "badge_de", "city_slug", "country", "citizenship", "role", "organisation", "position",
    "languages", "interpretation", "email", "attendance", "arrival", "departure", "arrival_mode", "hotel_needed",
    "working_group", "dietary_code", "dietary_note", "accessibility_note", "visa_needed", "visa_note", "photo_consent",
    "registered_at",
)  # fmt: skip

EXPORT_COLUMNS = (*FILE_COLUMNS, "accreditation")


def matching(
    conference: Conference,
    *,
    words: str = "",
    role: str = "",
    country: str = "",
    accreditation: str = "",
    attendance: str = "",
) -> Select[Delegate]:
    """Delegates found by every one of ``words`` (in either script) and the filters, by name."""
    question = select(Delegate).where(Delegate.conference_id == conference.id)
    for word in (fold(words) or "").split():
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        question = question.where(Delegate.search.like(f"%{escaped}%", escape="\\"))
    if role:
        question = question.where(
            or_(Delegate.role == role, Delegate.role.like(f"{role};%"), Delegate.role.like(f"%;{role}"))
        )
    if country:
        question = question.where(Delegate.country == country)
    if accreditation in set(Accreditation):
        question = question.where(Delegate.accreditation == Accreditation(accreditation))
    if attendance in set(Attendance):
        question = question.where(Delegate.attendance == Attendance(attendance))
    return question


def page_of_delegates(question: Select[Delegate], *, offset: int, limit: int) -> list[Delegate]:
    """One page of :func:`matching`, by name."""
    return list(
        db.session.scalars(
            question.options(joinedload(Delegate.municipality))
            .order_by(Delegate.search, Delegate.id)
            .offset(offset)
            .limit(limit)
        )
    )


def how_many(question: Select[Any]) -> int:
    """How many rows a question finds."""
    return db.session.scalar(select(func.count()).select_from(question.order_by(None).subquery())) or 0


def countries(conference: Conference) -> list[str]:
    """The countries delegates of a conference come from."""
    return list(
        db.session.scalars(
            select(Delegate.country)
            .where(Delegate.conference_id == conference.id, Delegate.country != "")
            .distinct()
            .order_by(Delegate.country)
        )
    )


def export_rows(conference: Conference) -> list[dict[str, str]]:
    """Every delegate as the files have them, by number."""
    table = Delegate.__table__.c
    names = [name for name in FILE_COLUMNS if name != "delegate_id"]
    found = db.session.execute(
        select(table.public_id, table.accreditation, *(table[name] for name in names))
        .where(table.conference_id == conference.id)
        .order_by(table.public_id)
    )
    rows = []
    for row in found.mappings():
        values = {name: str(row[name]) for name in names} | {"delegate_id": row["public_id"]}
        rows.append(values | {"attendance": row["attendance"].value, "accreditation": row["accreditation"].value})
    return rows
