"""Which room is a person's right one at a moment. No database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import Part, part_in
from app.delegations.rules import DelegateRole
from app.programme.rules import PersonRole
from app.programme.rules.whose import is_meant
from app.video.rules.doors import Door, is_open
from app.video.rules.rooms import OPENS_BEFORE
from app.video.rules.visitors import VisitorRole

AT_THE_DOOR = timedelta(minutes=10)  # a session that begins so soon counts as one that is running


class Tie(StrEnum):
    """What a session is to a person."""

    PART = "part"  # they do something in it
    OWN = "own"  # they signed up for it, it is that of their working group, or their delegation meets another
    OPEN = "open"  # it is open to them as to everybody
    CLOSED = "closed"  # it is not for them


class Phase(StrEnum):
    """Where a session stands at a moment."""

    BEFORE = "before"
    EARLY = "early"  # one may enter, it has not begun
    RUNNING = "running"
    SHUT = "shut"  # closed by hand while it would be open
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Doorway:
    """The door of one session for one person.

    ``door``: what was decided about it by hand; ``leads_to``: the session whose room it leads to (itself, as a rule);
    ``in_hall``: the person sits in the hall meanwhile.
    """

    session_id: int
    starts_at: datetime
    ends_at: datetime
    tie: Tie
    leads_to: int
    door: Door | None = None
    in_hall: bool = False
    cancelled: bool = False

    @property
    def opens_at(self) -> datetime:
        """From when one may enter, unless somebody opens it before."""
        return self.starts_at - OPENS_BEFORE

    def phase(self, at: datetime) -> Phase:
        """Where it stands."""
        if self.cancelled:
            return Phase.CANCELLED
        if is_open(self.starts_at, self.ends_at, self.door, at):
            return Phase.RUNNING if at >= self.starts_at else Phase.EARLY
        if at >= self.ends_at:
            return Phase.OVER
        return Phase.SHUT if at >= self.opens_at else Phase.BEFORE

    def is_open(self, at: datetime) -> bool:
        """Whether one may enter."""
        return self.phase(at) in {Phase.EARLY, Phase.RUNNING}

    @property
    def may_enter(self) -> bool:
        """Whether this person may: it is for them, and they do not sit in the hall, unless they have a part."""
        return self.tie is Tie.PART or (self.tie is not Tie.CLOSED and not self.in_hall)

    def is_due(self, at: datetime) -> bool:
        """Whether it is running, or about to."""
        return self.is_open(at) and self.starts_at - AT_THE_DOOR <= at


@dataclass(frozen=True)
class Way:
    """Where a click leads: into the one room of ``entered``, to a choice, or to the lobby and what comes next."""

    choice: Sequence[Doorway]
    following: Doorway | None

    @property
    def entered(self) -> Doorway | None:
        """The room one is led into."""
        return self.choice[0] if len(self.choice) == 1 else None


def way_now(doorways: Iterable[Doorway], at: datetime) -> Way:
    """The right room at ``at``.

    What is the person's own goes before what is open to everybody, what is running before what only may be entered
    already. Who has a part in the next session and comes early chooses between it and what is running. Who sits in the
    hall is led nowhere.
    """
    meant = [one for one in doorways if one.may_enter and not one.in_hall]
    there = [one for one in meant if one.is_open(at)]
    own = [one for one in there if one.tie in {Tie.PART, Tie.OWN}]
    pool = [one for one in own if one.is_due(at)]
    if not pool:
        pool = [one for one in there if one.is_due(at)]
        if pool:
            pool += [one for one in own if one.tie is Tie.PART]
    pool = list({one.leads_to: one for one in reversed(pool or own or there)}.values())[::-1]  # one for each room
    ahead = [one for one in meant if one.starts_at > at and one.phase(at) is Phase.BEFORE]
    return Way(pool, min(ahead, key=lambda one: (one.starts_at, one.tie is Tie.OPEN, one.session_id), default=None))


def tie_of(
    *,
    parts: Collection[PersonRole],
    signed_up: bool,
    own_delegation: bool,
    meeting: bool,
    for_them: bool,
    full: bool,
    own_group: bool = False,
) -> Tie:
    """What a session is to a person.

    :param own_group: it is that of the working group they were entered for, and they chose no other beside it.
    :param meeting: it is held by the sides named alone.
    :param for_them: its audience is theirs.
    :param full: people sign up for it, and there are only so many places.
    """
    if parts:
        return Tie.PART
    if signed_up or own_delegation or (own_group and not full):
        return Tie.OWN
    return Tie.OPEN if for_them and not meeting and not full else Tie.CLOSED


def is_audience(audience: str, roles: Collection[str], *, leads_delegation: bool = False) -> bool:
    """Whether people of these roles are those a session is for; the organisers are everywhere."""
    if DelegateRole.ORGANISER in roles or audience in {"", "all"}:
        return True
    return is_meant(audience, roles, leads_delegation=leads_delegation)


def role_in(parts: Collection[PersonRole], roles: Collection[str]) -> VisitorRole:
    """As what somebody enters: by their part in the session, else by what they are at the conference."""
    found = {_BY_PART[part] for part in parts} or {_BY_ROLE[role] for role in _BY_ROLE if role in roles}
    return next((role for role in VisitorRole if role in found), VisitorRole.DELEGATE)


_BY_PART = {
    PersonRole.CHAIR: VisitorRole.MODERATOR,
    PersonRole.MODERATOR: VisitorRole.MODERATOR,
    PersonRole.SPEAKER: VisitorRole.SPEAKER,
    PersonRole.RAPPORTEUR: VisitorRole.SPEAKER,
    PersonRole.INTERPRETER: VisitorRole.INTERPRETER,
}
_BY_ROLE = {
    DelegateRole.ORGANISER: VisitorRole.MODERATOR,
    DelegateRole.INTERPRETER: VisitorRole.INTERPRETER,
    DelegateRole.PRESS: VisitorRole.PRESS,
}


def sits_in_hall(held: ConferenceFormat, attendance: Attendance) -> bool:
    """Whether somebody follows a session from the hall."""
    return part_in(attendance, held) is Part.EITHER
