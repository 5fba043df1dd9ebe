"""What stands in the way of a meeting put somewhere by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.errors import Refusal
from app.i18n import localized, time_range
from app.programme.models import Meeting
from app.programme.queries.meeting_reasons import concerns, named
from app.programme.queries.meeting_sides import Side, sides_of
from app.programme.queries.meetings import (
    Pair,
    at_the_tables,
    end_of,
    meetings_of,
    other_sessions,
    plan_of,
    standing_of,
)
from app.programme.rules.clashes import folded_name
from app.programme.rules.meeting_words import interpreter_words, table_words
from app.programme.rules.meetings import (
    TAKES_PLACE,
    Slot,
    interpreter_name,
    need_interpreter,
    speech_between,
    speech_of,
)


def names_of_pair(meeting: Meeting) -> str:
    """«Калуга – Зуль» in the reader's language."""
    return f"{localized(meeting.a, 'name')} – {localized(meeting.b, 'name')}"


class InTheWay(Refusal):
    """Something stands in the way of a meeting, which may be held there all the same: a deputy goes, a table is
    shared. ``clashes``: field of the form and message of each."""

    def __init__(self, clashes: list[tuple[str, str]]) -> None:
        super().__init__(clashes[0][1], field=clashes[0][0])
        self.clashes = clashes


def require_free(
    conference: Conference, pair: Pair, starts_at: datetime, ends_at: datetime, table: str, interpreter: str, *,
    besides: Meeting | None = None, all_the_same: bool = False,
) -> dict[int, Side]:  # fmt: skip
    """Both sides are there and free, the table and the interpreter too; returns who is there.

    :param besides: the meeting itself, when it is moved.
    :param all_the_same: it is known what stands in the way, and meant.
    :raises InTheWay: with all that stands in the way.
    :raises Refusal: when one of the two has nobody accredited.
    """
    sides = sides_of(conference)
    for key in pair:
        if key not in sides:
            raise Refusal(_("One of the two delegations has nobody accredited."), field="start")
    clashes = _not_there(sides, pair, Slot(starts_at, ends_at, ""))
    clashes += _in_the_room(conference, starts_at, ends_at, table)
    clashes += _in_sessions(conference, sides, pair, starts_at, ends_at, interpreter)
    one, other = (sides[key].municipality.country for key in pair)
    if interpreter and need_interpreter(one, other) and speech_of(interpreter) != speech_between(one, other):
        person = interpreter_words(interpreter)
        clashes.append(("interpreter", _("%(person)s interprets between other languages.", person=person)))
    for met in meetings_of(conference):
        ends = end_of(met.session)
        if met is besides or standing_of(met) not in TAKES_PLACE or met.session.starts_at is None or ends is None:
            continue
        if not (met.session.starts_at < ends_at and starts_at < ends):
            continue
        words = {
            "hours": time_range(met.session.starts_at, ends, conference.timezone), "meeting": names_of_pair(met),
        }  # fmt: skip
        both = next((key for key in pair if key in (met.a_id, met.b_id)), None)
        if both is not None:
            name = localized(sides[both].municipality, "name")
            clashes.append(
                ("start", _("%(name)s has another meeting then: %(meeting)s, %(hours)s.", name=name, **words))
            )
        if table and met.table == table:
            clashes.append(
                ("table", _("%(table)s is taken then: %(meeting)s, %(hours)s.", table=table_words(table), **words))
            )
        if interpreter and met.interpreter == interpreter:
            person = interpreter_words(interpreter)
            clashes.append(
                ("interpreter",
                 _("%(person)s interprets elsewhere then: %(meeting)s, %(hours)s.", person=person, **words))
            )  # fmt: skip
    if clashes and not all_the_same:
        raise InTheWay(clashes)
    return sides


def _in_the_room(
    conference: Conference, starts_at: datetime, ends_at: datetime, table: str
) -> list[tuple[str, str]]:  # fmt: skip
    """The room of the tables is needed by a session then."""
    if not table:
        return []
    held = at_the_tables(conference, plan_of(conference), other_sessions(conference))
    return [
        ("table", _("The room of the tables is taken then: %(session)s.", session=named(session, conference.timezone)))
        for session, begins, ends in held
        if begins < ends_at and starts_at < ends
    ]


def _not_there(sides: Mapping[int, Side], pair: Pair, slot: Slot) -> list[tuple[str, str]]:
    return [
        ("start", _("%(name)s: nobody of the delegation is there at that time.",
                    name=localized(sides[key].municipality, "name")))
        for key in pair
        if not sides[key].is_there(slot)
    ]  # fmt: skip


def _in_sessions(
    conference: Conference, sides: Mapping[int, Side], pair: Pair, starts_at: datetime, ends_at: datetime,
    interpreter: str,
) -> list[tuple[str, str]]:  # fmt: skip
    found: list[tuple[str, str]] = []
    for session in other_sessions(conference):
        ends = end_of(session)
        if session.starts_at is None or ends is None or not (session.starts_at < ends_at and starts_at < ends):
            continue
        title = localized(session, "title") or session.code
        names = {folded_name(person.name) for person in session.people}
        hours = time_range(session.starts_at, ends, conference.timezone)
        for key in pair:
            if concerns(session, key, sides[key]):
                name = localized(sides[key].municipality, "name")
                found.append(
                    ("start", _("%(name)s takes part in “%(title)s” then (%(hours)s).", name=name, title=title,
                                hours=hours))
                )  # fmt: skip
        if interpreter and folded_name(interpreter_name(interpreter)) in names:
            found.append(
                ("interpreter", _("%(person)s interprets in “%(title)s” then (%(hours)s).", person=interpreter,
                                  title=title, hours=hours))
            )  # fmt: skip
    return found
