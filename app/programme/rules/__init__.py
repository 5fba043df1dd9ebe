"""What a programme session and its people may be, and how a session is held."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_both, has_hall


class SessionKind(StrEnum):
    """Kinds of items, spelled as programme files spell them."""

    PLENARY = "plenary"
    WORKING_GROUP = "working_group"
    ROUND_TABLE = "round_table"
    BILATERAL = "bilateral"
    SIGNING = "signing"
    CEREMONY = "ceremony"
    RECEPTION = "reception"
    MEAL = "meal"
    BREAK = "break"
    EXCURSION = "excursion"
    TRANSFER = "transfer"
    REGISTRATION = "registration"
    PRESS = "press"
    YOUTH = "youth"
    FAIR = "fair"
    SPORT = "sport"
    OTHER = "other"


# What is left out when nobody is on the spot: there is nothing of it a screen could show.
NEEDS_A_PLACE = frozenset(
    {
        SessionKind.RECEPTION, SessionKind.MEAL, SessionKind.EXCURSION, SessionKind.TRANSFER,
        SessionKind.REGISTRATION, SessionKind.SPORT, SessionKind.FAIR,
    }
)  # fmt: skip


class PersonRole(StrEnum):
    """What a person does in a session."""

    CHAIR = "chair"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    INTERPRETER = "interpreter"
    RAPPORTEUR = "rapporteur"


class Confirmation(StrEnum):
    """What somebody with a part in a session said when asked."""

    NOT_ASKED = "not-asked"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class InterpretationKind(StrEnum):
    """How a session is interpreted."""

    BOOTH = "booth"
    CONSECUTIVE = "consecutive"
    WHISPERED = "whispered"


RELIEF = 30  # minutes after which the interpreters of a pair change places, unless said otherwise


class SignUpStanding(StrEnum):
    """How somebody who signed up for a session stands."""

    HAS_PLACE = "has-place"
    WAITING = "waiting"


class HasFormat(Protocol):
    """Anything with a kind and perhaps a format of its own (a programme session)."""

    @property
    def kind(self) -> SessionKind:
        """What it is."""

    @property
    def format(self) -> ConferenceFormat | None:
        """Its own format; None: as the conference is held."""


def held_as(session: HasFormat, conference_format: ConferenceFormat) -> ConferenceFormat:
    """How a session is held; how a person takes part in it then says :mod:`app.conferences.taking_part`.

    A conference by video has nobody on the spot, whatever a session says; what needs a place and is no matter of
    a screen stays on the spot in a hybrid conference; else the session's own format wins over the conference's.
    """
    if not has_hall(conference_format):
        return ConferenceFormat.VIDEO
    if session.format is not None:
        return session.format
    if has_both(conference_format) and session.kind in NEEDS_A_PLACE:
        return ConferenceFormat.IN_PERSON
    return conference_format
