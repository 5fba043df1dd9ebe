"""What a programme session and its people may be."""

from __future__ import annotations

from enum import StrEnum


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
