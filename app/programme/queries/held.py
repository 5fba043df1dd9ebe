"""How sessions are held, in SQL: for what is counted and searched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, literal

from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_both, has_hall
from app.programme.rules import NEEDS_A_PLACE


def held_as_in_sql(kind: Any, own_format: Any, conference: ConferenceFormat) -> ColumnElement[str]:
    """:func:`app.programme.rules.held_as` of columns, in a conference of that format: the value of a format."""
    if not has_hall(conference):
        return literal(conference.value)
    otherwise = case(
        (kind.in_(NEEDS_A_PLACE) if has_both(conference) else literal(value=False), ConferenceFormat.IN_PERSON.value),
        else_=conference.value,
    )
    return case(
        *((own_format == one, one.value) for one in ConferenceFormat), else_=otherwise
    )  # fmt: skip
