"""What becomes of sign-ups for sessions: places open and close with the form of a session and the way of its people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.conferences.rules import Attendance
from app.conferences.taking_part import Seats
from app.programme.rules import SignUpStanding
from app.programme.rules.settling import SignedUp, may_hold_one, settled

Pair = tuple[int, int]  # a session and a delegate


class SignUpOutcome(StrEnum):
    """What becomes of a sign-up."""

    WITHDRAWN = "withdrawn"  # they cannot be where the session takes place
    GIVEN_BACK = "given-back"
    MOVES_UP = "moves-up"
    BACK_IN_LINE = "back-in-line"  # no seat is left for them


@dataclass(frozen=True)
class SignUpChange:
    """One sign-up that changes; ``standing`` is the one before it, or that which is given back."""

    session_id: int
    delegate_id: int
    sign_up_id: int
    standing: SignUpStanding
    outcome: SignUpOutcome
    at: datetime

    @property
    def before(self) -> SignUpStanding | None:
        """How the person stood before it; None when they had not signed up, or no more."""
        return None if self.outcome is SignUpOutcome.GIVEN_BACK else self.standing

    def kept(self) -> list[Any]:
        """As JSON."""
        return [self.session_id, self.delegate_id, self.sign_up_id, self.standing.value, self.outcome.value,
                self.at.isoformat()]  # fmt: skip

    @classmethod
    def of(cls, kept: Sequence[Any]) -> SignUpChange:
        """From :meth:`kept`."""
        session_id, delegate_id, number, standing, outcome, at = kept
        return cls(session_id, delegate_id, number, SignUpStanding(standing), SignUpOutcome(outcome),
                   datetime.fromisoformat(at))  # fmt: skip


@dataclass
class Unsettled:
    """What earlier switches did to sign-ups and has not been given back.

    ``withdrawn`` may come back. Who stands in ``moved_up`` has a place because others were away, and so has who signed
    up ``since``, by session: they yield it when those return.
    """

    withdrawn: dict[Pair, SignUpChange] = field(default_factory=dict)
    moved_up: set[Pair] = field(default_factory=set)
    since: dict[int, datetime] = field(default_factory=dict)

    def take(self, changes: Iterable[SignUpChange], at: datetime) -> None:
        """Take in what one switch did."""
        for one in changes:
            pair = (one.session_id, one.delegate_id)
            if one.outcome is SignUpOutcome.WITHDRAWN:
                self.withdrawn[pair] = one
            elif one.outcome is SignUpOutcome.GIVEN_BACK:
                self.withdrawn.pop(pair, None)
            elif one.outcome is SignUpOutcome.MOVES_UP:
                self.moved_up.add(pair)
                self.since.setdefault(one.session_id, at)
            else:
                self.moved_up.discard(pair)
        for number in [one for one in self.since if all(session_id != one for session_id, _ in self.moved_up)]:
            del self.since[number]


@dataclass(frozen=True)
class SignUpRow:
    """A sign-up with how its person takes part and stands after the switch."""

    id: int
    delegate_id: int
    standing: SignUpStanding
    attendance: Attendance
    holds_place: bool
    at: datetime


def of_session(
    session_id: int,
    rows: Iterable[SignUpRow],
    before: Unsettled,
    seats: Seats,
    *,
    held: str,
    is_open: bool,
    cancelled: bool,
    people: Mapping[int, tuple[Attendance, bool]],
    taken_ids: Collection[int] = (),
) -> list[SignUpChange]:
    """What becomes of the sign-ups of one session.

    :param held: how it is held afterwards, whether it is cancelled or not.
    :param people: of those whose sign-up was withdrawn: how they take part afterwards, and whether they hold a place.
    :param taken_ids: the ids of withdrawn sign-ups another one has meanwhile; what is given back gets a new one, and is
        named by the negative of its own until it has it.
    """
    known = {row.id: row for row in rows}
    there = {row.delegate_id for row in known.values()}
    since = before.since.get(session_id)
    returning: dict[int, SignUpChange] = {}
    for (number, delegate_id), one in before.withdrawn.items():
        if number != session_id or delegate_id in there or delegate_id not in people:
            continue
        attendance, holds = people[delegate_id]
        name = -one.sign_up_id if one.sign_up_id in taken_ids else one.sign_up_id
        if may_hold_one(SignedUp(name, delegate_id, one.standing, attendance, holds), held):
            returning[name] = replace(one, sign_up_id=name, outcome=SignUpOutcome.GIVEN_BACK)
    line = [
        SignedUp(
            row.id, row.delegate_id, row.standing, row.attendance, row.holds_place,
            yields=(session_id, row.delegate_id) in before.moved_up or (since is not None and row.at >= since),
        )
        for row in known.values()
    ] + [
        SignedUp(one.sign_up_id, one.delegate_id, one.standing, *people[one.delegate_id])
        for one in returning.values()
    ]  # fmt: skip
    found = settled(line, seats, held=held, is_open=is_open, shrinks=not cancelled)
    changes = list(returning.values())
    for ids, outcome in (
        (found.out, SignUpOutcome.WITHDRAWN), (found.back_in_line, SignUpOutcome.BACK_IN_LINE),
        (found.up, SignUpOutcome.MOVES_UP),
    ):  # fmt: skip
        for number in ids:
            if number in known:
                row = known[number]
                changes.append(SignUpChange(session_id, row.delegate_id, number, row.standing, outcome, row.at))
            else:  # given back, and at once where the line has moved to
                one = returning[number]
                changes.append(replace(one, outcome=outcome))
    return changes
