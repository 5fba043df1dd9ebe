"""What people asked for because they come, a hotel, being met on their journey, a visa, and the papers made for them,
badge and visa letter: withdrawn or kept when they leave the hall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Request(StrEnum):
    """What is asked for."""

    HOTEL = "hotel"
    JOURNEY = "journey"
    VISA = "visa"


class Paper(StrEnum):
    """What was made for them."""

    BADGE = "badge"
    VISA_LETTER = "visa-letter"  # issued


Kind = Request | Paper
KINDS: tuple[Kind, ...] = (*Request, *Paper)


class Choice(StrEnum):
    """What becomes of it for those who leave the hall."""

    WITHDRAW = "withdraw"
    KEEP = "keep"


# Rooms and drivers are paid for; a visa takes weeks, and what was applied for helps whoever comes after all, as do
# papers that are made.
PROPOSED: Mapping[Kind, Choice] = {
    Request.HOTEL: Choice.WITHDRAW, Request.JOURNEY: Choice.WITHDRAW, Request.VISA: Choice.KEEP,
    Paper.BADGE: Choice.KEEP, Paper.VISA_LETTER: Choice.KEEP,
}  # fmt: skip

#: What a delegate said of it: taken out when it is withdrawn, written back when it counts again.
COLUMNS: Mapping[Request, tuple[str, ...]] = {
    Request.HOTEL: ("hotel_needed", "room_with"),
    Request.JOURNEY: (
        "arrival", "arrival_mode", "arrival_number", "arrival_place", "departure", "departure_mode",
        "departure_number", "departure_place",
    ),
    Request.VISA: ("visa_needed",),
}  # fmt: skip


@dataclass(frozen=True)
class RequestPlan:
    """What becomes of one kind: ``asked`` of those who leave the hall have such a request or paper; ``back``: of those
    who come, it was withdrawn before and counts again. Ids of delegates."""

    choice: Choice
    asked: tuple[int, ...] = ()
    back: tuple[int, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether anybody asked for it."""
        return bool(self.asked or self.back)

    @property
    def withdrawn(self) -> tuple[int, ...]:
        """Whose requests are taken out."""
        return self.asked if self.choice is Choice.WITHDRAW else ()

    @property
    def remaining(self) -> tuple[int, ...]:
        """Whose requests stay though they leave the hall."""
        return self.asked if self.choice is Choice.KEEP else ()


def kind_of(text: str) -> Kind:
    """A kind by its value."""
    return Paper(text) if text in set(Paper) else Request(text)


def choices_of(kept: Mapping[str, Any]) -> dict[Kind, Choice]:
    """From JSON: what is decided otherwise than proposed."""
    return {kind_of(kind): Choice(choice) for kind, choice in kept.items()}


def chosen(choices: Mapping[Kind, Choice]) -> dict[Kind, Choice]:
    """What holds for each kind."""
    return {**PROPOSED, **choices}


def decided(choices: Mapping[Kind, Choice]) -> dict[str, str]:
    """As JSON, without what is as proposed."""
    return {
        kind.value: choice.value for kind, choice in sorted(choices.items()) if PROPOSED[kind] is not choice
    }  # fmt: skip
