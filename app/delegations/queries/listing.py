"""The staff's list of delegates: who is found, page by page; files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import comes_in_sql
from app.database import db
from app.delegations.models import Answer, Delegate, Delegation, SavedFilter
from app.delegations.models import Question as AskedQuestion
from app.delegations.queries.arrived import ARRIVED, EXPECTED, are_expected, have_arrived
from app.delegations.queries.places import who_wishes
from app.delegations.queries.precedence import in_order_of
from app.delegations.queries.search import found_by
from app.delegations.rules import LATIN, NOT_LATIN, Accreditation, DelegateRole, moment_of
from app.delegations.rules.listing import NEEDED, Question, day_of
from app.directory.models import Municipality
from app.directory.regions import region_of
from app.i18n import language, localized

# The columns of the delegates' files, in their order; ``awkward`` of the sample file is left out.
FILE_COLUMNS = (
    "delegate_id", "last", "first", "patronymic", "last_latin", "first_latin", "gender", "academic_title",
    "noble_prefix", "badge_ru", "badge_de", "city_slug", "country", "citizenship", "role", "organisation", "position",
    "languages", "interpretation", "email", "attendance", "arrival", "departure", "arrival_mode", "hotel_needed",
    "working_group", "dietary_code", "dietary_note", "accessibility_note", "visa_needed", "visa_note", "photo_consent",
    "registered_at",
)  # fmt: skip

EXPORT_COLUMNS = (*FILE_COLUMNS, "accreditation")

# Further columns, which a file has when somebody has something there.
JOURNEY_COLUMNS = (
    "arrival_number", "arrival_place", "departure_mode", "departure_number", "departure_place", "room_with",
)  # fmt: skip


def matching(conference: Conference, question: Question | None = None, /, *, words: str = "") -> Select[Delegate]:
    """Delegates found by every one of the words (in either script, or by their sound) and by the filters, in order."""
    question = question or Question(q=words)
    asked = select(Delegate).where(Delegate.conference_id == conference.id, Delegate.merged_into_id.is_(None))
    return asked.where(*found_by(question.q), *_filters(conference, question)).order_by(*_order(conference, question))


def chosen(conference: Conference, public_ids: Sequence[str]) -> Select[Delegate]:
    """Delegates by their numbers, by name."""
    return (
        select(Delegate)
        .where(Delegate.conference_id == conference.id, Delegate.merged_into_id.is_(None))
        .where(Delegate.public_id.in_(public_ids))
        .order_by(Delegate.sort_name, Delegate.id)
    )


def _filters(conference: Conference, asked: Question) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    role = asked.role
    if role:
        whole = [Delegate.role == role]
        if role in set(DelegateRole):
            whole += [
                Delegate.role.like(f"{role};%"),
                Delegate.role.like(f"%;{role}"),
                Delegate.role.like(f"%;{role};%"),
            ]
        conditions.append(or_(*whole))
    if asked.country:
        conditions.append(Delegate.country == asked.country)
    if asked.region:
        conditions.append(
            Delegate.municipality_id.in_(select(Municipality.id).where(Municipality.iso3166_2 == asked.region))
        )
    if asked.delegation == "none":
        conditions.append(Delegate.delegation_id.is_(None))
    elif asked.delegation.isdecimal() and len(asked.delegation) < 10:
        conditions.append(Delegate.delegation_id == int(asked.delegation))
    if asked.accreditation in set(Accreditation):
        standing = Accreditation(asked.accreditation)
        stands = Delegate.accreditation == standing
        waits = standing is Accreditation.WAITLISTED
        conditions.append(or_(stands, Delegate.id.in_(who_wishes(conference))) if waits else stands)
    if asked.attendance in set(Attendance):
        conditions.append(Delegate.attendance == Attendance(asked.attendance))
    if asked.arrival == "none":
        conditions.append(Delegate.arrival == "")
    elif day_of(asked.arrival) is not None:
        conditions.append(Delegate.arrival.in_(moments_on(conference, asked.arrival, Delegate.arrival)))
    if asked.came == ARRIVED:
        conditions.append(have_arrived(conference))
    elif asked.came == EXPECTED:
        conditions.append(are_expected(conference))
    for column, value in ((Delegate.visa_needed, asked.visa), (Delegate.hotel_needed, asked.hotel)):
        if value:
            conditions.append(column == ("" if value == "unknown" else value))
    if asked.answer:
        conditions.append(_answered(conference, asked.answer))
    if asked.missing:
        lacking = lacks(conference)
        lacking["any"] = or_(*(lacking[name] for name in NEEDED))
        conditions.append(lacking.get(asked.missing, Delegate.id < 0))
    return conditions


def _answered(conference: Conference, wished: str) -> ColumnElement[bool]:
    name, _, value = wished.partition("=")
    asked = select(AskedQuestion.id).where(AskedQuestion.conference_id == conference.id, AskedQuestion.slug == name)
    told = exists().where(Answer.delegate_id == Delegate.id, Answer.question_id.in_(asked))
    if value in {"*", "-"}:
        return told if value == "*" else ~told
    return told.where(or_(Answer.key == value, and_(Answer.key == "", Answer.value == value)))


def lacks(conference: Conference) -> dict[str, ColumnElement[bool]]:
    """What makes each thing missing, in SQL, as ``rules.missing_in`` has it; city and telephone besides."""
    comes = comes_in_sql(Delegate.attendance, conference.format)
    return {
        "email": Delegate.email.not_like("%_@_%._%"),
        "last_latin": and_(
            (Delegate.last + Delegate.first).regexp_match(NOT_LATIN),
            ~(Delegate.last_latin + Delegate.first_latin).regexp_match(LATIN),
        ),
        "languages": Delegate.languages == "",
        "arrival": and_(comes, Delegate.arrival == ""),
        "departure": and_(comes, Delegate.departure == ""),
        "city": Delegate.municipality_id.is_(None),
        "phone": Delegate.phone == "",
    }  # fmt: skip


def moments_on(conference: Conference, day: str, column: Any) -> list[str]:
    """The texts of ``column`` that mean a moment of ``day`` at the host's. One query."""
    wanted = day_of(day)
    if wanted is None:
        return []
    near = [(wanted + timedelta(days=shift)).isoformat() for shift in (-1, 0, 1)]
    texts = db.session.scalars(
        select(column)
        .where(Delegate.conference_id == conference.id, or_(*(column.like(f"{text}T%") for text in near)))
        .distinct()
    )
    found = []
    for text in texts:
        moment = moment_of(text, conference.timezone)
        if moment is not None and moment.astimezone(conference_zone(conference)).date() == wanted:
            found.append(text)
    return found


def conference_zone(conference: Conference) -> Any:
    """The zone of the host."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(conference.timezone)


def _order(conference: Conference, question: Question) -> list[Any]:
    name, backwards = question.order
    city = select(getattr(Municipality, f"name_{language()}")).where(Municipality.id == Delegate.municipality_id)
    columns: dict[str, list[Any]] = {
        "name": [Delegate.sort_name],
        "city": [func.coalesce(city.scalar_subquery(), Delegate.city_slug), Delegate.sort_name],
        "role": [Delegate.precedence, Delegate.role, *in_order_of(conference)],
        "accreditation": [Delegate.accreditation, Delegate.sort_name],
        "arrival": [Delegate.arrival, Delegate.sort_name],
        "departure": [Delegate.departure, Delegate.sort_name],
        "registered": [Delegate.registered_at],
        "number": [Delegate.public_id],
    }
    keys = [*columns[name], Delegate.id]
    return [key.desc() for key in keys] if backwards else keys


def page_of_delegates(question: Select[Delegate], *, offset: int, limit: int | None) -> list[Delegate]:
    """One page of :func:`matching`, with municipality and delegation; all of them without ``limit``."""
    return list(
        db.session.scalars(
            question.options(joinedload(Delegate.municipality), joinedload(Delegate.delegation))
            .offset(offset)
            .limit(limit)
        )
    )


def how_many(question: Select[Any]) -> int:
    """How many rows a question finds."""
    counted = question.order_by(None).with_only_columns(func.count(Delegate.id), maintain_column_froms=True)
    return db.session.scalar(counted) or 0


def ids_of(question: Select[Any]) -> list[int]:
    """The ids a question finds, in its order."""
    return list(db.session.scalars(question.with_only_columns(Delegate.id, maintain_column_froms=True)))


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


def regions(conference: Conference) -> list[tuple[str, str]]:
    """The regions delegates come from: ISO 3166-2 and the name in the reader's language, by name."""
    towns = select(Delegate.municipality_id).where(Delegate.conference_id == conference.id).distinct()
    rows = db.session.execute(
        select(Municipality.iso3166_2, Municipality.region_ru, Municipality.region_de)
        .where(Municipality.id.in_(towns), Municipality.iso3166_2 != "")
        .distinct()
    )
    found = {row.iso3166_2: region_of(row) for row in rows}
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def delegation_names(conference: Conference) -> list[tuple[str, str]]:
    """Every delegation by id, under the name of its municipality or organisation, by name."""
    rows = db.session.scalars(select(Delegation).where(Delegation.conference_id == conference.id))
    found = [(str(row.id), localized(row.municipality, "name") if row.municipality else row.name) for row in rows]
    return sorted(found, key=lambda pair: pair[1].casefold())


def arrival_days(conference: Conference) -> list[str]:
    """The days on which somebody arrives, as ISO dates."""
    day = func.substr(Delegate.arrival, 1, 10)
    days = db.session.scalars(
        select(day).where(Delegate.conference_id == conference.id, Delegate.arrival != "").distinct().order_by(day)
    )
    return [text for text in days if day_of(text) is not None]


def export_rows(conference: Conference, question: Select[Delegate] | None = None) -> list[dict[str, str]]:
    """Every delegate as the files have them, by number; of ``question`` only those it finds, in its order."""
    table = Delegate.__table__.c
    names = [name for name in (*FILE_COLUMNS, *JOURNEY_COLUMNS) if name != "delegate_id"]
    if question is None:
        question = (
            select(Delegate)
            .where(Delegate.conference_id == conference.id, Delegate.merged_into_id.is_(None))
            .order_by(Delegate.public_id)
        )
    found = db.session.execute(
        question.with_only_columns(
            table.public_id, table.accreditation, *(table[name] for name in names), maintain_column_froms=True
        )
    )
    rows = []
    for row in found.mappings():
        values = {name: str(row[name]) for name in names} | {"delegate_id": row["public_id"]}
        rows.append(values | {"attendance": row["attendance"].value, "accreditation": row["accreditation"].value})
    return rows


def saved_filters(conference: Conference, *, staff_id: int) -> list[SavedFilter]:
    """One's own filters and those others share, by name."""
    return list(
        db.session.scalars(
            select(SavedFilter)
            .where(
                SavedFilter.conference_id == conference.id,
                or_(SavedFilter.staff_id == staff_id, SavedFilter.shared.is_(True)),
            )
            .order_by(SavedFilter.name, SavedFilter.id)
        )
    )
