"""The words of a switch."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.conferences.rules import ConferenceFormat
from app.format_switch.rules.plans import PlanState
from app.format_switch.rules.requests import Choice, Kind, Paper, Request
from app.format_switch.rules.scope import ScopeKind
from app.format_switch.rules.sessions import Why
from app.format_switch.rules.switching import SessionOutcome

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO

FORMAT_WORDS: Mapping[ConferenceFormat, LazyString] = {
    IN_PERSON: _l("in person"),
    HYBRID: _l("hybrid"),
    VIDEO: _l("by video"),
}
MOVE_WORDS: Mapping[ConferenceFormat, LazyString] = {
    IN_PERSON: _l("Move to in person"),
    HYBRID: _l("Move to hybrid"),
    VIDEO: _l("Move to video"),
}
STEP_WORDS: Mapping[tuple[ConferenceFormat, ConferenceFormat], LazyString] = {
    (IN_PERSON, HYBRID): _l("From in person to hybrid"),
    (IN_PERSON, VIDEO): _l("From in person to video"),
    (HYBRID, IN_PERSON): _l("From hybrid to in person"),
    (HYBRID, VIDEO): _l("From hybrid to video"),
    (VIDEO, IN_PERSON): _l("From video to in person"),
    (VIDEO, HYBRID): _l("From video to hybrid"),
}
OUTCOME_WORDS: Mapping[SessionOutcome, tuple[LazyString, str]] = {
    SessionOutcome.GETS_ROOM: (_l("gets a video room"), "information"),
    SessionOutcome.CHANGES: (_l("changes its form"), "information"),
    SessionOutcome.LOSES_ROOM: (_l("its video room is withdrawn"), "waiting"),
    SessionOutcome.CANCELLED: (_l("is cancelled"), "stop"),
    SessionOutcome.RESTORED: (_l("takes place again"), "done"),
    SessionOutcome.MOVED: (_l("takes place at another hour"), "waiting"),
    SessionOutcome.SHORTENED: (_l("is shortened"), "waiting"),
    SessionOutcome.STAYS: (_l("stays as it is"), "quiet"),
}
FORM_WORDS: Mapping[str, LazyString] = {
    "in-person": _l("on the spot"),
    "hybrid": _l("on the spot and by video"),
    "video": _l("by video"),
    "cancelled": _l("is cancelled"),
}
WHY_WORDS: Mapping[Why, LazyString] = {
    Why.NEEDS_A_PLACE: _l("Nothing of it can be shown on a screen."),
    Why.JOURNEY: _l("Nobody travels, so nobody arrives or departs."),
    Why.OUTDOORS: _l("It is held in the open air or on the way, where nobody will be."),
    Why.SHOWN_ONLY: _l("It needs people on the spot: a screen can only show what a few of them do."),
    Why.LONG: _l("On a screen nobody follows for longer than three hours without a break."),
    Why.ON_A_SCREEN: _l("Nobody is in the hall, and it can be followed on a screen."),
    Why.BOTH: _l("Some sit in the hall and others before a screen."),
    Why.IN_THE_HALL: _l("It is held for those on the spot."),
    Why.OWN_FORM: _l("It was meant for a screen from the beginning."),
    Why.OFF_BEFORE: _l("It was off before."),
    Why.OWN_DEED: _l("A switch of its own, or of its day, made it so; it stays unless you choose otherwise."),
}
IN_LANGUAGE: Mapping[str, LazyString] = {"ru": _l("in Russian"), "de": _l("in German"), "en": _l("in English")}
REQUEST_WORDS: Mapping[Kind, LazyString] = {
    Request.HOTEL: _l("Hotel room"),
    Request.JOURNEY: _l("Arrival and departure"),
    Request.VISA: _l("Visa"),
    Paper.BADGE: _l("Printed badge"),
    Paper.VISA_LETTER: _l("Issued visa letter"),
}
CHOICE_WORDS: Mapping[Choice, LazyString] = {
    Choice.WITHDRAW: _l("withdraw"),
    Choice.KEEP: _l("keep"),
}
SCOPE_WORDS: Mapping[ScopeKind, LazyString] = {
    ScopeKind.WHOLE: _l("the whole conference"),
    ScopeKind.DAY: _l("one day"),
    ScopeKind.SESSION: _l("one session"),
    ScopeKind.DELEGATION: _l("one delegation"),
}
STATE_WORDS: Mapping[PlanState, tuple[LazyString, str]] = {
    PlanState.DRAFT: (_l("draft"), "waiting"),
    PlanState.APPLIED: (_l("carried out"), "done"),
    PlanState.WITHDRAWN: (_l("plan given up"), "quiet"),
}

# Of the release a switch makes: by whether the whole conference moves, and whereto.
RELEASE_NAMES: Mapping[tuple[bool, ConferenceFormat], LazyString] = {
    (True, IN_PERSON): _l("Programme of the conference in person"),
    (True, HYBRID): _l("Programme of the hybrid conference"),
    (True, VIDEO): _l("Programme of the conference by video"),
    (False, IN_PERSON): _l("Programme, partly back on the spot"),
    (False, HYBRID): _l("Programme, partly hybrid"),
    (False, VIDEO): _l("Programme, partly by video"),
}
