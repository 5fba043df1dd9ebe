"""Who has a place in a session and who waits, settled: by whoever comes and goes, and by a switch of the format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.conferences.rules import Attendance
from app.conferences.taking_part import Part, Seats, part_in
from app.programme.rules import SignUpStanding


@dataclass(frozen=True)
class SignedUp:
    """A sign-up. ``id`` is the order of the line; ``holds_place``: at the conference.

    ``yields``: came to the place only because others were away, and gives it up first.
    """

    id: int
    delegate_id: int
    standing: SignUpStanding
    attendance: Attendance
    holds_place: bool
    yields: bool = False


@dataclass(frozen=True)
class Settled:
    """What becomes of sign-ups, by ``id``: taken out, put back in line, moved up; in the order of the line."""

    out: tuple[int, ...] = ()
    back_in_line: tuple[int, ...] = ()
    up: tuple[int, ...] = ()


def may_hold_one(one: SignedUp, held: str) -> bool:
    """Whether a sign-up counts: who holds a place at the conference and can be where the session takes place."""
    return part_in(one.attendance, held, holds_place=one.holds_place) is not Part.NOT_AT_ALL


def settled(rows: Iterable[SignedUp], seats: Seats, *, held: str, is_open: bool, shrinks: bool = False) -> Settled:
    """Who goes, who moves up.

    :param held: how the session is held, whether it is cancelled or not.
    :param is_open: whether places are given; nobody moves up in a session that is off, has begun or is closed.
    :param shrinks: whether there may be more people with a place than seats, so that the last go back in line; else
        nobody loses a place they have.
    """
    there = sorted(rows, key=lambda one: one.id)
    stay = [one for one in there if may_hold_one(one, held)]
    out = tuple(one.id for one in there if not may_hold_one(one, held))
    bound = sorted(
        (one for one in stay if one.standing is SignUpStanding.HAS_PLACE and seats.bind(one.attendance)),
        key=lambda one: (one.yields, one.id),
    )
    over = bound[seats.limit :] if shrinks and seats.limit is not None else []
    left = None if seats.limit is None else max(0, seats.limit - len(bound) + len(over))
    up = []
    for one in stay if is_open else ():
        if one.standing is not SignUpStanding.WAITING:
            continue
        if left is not None and seats.bind(one.attendance):
            if not left:
                continue
            left -= 1
        up.append(one.id)
    return Settled(out, tuple(sorted(one.id for one in over)), tuple(up))
