"""Two rows of one person become one; two people stay two."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, select, update
from sqlalchemy.exc import IntegrityError

from app.database import Model, lock, transaction
from app.delegations.models import Delegate, DistinctPeople
from app.delegations.operations.badge_codes import withdraw_badge_code
from app.delegations.operations.leaving import tell_left
from app.delegations.operations.precedence import stand_by_table
from app.delegations.operations.waiting_list import forget_wish, grant_waiting, place_is_free
from app.delegations.queries import search_text, sort_name, wish_of
from app.delegations.rules import HOLDS_A_PLACE, Accreditation
from app.delegations.rules.badge_codes import WhyWithdrawn
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor

# What is chosen row by row when two become one; the town brings its country's slug with it.
MERGED_FIELDS = (
    "last", "first", "patronymic", "last_latin", "first_latin", "gender", "academic_title", "noble_prefix", "badge_ru",
    "badge_de", "municipality_id", "country", "citizenship", "role", "delegation_id", "organisation", "position",
    "languages", "interpretation", "email", "phone", "attendance", "arrival", "departure", "arrival_mode",
    "arrival_number", "arrival_place", "departure_mode", "departure_number", "departure_place", "hotel_needed",
    "room_with", "emergency_name", "emergency_phone", "working_group", "dietary_code", "dietary_note",
    "accessibility_note", "visa_needed", "visa_note", "photo_consent", "language",
)  # fmt: skip

# The better standing of two rows stays.
_BEST_FIRST = (
    Accreditation.GRANTED, Accreditation.APPLIED, Accreditation.WAITLISTED, Accreditation.DECLINED,
    Accreditation.WITHDRAWN,
)  # fmt: skip
# What happened to a row stays with the row.
_STAYS = frozenset({"delegate_change", "distinct_people", "group_mail_recipient"})


def different_fields(one: Delegate, other: Delegate) -> list[str]:
    """The fields in which two rows say something different."""
    return [name for name in MERGED_FIELDS if getattr(one, name) != getattr(other, name)]


def say_two_people(*, one: Delegate, other: Delegate, actor: Actor, at: datetime) -> None:
    """Remember that these are two people; saying it twice is harmless.

    :raises Refusal: when it is one row, or they belong to two conferences.
    """
    _require_two(one, other)
    a, b = sorted((one.id, other.id))
    with transaction() as session:
        lock(one.conference)
        known = select(DistinctPeople.id).where(DistinctPeople.a_id == a, DistinctPeople.b_id == b)
        if session.scalar(known) is not None:
            return
        session.add(
            DistinctPeople(conference_id=one.conference_id, a_id=a, b_id=b, decided_by=actor.label[:254], decided_at=at)
        )
        for row, twin in ((one, other), (other, one)):
            record(deed="delegations.say_two_people", subject=row, actor=actor, at=at, details={"other": twin.id})


def _require_two(one: Delegate, other: Delegate) -> None:
    if one.id == other.id or one.conference_id != other.conference_id:
        raise Refusal(_l("These two cannot be compared."))


def merge_doubles(
    *, stays: Delegate, goes: Delegate, taken: Collection[str], versions: tuple[int, int], actor: Actor, at: datetime
) -> None:
    """One person of two rows: ``stays`` is kept, with the fields ``taken`` from ``goes``.

    The better standing of the two counts, and never is more than one place held afterwards; what ``goes`` held goes to
    the first who waits. The personal and the video link of ``goes`` lead to ``stays`` from now on; its badge opens
    nothing any more.

    :param versions: of ``stays`` and ``goes`` when they were looked at.
    :raises Refusal: when either was changed or merged meanwhile.
    """
    _require_two(stays, goes)
    conference = stays.conference
    with transaction() as session:
        lock(conference)
        for row in sorted((stays, goes), key=lambda row: row.id):
            lock(row)
        if (stays.version, goes.version) != versions or stays.merged_into_id or goes.merged_into_id:
            raise Refusal(_l("One of the two was changed meanwhile. Please compare them again."))
        names = [name for name in different_fields(stays, goes) if name in taken]
        standings = {row.id: (row.attendance, row.accreditation) for row in (stays, goes)}
        since = min((row.waitlisted_at for row in (stays, goes) if row.waitlisted_at), default=at)
        for name in names:
            setattr(stays, name, getattr(goes, name))
        if "municipality_id" in names:
            stays.city_slug = goes.city_slug
        if {"role", "position"} & set(names):
            stand_by_table([stays])
        stays.consents = {**goes.consents, **stays.consents}
        _retire(goes, stays, at)
        session.flush()
        best = min((standing for _, standing in standings.values()), key=_BEST_FIRST.index)
        same_kind = {standing for kind, standing in standings.values() if kind is stays.attendance}
        if best in HOLDS_A_PLACE and not same_kind & HOLDS_A_PLACE:  # the place held was of the other kind
            stays.accreditation = Accreditation.WITHDRAWN
            session.flush()
            best = best if place_is_free(conference, stays.attendance, stays.role) else Accreditation.WAITLISTED
        stays.accreditation = best
        if best is Accreditation.WAITLISTED:
            stays.waitlisted_at = since
        elif wish_of(stays) is None:
            forget_wish(stays)
        stays.updated_at = at
        said = {column.key: getattr(stays, column.key) for column in Delegate.__table__.columns}
        stays.search, stays.sort_name = search_text(said), sort_name(said)
        session.flush()
        _move_rows(goes.id, stays.id)
        record(deed="delegations.merge_doubles", subject=stays, actor=actor, at=at,
               details={"from": goes.public_id, "fields": names})  # fmt: skip
        record(deed="delegations.become_one", subject=goes, actor=actor, at=at, details={"into": stays.public_id})
        grant_waiting(conference=conference, actor=actor, at=at)


def _retire(goes: Delegate, stays: Delegate, at: datetime) -> None:
    goes.accreditation = Accreditation.WITHDRAWN
    goes.merged_into_id, goes.delegation_id = stays.id, None
    forget_wish(goes)
    withdraw_badge_code(delegate=goes, why=WhyWithdrawn.DOUBLE, at=at)
    tell_left(goes)


def _tables() -> list[tuple[Table, Any]]:
    found = []
    for mapper in Model.registry.mappers:
        table = mapper.local_table
        if not isinstance(table, Table) or not mapper.class_.__module__.startswith("app.delegations."):
            continue
        if table.name in _STAYS or table.name == "delegate":
            continue
        found += [(table, key.parent) for key in table.foreign_keys if key.column.table.name == "delegate"]
    return found


def _move_rows(source: int, target: int) -> None:
    """What was entered for ``source`` (answers, consents, papers) is ``target``'s, where it has none of its own."""
    with transaction() as session:
        for table, column in _tables():
            (key,) = table.primary_key.columns
            about = next((table.c[name] for name in ("question_id", "purpose") if name in table.c), None)
            answered = set(session.scalars(select(about).where(column == target))) if about is not None else set()
            rows = session.execute(select(key, about if about is not None else key).where(column == source)).all()
            for number, subject in rows:
                if about is not None and subject in answered:
                    continue
                try:
                    with session.begin_nested():
                        session.execute(update(table).where(key == number).values({column: target}))
                except IntegrityError:
                    continue
        session.expire_all()
