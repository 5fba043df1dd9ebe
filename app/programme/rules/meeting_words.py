"""The words of meetings: tables, interpreters, how one stands, why one has no place."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Message
from app.programme.rules.meetings import MeetingState, Why

STATES: Mapping[MeetingState, tuple[LazyString, str]] = {
    MeetingState.PLACED: (_l("placed"), "done"),
    MeetingState.FIXED: (_l("fixed by hand"), "information"),
    MeetingState.CANCELLED: (_l("cancelled by hand"), "stop"),
    MeetingState.FREED: (_l("without a place"), "waiting"),
}

PRIORITY_WORDS: Mapping[int, LazyString] = {1: _l("very important"), 2: _l("important"), 3: _l("if possible")}


def table_words(name: str) -> Message:
    """«Стол 3», or the name of a table that has one; empty for none."""
    return _l("Table %(number)s", number=name) if name.isdigit() else name


def interpreter_words(name: str) -> Message:
    """The name of an interpreter; one entered as a number is called so."""
    return _l("Interpreter %(number)s", number=name) if name.isdigit() else name


def why_words(why: Why, side: str) -> Message:
    """Why a meeting has no place, as half a sentence; ``side`` is the name of the delegation it is about."""
    if why is Why.ABSENT:
        return _l("nobody of the delegation %(name)s is accredited", name=side)
    if why is Why.NO_TIME:
        return _l("the delegation %(name)s has no time left", name=side)
    if why is Why.LIMIT:
        return _l("the delegation %(name)s has as many meetings in every half-day as it may", name=side)
    return _OTHER_REASONS[why]


_OTHER_REASONS: Mapping[Why, LazyString] = {
    Why.NO_WINDOW: _l("there is no time for meetings yet"),
    Why.NO_COMMON_TIME: _l("the two have no free time in common"),
    Why.NO_ROOM: _l("the room of the tables is taken by sessions whenever both are free"),
    Why.NO_TABLE: _l("all tables are taken whenever both are free"),
    Why.NO_INTERPRETER: _l("no interpreter is left whenever both are free"),
}
