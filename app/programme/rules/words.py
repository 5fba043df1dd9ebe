"""The words of the trade for kinds, roles, formats and languages of a session."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from app.conferences.rules import ConferenceFormat
from app.programme.rules import InterpretationKind, PersonRole, SessionKind

KINDS: Mapping[SessionKind, LazyString] = {
    SessionKind.PLENARY: _l("Plenary session"),
    SessionKind.WORKING_GROUP: _l("Working group"),
    SessionKind.ROUND_TABLE: _l("Round table"),
    SessionKind.BILATERAL: _l("Bilateral meeting"),
    SessionKind.SIGNING: _l("Signing"),
    SessionKind.CEREMONY: _l("Ceremony"),
    SessionKind.RECEPTION: _l("Reception"),
    SessionKind.MEAL: _l("Meal"),
    SessionKind.BREAK: _l("Break"),
    SessionKind.EXCURSION: _l("Excursion"),
    SessionKind.TRANSFER: _l("Transfer"),
    SessionKind.REGISTRATION: _l("Registration desk"),
    SessionKind.PRESS: _l("Press"),
    SessionKind.YOUTH: _l("Youth"),
    SessionKind.FAIR: _l("Fair"),
    SessionKind.SPORT: _l("Sport"),
    SessionKind.OTHER: _l("Other"),
}

ROLES: Mapping[PersonRole, LazyString] = {
    PersonRole.CHAIR: _l("Chair"),
    PersonRole.MODERATOR: _l("Moderation"),
    PersonRole.SPEAKER: _l("Contribution"),
    PersonRole.INTERPRETER: _l("Interpreting"),
    PersonRole.RAPPORTEUR: _l("Report"),
}


def role_heading(role: PersonRole, count: int) -> str:
    """What stands before the names of so many people: «Выступает», «Выступают»."""
    if role is PersonRole.SPEAKER:
        return str(ngettext("Contributes", "Contribute", min(count, 2)))
    return str(ROLES[role])


# What somebody is; the words of the programme head lists of people.
ROLE_OF_ONE: Mapping[PersonRole, LazyString] = {
    PersonRole.CHAIR: _l("chair"),
    PersonRole.MODERATOR: _l("moderator"),
    PersonRole.SPEAKER: _l("speaker"),
    PersonRole.INTERPRETER: _l("interpreter"),
    PersonRole.RAPPORTEUR: _l("rapporteur"),
}

FORMATS: Mapping[ConferenceFormat, LazyString] = {
    ConferenceFormat.IN_PERSON: _l("on site"),
    ConferenceFormat.HYBRID: _l("on site and by video"),
    ConferenceFormat.VIDEO: _l("by video"),
}

# The palette of tracks, by the names the style sheet has.
COLOURS: Mapping[str, LazyString] = {
    "": _l("as the kind of the session"),
    "verdigris": _l("green copper"),
    "sky": _l("blue"),
    "plum": _l("plum"),
    "gold": _l("gold"),
    "moss": _l("moss"),
    "umber": _l("umber"),
    "brick": _l("brick"),
    "slate": _l("slate"),
}

INTERPRETATIONS: Mapping[InterpretationKind, LazyString] = {
    InterpretationKind.BOOTH: _l("from the booth"),
    InterpretationKind.CONSECUTIVE: _l("one after the other (consecutive)"),
    InterpretationKind.WHISPERED: _l("whispered"),
}

LANGUAGES: Mapping[str, LazyString] = {
    "ru": _l("Russian"),
    "de": _l("German"),
    "en": _l("English"),
    "fr": _l("French"),
}

AUDIENCES: Mapping[str, LazyString] = {
    "youth": _l("for young people"),
    "press": _l("for the press"),
    "heads": _l("for heads of delegation"),
}
