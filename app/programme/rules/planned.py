"""What warnings look at, and what a warning is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from app.delegations.rules import folded_name as folded_name
from app.errors import Message
from app.programme.rules import Confirmation, InterpretationKind, PersonRole, SessionKind

LONGEST_LABEL = 80


@lru_cache(maxsize=20_000)
def same_name(name: str) -> str:
    """The same for «Пётр Семёнов» and «Семёнов Пётр»: the order of the words does not matter either."""
    return " ".join(sorted(folded_name(name).replace(",", " ").split()))


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in a session.

    :param delegate: the same for the same delegate; None: known by name only.
    :param gone: has declined the part, or does not come to the conference any more.
    :param rank: the delegate's precedence, the smaller stands first; ``function``: head 0, deputy 1, others 2.
    :param arrival: of somebody who comes in person, as far as known; ``departure`` likewise.
    """

    name: str
    role: PersonRole = PersonRole.SPEAKER
    delegate: int | None = None
    confirmation: Confirmation = Confirmation.NOT_ASKED
    gone: bool = False
    rank: int | None = None
    delegation: int | None = None
    function: int = 2
    arrival: datetime | None = None
    departure: datetime | None = None
    said: str = ""  # the name in letters the reader knows, where it is another
    lacking: tuple[str, ...] = ()  # languages in which the office is not known, though it is in another
    since: date | None = None  # in office; with ``side`` ("ru" or "de") and ``alphabet`` it decides between equals
    side: str = ""
    alphabet: str = ""
    perhaps: tuple[str, ...] = ()  # numbers of delegates of this name, where nobody can tell which one is meant

    @property
    def called(self) -> str:
        """The name as the reader writes it."""
        return self.said or self.name


Stay = tuple[datetime | None, datetime | None]


def somebody_stays(stays: Iterable[Stay], starts: datetime, ends: datetime) -> bool:
    """Whether one of them at least is there the whole time; what is not known is no hindrance."""
    return any(
        (arrives is None or arrives <= starts) and (leaves is None or ends <= leaves) for arrives, leaves in stays
    )


@dataclass(frozen=True, slots=True)
class Side:
    """A municipality that belongs to a session; ``present``: somebody of it has a place at the conference.

    ``stays`` are those of its people, unknown ends None, by video always; None: nothing is known of them.
    """

    municipality: int
    name: str
    present: bool
    stays: tuple[Stay, ...] | None = None

    def is_there(self, starts: datetime, ends: datetime) -> bool:
        """Whether one of its people at least is there the whole time, as far as known."""
        return self.stays is None or somebody_stays(self.stays, starts, ends)


@dataclass(frozen=True, slots=True)
class Planned:
    """What the warnings look at in one session.

    ``label`` names it in the reader's language; ``room`` is the same for the same room, None: no room named.
    ``venue`` is None where nobody is on the spot. ``signed`` counts everybody who signed up, ``limit`` the places.
    """

    code: str
    label: str
    titles: tuple[str, str]  # Russian, German
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None = None
    room: int | None = None
    room_name: str = ""
    room_capacity: int | None = None
    capacity: int | None = None
    people: tuple[Part, ...] = ()
    cancelled: bool = False
    kind: SessionKind = SessionKind.OTHER
    venue: int | None = None
    to_venue: int | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    places: int | None = None
    limit: int | None = None
    signed: int = 0
    interpreted: bool = False
    interpreted_how: InterpretationKind | None = None
    relief_minutes: int = 30
    sides: tuple[Side, ...] = ()
    agreements: tuple[tuple[str, int], ...] = ()  # (title, how many parties)
    on_screen: bool = False  # nobody is on the spot
    table: str = ""  # of a meeting: several are held in one room
    interpreter: str | None = None  # of a meeting: a name or, digits only, a number; empty: nobody; None: no meeting
    number: int = 0  # of the row, for links
    title_en: str = ""
    part_of: str = ""  # the code of the session this one lies within

    def lies_within(self, whole: Planned) -> bool:
        """Whether it is a part of that session and does lie in its hours and its room."""
        if self.part_of != whole.code or self.starts_at is None or whole.starts_at is None:
            return False
        ends, last = self.ends_at or self.starts_at, whole.ends_at or whole.starts_at
        return whole.starts_at <= self.starts_at and ends <= last and self.room in {None, whole.room}


def bearers(sessions: Iterable[Planned]) -> dict[str, int]:
    """By name, the one delegate with a part who bears it: a name alone means that one. Names of several are not in."""
    found: dict[str, int] = {}
    several: set[str] = set()
    for part in (part for one in sessions for part in one.people if part.delegate is not None and not part.gone):
        name = same_name(part.name)
        if found.setdefault(name, part.delegate or 0) != part.delegate:
            several.add(name)
    return {name: number for name, number in found.items() if name not in several}


@dataclass(frozen=True, slots=True)
class Warning_:  # the plain name is Python's
    """One thing to look at; ``kind`` is one of ``WARNING_KINDS``. ``facts`` are what it is about."""

    kind: str
    sessions: tuple[str, ...]
    message: Message
    facts: tuple[object, ...] = ()

    @property
    def key(self) -> str:
        """The same as long as the same is wrong with the same sessions: what an accepted warning is known by."""
        text = "\x1f".join([self.kind, *self.sessions, "", *map(str, self.facts)])
        return hashlib.sha256(text.encode()).hexdigest()


def shown(one: Planned) -> str:
    """The session in a sentence: its sign and its title, shortened."""
    label = one.label if len(one.label) <= LONGEST_LABEL else one.label[: LONGEST_LABEL - 1].rstrip() + "…"
    return f"{one.code} ({label})" if label else one.code
