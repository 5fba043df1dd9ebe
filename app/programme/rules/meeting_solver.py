"""Placing meetings: every one a time, a table and, where languages differ, an interpreter.

It is the colouring of a graph's edges (delegations are its points, meetings its edges, times its colours) with
lists and capacities, which no fast method solves for certain. We place the most important first and repair by
partial-colouring tabu search (Blöchliger and Zufferey, Computers & Operations Research 35, 2008): one that found no
place takes it from cheaper ones, which then look elsewhere. Whatever is returned keeps every rule; the same
problem always has the same answer. See docs/adr/0007-meetings-of-delegations.md.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.programme.rules.meetings import HOUSE, Slot, Why, speech_of

LOOKS = 400_000  # at a place for a meeting, in all: about two seconds
STEPS_IN_VAIN = 2_500
AT_ONCE = 10  # of the meetings without a place are looked at in one step
Told = Callable[[int, int], object]


@dataclass(frozen=True)
class Seat:
    """Where a meeting is: number of the slot, table and interpreter (empty: none)."""

    slot: int
    table: str
    interpreter: str


@dataclass(frozen=True)
class Wanted:
    """A meeting to be placed; the greater ``rank``, then ``bonus``, the more important. ``before``: where it was.

    ``speech``: between which languages it is interpreted (:func:`speech_between`).
    """

    a: int
    b: int
    rank: int = 0
    bonus: int = 0
    interpreter: bool = False
    speech: str = HOUSE
    table: bool = True
    before: Seat | None = None


@dataclass(frozen=True)
class Held:
    """What stays where it is: it takes sides, table and interpreter in ``slots``, and counts in ``half_day``."""

    sides: tuple[int, ...]
    slots: frozenset[int]
    half_day: str
    table: str = ""
    interpreter: str = ""


@dataclass(frozen=True)
class Problem:
    """All a placing rests on. ``busy`` are the slots in which a side has something else or is not there."""

    slots: tuple[Slot, ...]
    tables: tuple[str, ...]
    per_half_day: int
    wanted: tuple[Wanted, ...]
    held: tuple[Held, ...] = ()
    busy: Mapping[int, frozenset[int]] | None = None


@dataclass(frozen=True)
class Unplaced:
    """A meeting without a place; ``side`` is whose matter it is, where it is that of one."""

    a: int
    b: int
    why: Why
    side: int | None = None


@dataclass(frozen=True)
class Outcome:
    """``seats`` by the pair; who is not there is in ``unplaced`` with the reason, the most important first."""

    seats: Mapping[tuple[int, int], Seat]
    unplaced: tuple[Unplaced, ...]


class _Board:
    """Who sits where now. Meetings are numbers in the order of their importance."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.meetings = sorted(problem.wanted, key=lambda one: (-one.rank, -one.bonus, one.a, one.b))
        slots = range(len(problem.slots))
        self.half = [slot.half_day for slot in problem.slots]
        self.in_half: dict[str, list[int]] = defaultdict(list)
        for number in slots:
            self.in_half[self.half[number]].append(number)
        busy: dict[int, set[int]] = {side: set(found) for side, found in (problem.busy or {}).items()}
        self.counted: dict[tuple[int, str], int] = defaultdict(int)
        taken_tables: list[set[str]] = [set() for _ in slots]
        taken_interpreters: list[set[str]] = [set() for _ in slots]
        for held in problem.held:
            for side in held.sides:
                busy.setdefault(side, set()).update(held.slots)
                self.counted[side, held.half_day] += 1
            for number in held.slots:
                taken_tables[number].add(held.table)
                taken_interpreters[number].add(held.interpreter)
        self.busy = busy
        offered = [() if slot.closed else problem.tables for slot in problem.slots]
        self.tables = [[name for name in offered[number] if name not in taken_tables[number]] for number in slots]
        self.interpreters: list[dict[str, list[str]]] = [defaultdict(list) for _ in slots]
        for number in slots:
            for name in problem.slots[number].interpreters:
                if name not in taken_interpreters[number]:
                    self.interpreters[number][speech_of(name)].append(name)
        self.at = [-1] * len(self.meetings)
        self.sitting: list[dict[int, int]] = [{} for _ in slots]
        self.tabled = [0] * len(slots)
        self.interpreted: list[dict[str, int]] = [defaultdict(int) for _ in slots]
        self.domain = [[number for number in slots if self._possible(one, number)] for one in self.meetings]
        total = 1 + sum(1000 + one.bonus for one in self.meetings)
        self.weight = [(1000 + one.bonus) * total**one.rank for one in self.meetings]

    def _possible(self, one: Wanted, slot: int) -> bool:
        nobody: set[int] = set()
        return (
            slot not in self.busy.get(one.a, nobody)
            and slot not in self.busy.get(one.b, nobody)
            and self.counted[one.a, self.half[slot]] < self.problem.per_half_day
            and self.counted[one.b, self.half[slot]] < self.problem.per_half_day
            and not (one.table and not self.tables[slot])
            and not (one.interpreter and not self.interpreters[slot].get(one.speech))
        )

    def put(self, number: int, slot: int) -> None:
        """Seat a meeting; the caller has seen to the rules."""
        one = self.meetings[number]
        self.at[number] = slot
        self.sitting[slot][one.a] = self.sitting[slot][one.b] = number
        self.tabled[slot] += one.table
        self.interpreted[slot][one.speech] += one.interpreter
        for side in (one.a, one.b):
            self.counted[side, self.half[slot]] += 1

    def take(self, number: int) -> None:
        """Let a meeting stand up."""
        one, slot = self.meetings[number], self.at[number]
        self.at[number] = -1
        del self.sitting[slot][one.a], self.sitting[slot][one.b]
        self.tabled[slot] -= one.table
        self.interpreted[slot][one.speech] -= one.interpreter
        for side in (one.a, one.b):
            self.counted[side, self.half[slot]] -= 1

    def is_free(self, number: int, slot: int) -> bool:
        """Whether the meeting, which has no place, may be put there without sending anybody away."""
        one, sitting, half = self.meetings[number], self.sitting[slot], self.half[slot]
        return (
            one.a not in sitting
            and one.b not in sitting
            and not (one.table and self.tabled[slot] >= len(self.tables[slot]))
            and not (one.interpreter and self._none_left(slot, one.speech))
            and self.counted[one.a, half] < self.problem.per_half_day
            and self.counted[one.b, half] < self.problem.per_half_day
        )

    def in_the_way(self, number: int, slot: int) -> list[int]:
        """The cheapest meetings that must go, so that this one can be put there."""
        one, sitting, half = self.meetings[number], self.sitting[slot], self.half[slot]
        gone: list[int] = []
        for side in (one.a, one.b):
            found = sitting.get(side)
            if found is not None and found not in gone:
                gone.append(found)
        for side in (one.a, one.b):
            if self.counted[side, half] < self.problem.per_half_day:
                continue
            of_side = {
                self.sitting[other][side] for other in self.in_half[half] if side in self.sitting[other]
            }  # fmt: skip
            if not of_side.isdisjoint(gone):
                continue
            gone.append(self._cheapest(of_side))  # there is one: with held ones alone the slot is not in the domain
        if one.table and self.tabled[slot] - sum(
            self.meetings[other].table for other in gone if self.at[other] == slot
        ) >= len(self.tables[slot]):
            gone.append(
                self._cheapest({other for other in sitting.values() if self.meetings[other].table}.difference(gone))
            )
        interpreted = {other for other in sitting.values() if one.interpreter and self._shares_interpreters(one, other)}
        if one.interpreter and self._none_left(slot, one.speech, less=len(interpreted.intersection(gone))):
            gone.append(self._cheapest(interpreted.difference(gone)))
        return gone

    def _none_left(self, slot: int, speech: str, *, less: int = 0) -> bool:
        return self.interpreted[slot][speech] - less >= len(self.interpreters[slot].get(speech, ()))

    def _shares_interpreters(self, one: Wanted, other: int) -> bool:
        return self.meetings[other].interpreter and self.meetings[other].speech == one.speech

    def _cheapest(self, numbers: set[int]) -> int:
        return min(numbers, key=lambda other: (self.weight[other], self.was_here(other), other))

    def was_here(self, number: int) -> bool:
        """Whether the meeting sits where it sat before this run."""
        before = self.meetings[number].before
        return before is not None and before.slot == self.at[number]

    def liking(self, number: int, slot: int) -> float:
        """How little the place is liked: waiting between two meetings, a full half-day, a crowded slot, a late one."""
        one, half = self.meetings[number], self.half[slot]
        cost = 4.0 * (self.tabled[slot] + 1) / (len(self.tables[slot]) or 1) + slot * 0.001
        for side in (one.a, one.b):
            cost += 2.0 * self.counted[side, half]
            others = [
                abs(other - slot) for other in self.in_half[half] if other != slot and side in self.sitting[other]
            ]
            if others:
                cost += 3.0 * (min(others) - 1)
        return cost

    def best_free(self, number: int) -> int | None:
        """The best liked of the free places of a meeting without one."""
        free = [slot for slot in self.domain[number] if self.is_free(number, slot)]
        return min(free, key=lambda slot: (self.liking(number, slot), slot)) if free else None


def _begin(board: _Board) -> None:
    """Everybody back to where they sat, then the most important first."""
    for number, one in enumerate(board.meetings):
        back = one.before
        if back is not None and back.slot in board.domain[number] and board.is_free(number, back.slot):
            board.put(number, back.slot)
    for number in range(len(board.meetings)):
        if board.at[number] < 0:
            slot = board.best_free(number)
            if slot is not None:
                board.put(number, slot)


def _arrange(board: _Board, places: Sequence[int]) -> None:
    """Put everybody where ``places`` says (-1: nowhere)."""
    for number, slot in enumerate(board.at):
        if slot >= 0:
            board.take(number)
    for number, slot in enumerate(places):
        if slot >= 0:
            board.put(number, slot)


def _repair(board: _Board, told: Told | None) -> None:
    """Look for a place for all, as if all were equal; where there is none, for the most important."""
    begun = list(board.at)
    if not _search(board, [1] * len(board.meetings), told):
        _arrange(board, begun)
        _search(board, board.weight, told)


def _search(board: _Board, weight: Sequence[int], told: Told | None) -> bool:
    """Tabu search over those without a place; ends with the cheapest that was found, and says whether all sit."""
    dice = random.Random(16)  # noqa: S311  # no secret: the same problem shall have the same answer
    out = [number for number, slot in enumerate(board.at) if slot < 0 and board.domain[number]]
    best, lost = list(board.at), sum(weight[number] for number in out)
    best_lost, looks, step, in_vain = lost, 0, 0, 0
    forbidden: dict[tuple[int, int], int] = {}
    while out and looks < LOOKS and in_vain < STEPS_IN_VAIN:
        step, in_vain = step + 1, in_vain + 1
        if told is not None and step % 100 == 0:
            told(len(board.meetings) - len(out), len(board.meetings))
        chosen: tuple[tuple[int, int, float], int, int, list[int]] | None = None
        for number in out if len(out) <= AT_ONCE else sorted(dice.sample(out, AT_ONCE)):
            for slot in board.domain[number]:
                looks += 1
                gone = board.in_the_way(number, slot)
                change = sum(weight[other] for other in gone) - weight[number]
                if forbidden.get((number, slot), 0) > step and lost + change >= best_lost:
                    continue
                rating = (change, sum(map(board.was_here, gone)), dice.random())
                if chosen is None or rating < chosen[0]:
                    chosen = (rating, number, slot, gone)
        if chosen is None:
            continue
        (change, _moved, _luck), number, slot, gone = chosen
        for other in gone:
            forbidden[other, board.at[other]] = step + 5 + len(out) // 2 + dice.randrange(10)
            board.take(other)
        board.put(number, slot)
        out.remove(number)
        for other in gone:  # a free place elsewhere is taken at once
            elsewhere = next(
                (free for free in board.domain[other]
                 if forbidden.get((other, free), 0) <= step and board.is_free(other, free)), None,
            )  # fmt: skip
            if elsewhere is None:
                out.append(other)
            else:
                board.put(other, elsewhere)
        lost = sum(weight[other] for other in out)
        if lost < best_lost:
            best, best_lost, in_vain = list(board.at), lost, 0
    _arrange(board, best)
    return not best_lost


def _settle(board: _Board) -> None:
    """Those who had to move go back when their place is free again; new ones look for a better liked one."""
    for _round in range(4):
        moved = False
        for number, one in enumerate(board.meetings):
            slot = board.at[number]
            if slot < 0 or board.was_here(number):
                continue
            board.take(number)
            back = one.before.slot if one.before is not None else -1
            if back in board.domain[number] and board.is_free(number, back):
                better: int | None = back
            else:
                better = board.best_free(number)
            board.put(number, slot if better is None else better)
            moved = moved or board.at[number] != slot
        if not moved:
            return


def _seats(board: _Board) -> dict[tuple[int, int], Seat]:
    """Tables and interpreters: the one from before, else the one a side sits with already, else the least used."""
    seats: dict[tuple[int, int], Seat] = {}
    used: dict[str, int] = defaultdict(int)
    for slot in range(len(board.problem.slots)):
        here = sorted(set(board.sitting[slot].values()))
        tables = list(board.tables[slot])
        interpreters = {speech: list(names) for speech, names in board.interpreters[slot].items()}
        chosen: dict[int, list[str]] = {number: ["", ""] for number in here}
        todo = [(number, 0) for number in here if board.meetings[number].table]
        todo += [(number, 1) for number in here if board.meetings[number].interpreter]
        for again in (False, True):
            for number, which in list(todo):
                one = board.meetings[number]
                left = interpreters.get(one.speech, []) if which else tables
                before = one.before if one.before is not None and one.before.slot == slot else None
                name = (before.table, before.interpreter)[which] if before is not None else ""
                if not again and name not in left:
                    continue
                if again:
                    name = _next_name(board, one, slot, which, left, seats, used)
                chosen[number][which] = name
                left.remove(name)
                todo.remove((number, which))
        for number in here:
            one, (table, interpreter) = board.meetings[number], chosen[number]
            used[interpreter] += 1
            seats[one.a, one.b] = Seat(slot, table, interpreter)
    return seats


def _next_name(
    board: _Board, one: Wanted, slot: int, which: int, left: Sequence[str],
    seats: Mapping[tuple[int, int], Seat], used: Mapping[str, int],
) -> str:  # fmt: skip
    if which == 1:
        return min(left, key=lambda name: (used[name], left.index(name)))
    for side in (one.a, one.b):
        number = board.sitting[slot - 1].get(side) if slot and board.half[slot - 1] == board.half[slot] else None
        if number is not None:
            table = seats[board.meetings[number].a, board.meetings[number].b].table
            if table in left:
                return table
    return left[0]


def _reason(board: _Board, number: int) -> Unplaced:
    one, limit = board.meetings[number], board.problem.per_half_day
    slots = range(len(board.problem.slots))
    if not slots:
        return Unplaced(one.a, one.b, Why.NO_WINDOW)

    def has_time(side: int, slot: int) -> bool:
        return slot not in board.busy.get(side, ()) and side not in board.sitting[slot]

    def may(side: int, slot: int) -> bool:
        return has_time(side, slot) and board.counted[side, board.half[slot]] < limit

    for side in (one.a, one.b):
        if not any(may(side, slot) for slot in slots):
            time_left = any(has_time(side, slot) for slot in slots)
            return Unplaced(one.a, one.b, Why.LIMIT if time_left else Why.NO_TIME, side)
    common = [slot for slot in slots if may(one.a, slot) and may(one.b, slot)]
    if not common:
        return Unplaced(one.a, one.b, Why.NO_COMMON_TIME)
    if one.table and all(board.problem.slots[slot].closed for slot in common):
        return Unplaced(one.a, one.b, Why.NO_ROOM)
    if one.table and all(board.tabled[slot] >= len(board.tables[slot]) for slot in common):
        return Unplaced(one.a, one.b, Why.NO_TABLE)
    return Unplaced(one.a, one.b, Why.NO_INTERPRETER)


def solve(problem: Problem, told: Told | None = None) -> Outcome:
    """Give as many as possible a place, none of higher rank going without for one of lower.

    Nobody is twice at once; tables, interpreters, ``busy`` and the limit of a half-day are kept. Who had a place
    (``before``) keeps it where that costs nobody theirs. At most about three seconds for 300 meetings.

    :param told: is told (placed, all) now and then.
    """
    board = _Board(problem)
    _begin(board)
    _repair(board, told)
    _settle(board)
    return Outcome(
        seats=_seats(board),
        unplaced=tuple(_reason(board, number) for number, slot in enumerate(board.at) if slot < 0),
    )
