"""What is looked at when somebody comes in, under the conference's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from json import loads
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, null, select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import is_sqlite, lock_and_ask
from app.delegations.models import Delegate, RoleRule
from app.delegations.queries.places import Counted, counted_in, groups_of
from app.delegations.rules.ways_in import Approval, Rule
from app.directory.models import Municipality


@dataclass(frozen=True)
class Door:
    """What is looked at when somebody comes in: how many take part in which way, and who came before."""

    counted: Counted
    rules: Mapping[str, Rule]  # what holds for single roles
    highest: str | None  # the public id given last
    known: int | None  # the id of the delegate whom the same form has made already
    city: tuple[str, str] | None  # slug and country of the municipality asked for
    decisive: tuple[Any, ...]  # of the conference now: what :data:`DECISIVE` names
    new_id: int | None  # the id of the row to come, where the database gives it beforehand


# Of a conference, what decides whether somebody may come in, and how.
DECISIVE = (
    "registration_open", "registration_opens_at", "registration_closes_at", "approval_needed", "format",
    "places_on_site", "places_video", "offer_hours",
)  # fmt: skip


_NUMBERED = (
    Delegate.public_id.between("R00000", "R99999"),
    Delegate.public_id.like("R_____"),
)


@cache
def _question(*, sqlite: bool) -> Select[Any]:
    """Made once: a crowd at the door asks nothing else. Always one row; lists in it are JSON."""
    array, rows = (func.json_array, func.json_group_array) if sqlite else (func.json_build_array, func.json_agg)
    groups = groups_of(bindparam("conference")).subquery()
    rule = (RoleRule.role, RoleRule.public, RoleRule.approval, RoleRule.places_on_site, RoleRule.places_video,
            RoleRule.way)  # fmt: skip
    city = Municipality.id == bindparam("city")
    new_id = null() if sqlite else func.nextval(func.pg_get_serial_sequence(Delegate.__tablename__, "id"))
    return select(
        select(cast(rows(array(*groups.columns)), Text)).scalar_subquery(),
        select(cast(rows(array(*rule)), Text))
        .where(RoleRule.conference_id == bindparam("conference"))
        .scalar_subquery(),
        select(func.max(Delegate.public_id))
        .where(Delegate.conference_id == bindparam("conference"), *_NUMBERED)
        .scalar_subquery(),
        select(Delegate.id).where(Delegate.form_key == bindparam("form_key")).scalar_subquery(),
        select(Municipality.slug).where(city).scalar_subquery(),
        select(Municipality.country).where(city).scalar_subquery(),
        new_id,
        *(getattr(Conference, name) for name in DECISIVE),
    ).where(Conference.id == bindparam("conference"))


def at_the_door(conference: Conference, *, form_key: str | None = None, city: int | None = None) -> Door:
    """Hold the conference and see all of it at once.

    :param form_key: the sign of the form that was sent.
    :param city: the id of the municipality somebody comes from.
    """
    question = _question(sqlite=is_sqlite())
    counted, rules, highest, known, slug, country, new_id, *decisive = lock_and_ask(
        Conference, conference.id, question, {"conference": conference.id, "form_key": form_key, "city": city}
    )
    return Door(
        counted=counted_in(loads(counted or "[]")),
        rules={
            role: Rule(bool(public), Approval(approval), on_site, video, Attendance(way) if way else None)
            for role, public, approval, on_site, video, way in loads(rules or "[]")
        },
        highest=highest, known=known, city=(slug, country) if slug else None, decisive=tuple(decisive), new_id=new_id,
    )  # fmt: skip
