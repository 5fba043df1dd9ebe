"""The papers there are, and the clock of a run of show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Paper(StrEnum):
    """What can be made of a programme."""

    BOOKLET = "booklet"
    FOLDED = "booklet-folded"
    BOOKLET_A4 = "booklet-a4"
    LIST = "list"
    OVERVIEW = "overview"
    OVERVIEW_A3 = "overview-a3"
    WALL = "wall"
    DOORS = "doors"
    RUN = "run-of-show"


PAPERS: Mapping[Paper, LazyString] = {
    Paper.BOOKLET: _l("Booklet, A5 pages for the screen and for the printer's shop"),
    Paper.FOLDED: _l("Booklet to fold: A5 pages on sheets of A4, both sides, turned over the short edge"),
    Paper.BOOKLET_A4: _l("Booklet, A4 pages"),
    Paper.LIST: _l("Short programme on A4, as it goes with letters"),
    Paper.OVERVIEW: _l("Overview of all days on one page of A4"),
    Paper.OVERVIEW_A3: _l("Overview of all days on one page of A3"),
    Paper.WALL: _l("Wall plan: sheets of A3 for each day, its rooms side by side; a full day has several"),
    Paper.DOORS: _l("Door signs on A4 for each room and day; of bilateral meetings a table by hour and table"),
    Paper.RUN: _l("Run of show: one session minute by minute"),
}

# In the order of the columns.
LANGUAGE_CHOICES: Mapping[str, LazyString] = {
    "ru,de": _l("Russian and German, side by side"),
    "de,ru": _l("German and Russian, side by side"),
    "ru": _l("Russian"),
    "de": _l("German"),
    "en": _l("English"),
}


@dataclass(frozen=True)
class Step:
    """One step of a run of show, as the form hands it over."""

    minutes: int
    what_ru: str
    what_de: str
    who: str = ""
    cue: str = ""
    before: bool = False


@dataclass(frozen=True)
class Clocked:
    """A step with its hours."""

    step: Step
    starts: datetime
    ends: datetime


def clocked(steps: Sequence[Step], begins: datetime) -> list[Clocked]:
    """The steps with their hours: those before the session end with its beginning, the others follow each other."""
    before = [step for step in steps if step.before]
    at = begins - timedelta(minutes=sum(step.minutes for step in before))
    found = []
    for step in [*before, *(step for step in steps if not step.before)]:
        ends = at + timedelta(minutes=step.minutes)
        found.append(Clocked(step, at, ends))
        at = ends
    return found
