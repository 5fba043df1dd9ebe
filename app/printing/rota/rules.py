"""Who interprets when: sessions, turns, and how much each interpreter has to do. No database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.programme.rules import InterpretationKind
from app.programme.rules.relief import Turn, relief_plan

KIND = "rota"
LONGEST_DAY = 360  # minutes at the microphone and beside it, after which an interpreter should be relieved for the day


@dataclass(frozen=True)
class Interpreted:
    """One session that is interpreted. Names by language (``ru``, ``de``); ``team``: its interpreters in order."""

    number: int
    code: str
    titles: Mapping[str, str]
    places: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None
    how: InterpretationKind | None
    languages: tuple[str, ...]
    relief: int
    team: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """How long it takes; 0 when its end is open."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60) if self.ends_at else 0

    @property
    def turns(self) -> list[Turn]:
        """Who speaks when; without an end, and one after the other, nobody relieves anybody."""
        if self.ends_at is None or self.how is InterpretationKind.CONSECUTIVE:
            return []
        return relief_plan(self.team, self.starts_at, self.ends_at, self.relief) if len(self.team) > 1 else []

    @property
    def turns_by_name(self) -> list[tuple[str, list[Turn]]]:
        """The team with the turns of each."""
        return [(name, [turn for turn in self.turns if turn.name == name]) for name in self.team]

    @property
    def lacks(self) -> LazyString | None:
        """What is wrong with its team."""
        if not self.team:
            return _l("nobody is named")
        if len(self.team) == 1 and self.how is not InterpretationKind.CONSECUTIVE and self.minutes > self.relief:
            return _l("alone for %(minutes)s min, relief is due after %(relief)s min", minutes=self.minutes,
                      relief=self.relief)  # fmt: skip
        return None


@dataclass(frozen=True)
class Duty:
    """An interpreter with the sessions, the minutes in them, and those at the microphone."""

    name: str
    sessions: tuple[Interpreted, ...]
    minutes: int
    speaking: int
    clashes: tuple[tuple[Interpreted, Interpreted], ...] = ()

    def turns_in(self, session: Interpreted) -> list[Turn]:
        """The turns of this interpreter in a session."""
        return dict(session.turns_by_name).get(self.name, [])

    def long_days(self, zone: ZoneInfo) -> list[date]:
        """Days with more than can be asked of one person; ``zone`` is the conference's."""
        spent: dict[date, int] = {}
        for session in self.sessions:
            day = session.starts_at.astimezone(zone).date()
            spent[day] = spent.get(day, 0) + session.minutes
        return [day for day, minutes in spent.items() if minutes > LONGEST_DAY]


def duties(sessions: Iterable[Interpreted]) -> list[Duty]:
    """The interpreters by name, each with what they do in the order of time."""
    found: dict[str, list[Interpreted]] = {}
    for session in sorted(sessions, key=lambda one: (one.starts_at, one.code)):
        for name in session.team:
            found.setdefault(name, []).append(session)
    return [_duty(name, found[name]) for name in sorted(found, key=str.casefold)]


def _duty(name: str, sessions: Sequence[Interpreted]) -> Duty:
    speaking = 0.0
    for session in sessions:
        turns = session.turns
        mine = sum((turn.ends_at - turn.starts_at).total_seconds() for turn in turns if turn.name == name)
        speaking += mine / 60 if turns else session.minutes / len(session.team)
    clashes = [
        (one, other) for one, other in pairwise(sessions) if one.ends_at is not None and one.ends_at > other.starts_at
    ]
    return Duty(name, tuple(sessions), sum(one.minutes for one in sessions), round(speaking), tuple(clashes))
