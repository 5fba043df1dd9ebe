"""How tall an hour of the grid is drawn, so that the title of the shortest session can be read; and what each tells.

Widths are in the page's pixels at its usual size of letters. Titles are estimated rather than measured: a word more or
less on a line does not matter, time does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

STEPS: Final = ((136, 1.6), (136, 2.0), (176, 2.0), (176, 2.4), (176, 3.2), (208, 3.2), (208, 4.0), (240, 4.8))
"""(width of a room's column, height of a minute): the classes ``tall-0`` to ``tall-7`` of the style."""
PHONE: Final = (1.6, 2.0, 2.4, 3.2, 4.0, 4.8)  # heights of a minute: ``phone-tall-0`` to ``phone-tall-5``
LANE: Final = 112  # at least, where several share a room and time
PHONE_COLUMN: Final = 268
AROUND: Final = 22  # beside the words of a session
ABOVE: Final = 8  # above and below them
LINE, TITLE_LINE = 16.25, 18.0
SIGN, LARGE_SIGN = 6.6, 7.7  # width of a bold letter, on average
FULL_LINE: Final = 0.9  # of a line is filled before a word goes to the next
DECIDING: Final = 140  # signs of a title for which the hours are stretched; what is longer is read on its own
MOST_LINES: Final = 12


@dataclass(frozen=True)
class Told:
    """What stands in a session of the grid: ``drawn`` minutes high, one of ``lanes`` beside each other."""

    title: int  # signs
    facts: int
    drawn: int
    lanes: int = 1
    wide: int = 1  # lanes of the room where it has most


@dataclass(frozen=True)
class Look:
    """How a session tells it: "full", "plain" without facts, "low" in one run of small letters, "cut" after so many
    ``lines`` of them."""

    name: str
    lines: int = 0


FULL: Final = Look("full")


@dataclass(frozen=True)
class Scale:
    """The steps of the page and of a narrow one, and how each session looks."""

    step: int
    phone: int
    looks: list[Look]


def _lines(signs: int, sign: float, room: float) -> int:
    return max(1, -int(-signs * sign // (room * FULL_LINE)))


def _room(one: Told, column: float) -> float:
    return max(column, one.wide * LANE) / one.lanes - AROUND


def _needed(one: Told, look: str, room: float) -> float:
    """The height of what it tells, in pixels."""
    if look == "low":
        hours = 6 if one.drawn < 30 else 13
        return ABOVE + _lines(min(one.title, DECIDING) + hours, SIGN, room) * LINE
    facts = 2 + _lines(one.facts, SIGN, room) * LINE if look == "full" and one.facts else 0
    return ABOVE + LINE + _lines(one.title, LARGE_SIGN, room) * TITLE_LINE + facts


def look_of(one: Told, room: float, minute: float) -> Look:
    """The most it has room for."""
    height = one.drawn * minute
    if _needed(one, "full", room) <= height:
        return FULL
    if _needed(one, "plain", room) <= height:
        return Look("plain")
    signs = one.title + (6 if one.drawn < 30 else 13)
    if ABOVE + _lines(signs, SIGN, room) * LINE <= height:
        return Look("low")
    return Look("cut", min(max(1, int((height - ABOVE + 3) // LINE)), MOST_LINES))


def scale_of(sessions: Sequence[Told]) -> Scale:
    """The least stretched step on which every title can be read."""
    step = next(
        (number for number, (column, minute) in enumerate(STEPS)
         if all(_needed(one, "low", _room(one, column)) <= one.drawn * minute for one in sessions)),
        len(STEPS) - 1,
    )  # fmt: skip
    column, minute = STEPS[step]
    looks = [look_of(one, _room(one, column), minute) for one in sessions]
    return Scale(step, _phone(zip(sessions, looks, strict=True)), looks)


def _phone(told: Iterable[tuple[Told, Look]]) -> int:
    """On a narrow screen a room has the whole width."""
    least = 0.0
    for one, look in told:
        room = max(PHONE_COLUMN / one.lanes, LANE) - AROUND
        least = max(least, _needed(one, "low" if look.name == "cut" else look.name, room) / one.drawn)
    return next((number for number, minute in enumerate(PHONE) if least <= minute), len(PHONE) - 1)
