"""The life of a letter, its number, and what a head may answer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class LetterState(StrEnum):
    """Where a letter stands; what happens to its mail is the mailroom's to say."""

    DRAFT = "draft"
    APPROVED = "approved"
    ISSUED = "issued"
    ANNULLED = "annulled"


ALLOWED: Mapping[LetterState, frozenset[LetterState]] = {
    LetterState.DRAFT: frozenset({LetterState.APPROVED, LetterState.ANNULLED}),
    LetterState.APPROVED: frozenset({LetterState.DRAFT, LetterState.ISSUED, LetterState.ANNULLED}),
    LetterState.ISSUED: frozenset({LetterState.ANNULLED}),
    LetterState.ANNULLED: frozenset(),
}


class LetterKind(StrEnum):
    """Kinds of letters with a shipped text."""

    INVITATION = "invitation"
    CHANGE_OF_FORMAT = "change_of_format"


class EntryState(StrEnum):
    """An entry of the outgoing register stays for ever; at worst it is annulled."""

    REGISTERED = "registered"
    ANNULLED = "annulled"


class ReplyAnswer(StrEnum):
    """What a head answers."""

    COMES = "comes"
    SENDS_DEPUTY = "sends_deputy"
    BY_VIDEO = "by_video"
    CANNOT = "cannot"


def label_for(pattern: str, number: int) -> str:
    """The label on the paper: ``Исх-{n}`` and 69 give «Исх-69»."""
    return pattern.replace("{n}", str(number))
