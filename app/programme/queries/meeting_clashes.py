"""What stands in the way of a meeting put somewhere by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.errors import Refusal
from app.i18n import localized, time_range
from app.programme.models import Meeting
from app.programme.queries.meeting_sides import Side, sides_of
from app.programme.queries.meetings import (
    FOR_ALL,
    Pair,
    end_of,
    meetings_of,
    other_sessions,
    standing_of,
)
from app.programme.rules.clashes import folded_name
from app.programme.rules.meeting_words import interpreter_words, table_words
from app.programme.rules.meetings import TAKES_PLACE, Slot


def names_of_pair(meeting: Meeting) -> str:
    """«Калуга – Зуль» in the reader's language."""
    return f"{localized(meeting.a, 'name')} – {localized(meeting.b, 'name')}"


def require_free(
    conference: Conference, pair: Pair, starts_at: datetime, ends_at: datetime, table: str, interpreter: str, *,
    besides: Meeting | None = None,
) -> dict[int, Side]:  # fmt: skip
    """Both sides are there and free, the table and the interpreter too; returns who is there.

    :param besides: the meeting itself, when it is moved.
    :raises Refusal: naming what is in the way, at the field of the form it belongs to.
    """
    sides = sides_of(conference)
    for key in pair:
        if key not in sides:
            raise Refusal(_("One of the two delegations has nobody accredited."), field="start")
    _require_present(sides, pair, Slot(starts_at, ends_at, ""))
    _require_no_session(conference, sides, pair, starts_at, ends_at, interpreter)
    for other in meetings_of(conference):
        ends = end_of(other.session)
        if other is besides or standing_of(other) not in TAKES_PLACE or other.session.starts_at is None or ends is None:
            continue
        if not (other.session.starts_at < ends_at and starts_at < ends):
            continue
        words = {
            "hours": time_range(other.session.starts_at, ends, conference.timezone), "meeting": names_of_pair(other),
        }  # fmt: skip
        both = next((key for key in pair if key in (other.a_id, other.b_id)), None)
        if both is not None:
            name = localized(sides[both].municipality, "name")
            raise Refusal(
                _("%(name)s has another meeting then: %(meeting)s, %(hours)s.", name=name, **words), field="start"
            )
        if table and other.table == table:
            raise Refusal(
                _("%(table)s is taken then: %(meeting)s, %(hours)s.", table=table_words(table), **words), field="table"
            )
        if interpreter and other.interpreter == interpreter:
            person = interpreter_words(interpreter)
            raise Refusal(
                _("%(person)s interprets elsewhere then: %(meeting)s, %(hours)s.", person=person, **words),
                field="interpreter",
            )
    return sides


def _require_present(sides: Mapping[int, Side], pair: Pair, slot: Slot) -> None:
    for key in pair:
        if not sides[key].is_there(slot):
            name = localized(sides[key].municipality, "name")
            raise Refusal(_("%(name)s: nobody of the delegation is there at that time.", name=name), field="start")


def _require_no_session(
    conference: Conference, sides: Mapping[int, Side], pair: Pair, starts_at: datetime, ends_at: datetime,
    interpreter: str,
) -> None:  # fmt: skip
    for session in other_sessions(conference):
        ends = end_of(session)
        if session.starts_at is None or ends is None or not (session.starts_at < ends_at and starts_at < ends):
            continue
        title = localized(session, "title") or session.code
        names = {folded_name(person.name) for person in session.people}
        numbers = {person.delegate_id for person in session.people}
        hours = time_range(session.starts_at, ends, conference.timezone)
        for key in pair:
            side = sides[key]
            if (
                session.kind in FOR_ALL or key in {party.municipality_id for party in session.parties}
                or side.heads & numbers or side.head_names & names
            ):  # fmt: skip
                name = localized(side.municipality, "name")
                raise Refusal(
                    _("%(name)s takes part in “%(title)s” then (%(hours)s).", name=name, title=title, hours=hours),
                    field="start",
                )
        if interpreter and folded_name(interpreter) in names:
            raise Refusal(
                _("%(person)s interprets in “%(title)s” then (%(hours)s).", person=interpreter, title=title,
                  hours=hours),
                field="interpreter",
            )  # fmt: skip
