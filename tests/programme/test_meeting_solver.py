"""Placing meetings: no clash whatever is asked, everything placed that can be, wishes first, what was stays."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.programme.rules.meeting_solver import Held, Problem, Seat, Unplaced, Wanted, solve
from app.programme.rules.meetings import Slot, Why

NINE = datetime(2021, 6, 29, 6, 0, tzinfo=UTC)


def slots(count: int, interpreters: tuple[str, ...] = ("Anna", "Boris"), *, per_half: int = 6) -> tuple[Slot, ...]:
    return tuple(
        Slot(NINE + timedelta(minutes=30 * number), NINE + timedelta(minutes=30 * number + 30),
             f"half {number // per_half}", interpreters)
        for number in range(count)
    )  # fmt: skip


def problem(count: int, *wanted: Wanted, tables: int = 2, per_half_day: int = 6, **given: object) -> Problem:
    names = tuple(str(number) for number in range(1, tables + 1))
    return Problem(slots(count), names, per_half_day, tuple(wanted), **given)  # type: ignore[arg-type]


def broken_rules(asked: Problem) -> list[str]:
    """What the answer does against the rules, looked up without any of the solver's own bookkeeping."""
    outcome = solve(asked)
    wanted = {(one.a, one.b): one for one in asked.wanted}
    faults = []
    if set(outcome.seats) | {(one.a, one.b) for one in outcome.unplaced} != set(wanted):
        faults.append("not everybody is told of")
    if len(outcome.seats) + len(outcome.unplaced) != len(wanted):
        faults.append("somebody is told of twice")
    people = [(seat.slot, side) for pair, seat in outcome.seats.items() for side in pair]
    people += [(slot, side) for held in asked.held for slot in held.slots for side in held.sides]
    tables = [(seat.slot, seat.table) for seat in outcome.seats.values() if seat.table]
    tables += [(slot, held.table) for held in asked.held for slot in held.slots if held.table]
    speakers = [(seat.slot, seat.interpreter) for seat in outcome.seats.values() if seat.interpreter]
    speakers += [(slot, held.interpreter) for held in asked.held for slot in held.slots if held.interpreter]
    for name, found in (("side", people), ("table", tables), ("interpreter", speakers)):
        faults += [f"{name} {key} twice" for key, count in Counter(found).items() if count > 1]
    halves = Counter((asked.slots[seat.slot].half_day, side) for pair, seat in outcome.seats.items() for side in pair)
    for held in asked.held:
        halves.update((held.half_day, side) for side in held.sides)
    by_hand = Counter((held.half_day, side) for held in asked.held for side in held.sides)
    faults += [f"{key}: {count} meetings" for key, count in halves.items()
               if count > max(asked.per_half_day, by_hand[key])]  # fmt: skip
    for pair, seat in outcome.seats.items():
        if any(seat.slot in (asked.busy or {}).get(side, ()) for side in pair):
            faults.append(f"{pair} at a time when one has something else")
        if (seat.table in asked.tables) != wanted[pair].table or bool(seat.table) != wanted[pair].table:
            faults.append(f"{pair} at table {seat.table!r}")
        if (seat.interpreter in asked.slots[seat.slot].interpreters) != wanted[pair].interpreter:
            faults.append(f"{pair} with interpreter {seat.interpreter!r}")
    if solve(asked) != outcome:
        faults.append("another answer the second time")
    return faults


def anything(seed: int) -> Problem:
    """A problem of any shape: too little of everything, things that stay, places from before that are no more."""
    dice = random.Random(seed)
    count, sides = dice.randint(0, 12), dice.randint(2, 14)
    tables = tuple(str(number) for number in range(dice.randint(0, 4)))
    names = tuple(f"I{number}" for number in range(dice.randint(0, 3)))
    times = tuple(
        replace(slot, interpreters=tuple(name for name in names if dice.random() < 0.8))
        for slot in slots(count, per_half=dice.randint(1, 6))
    )
    pairs = [(a, b) for a in range(sides) for b in range(a + 1, sides)]
    dice.shuffle(pairs)
    cut = dice.randint(0, min(4, len(pairs)))
    held = []
    sitting: set[tuple[int, object]] = set()
    for pair in pairs[:cut]:
        if not times:
            break
        slot = dice.randrange(count)
        table = dice.choice([*tables, "elsewhere"])
        keys: set[tuple[int, object]] = {(slot, pair[0]), (slot, pair[1]), (slot, table)}
        if keys & sitting:
            continue
        sitting |= keys
        held.append(Held(pair, frozenset({slot}), times[slot].half_day, table))
    wanted = tuple(
        Wanted(
            a, b, rank=dice.randint(0, 3), bonus=dice.randint(0, 800), interpreter=dice.random() < 0.6,
            table=dice.random() < 0.9,
            before=Seat(dice.randrange(count), dice.choice([*tables, "gone"]), dice.choice([*names, ""]))
            if count and dice.random() < 0.3
            else None,
        )
        for a, b in pairs[cut : cut + dice.randint(0, 40)]
    )  # fmt: skip
    busy = {
        side: frozenset(slot for slot in range(count) if dice.random() < 0.3)
        for side in range(sides)
        if dice.random() < 0.5
    }
    return Problem(times, tables, dice.randint(1, 5), wanted, tuple(held), busy)


def planted(seed: int, *, sides: int, count: int, tables: int, filled: float) -> Problem:
    """A problem made from an answer, so that there is one: every slot filled up to ``filled`` of its tables."""
    dice = random.Random(seed)
    met: set[tuple[int, int]] = set()
    free: dict[int, set[int]] = {side: set(range(count)) for side in range(sides)}
    for slot in range(count):
        order = list(range(sides))
        dice.shuffle(order)
        made = 0
        while len(order) > 1 and made < tables * filled:
            a = order.pop()
            b = next((other for other in order if (min(a, other), max(a, other)) not in met), None)
            if b is None:
                continue
            order.remove(b)
            met.add((min(a, b), max(a, b)))
            free[a].discard(slot)
            free[b].discard(slot)
            made += 1
    busy = {side: frozenset(slot for slot in left if dice.random() < 0.4) for side, left in free.items()}
    wanted = tuple(Wanted(a, b, rank=dice.randint(0, 3), interpreter=True) for a, b in sorted(met))
    names = tuple(f"I{number}" for number in range(tables))
    return Problem(
        slots(count, names), tuple(str(number) for number in range(1, tables + 1)), 6, wanted, busy=busy
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_solve_breaks_no_rule_when_anything_is_asked(seed: int) -> None:
    assert broken_rules(anything(seed)) == []


@pytest.mark.parametrize("seed", range(12))
def test_solve_places_all_when_there_is_room_for_all(seed: int) -> None:
    asked = planted(seed, sides=20, count=12, tables=6, filled=0.9)
    outcome = solve(asked)
    assert (outcome.unplaced, len(outcome.seats)) == ((), len(asked.wanted))


@pytest.mark.parametrize("seed", range(6))
def test_solve_places_nearly_all_when_every_table_is_needed_at_every_time(seed: int) -> None:
    asked = planted(seed, sides=16, count=10, tables=5, filled=1.0)
    assert len(solve(asked).seats) >= len(asked.wanted) - 1


def test_solve_gives_wishes_the_tables_when_there_are_too_few() -> None:
    ties = [Wanted(number, number + 1, rank=0, bonus=300) for number in range(0, 8, 2)]
    wish = Wanted(20, 21, rank=1)
    urgent = Wanted(22, 23, rank=3)
    outcome = solve(problem(1, *ties, wish, urgent, tables=2))
    assert set(outcome.seats) == {(20, 21), (22, 23)}
    assert set(outcome.unplaced) == {Unplaced(one.a, one.b, Why.NO_TABLE) for one in ties}


def test_solve_puts_an_older_tie_before_a_younger_when_one_place_is_left() -> None:
    outcome = solve(problem(1, Wanted(1, 2, bonus=10), Wanted(3, 4, bonus=52), tables=1))
    assert set(outcome.seats) == {(3, 4)}


def test_solve_keeps_the_places_when_nothing_has_changed() -> None:
    asked = planted(3, sides=16, count=12, tables=6, filled=0.7)
    first = solve(asked)
    again = replace(asked, wanted=tuple(replace(one, before=first.seats[one.a, one.b]) for one in asked.wanted))
    assert solve(again) == first


def test_solve_moves_few_when_one_more_is_wished() -> None:
    asked = planted(5, sides=16, count=12, tables=6, filled=0.7)
    first = solve(asked)
    known = tuple(replace(one, before=first.seats[one.a, one.b]) for one in asked.wanted)
    more = Wanted(100, 101, rank=3, interpreter=True)
    outcome = solve(replace(asked, wanted=(*known, more)))
    moved = [pair for pair, seat in first.seats.items() if outcome.seats.get(pair) != seat]
    assert (len(moved) <= 1, (100, 101) in outcome.seats, outcome.unplaced) == (True, True, ())


def test_solve_makes_room_when_the_one_before_can_go_elsewhere() -> None:
    """(1, 2) sits in slot 0; (1, 3) can be only there: the first goes to slot 1, nobody is left out."""
    asked = problem(
        2, Wanted(1, 2, rank=3, before=Seat(0, "1", "")), Wanted(1, 3, rank=0), busy={3: frozenset({1})}, tables=1
    )  # fmt: skip
    assert solve(asked).seats == {(1, 2): Seat(1, "1", ""), (1, 3): Seat(0, "1", "")}


def test_solve_leaves_out_the_lesser_when_only_one_can_be() -> None:
    asked = problem(1, Wanted(1, 2, rank=0, before=Seat(0, "1", "")), Wanted(1, 3, rank=2), tables=1)
    outcome = solve(asked)
    assert (dict(outcome.seats), outcome.unplaced) == (
        {(1, 3): Seat(0, "1", "")}, (Unplaced(1, 2, Why.NO_TIME, 1),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (problem(0, Wanted(1, 2)), Unplaced(1, 2, Why.NO_WINDOW)),
        (problem(2, Wanted(1, 2), tables=0), Unplaced(1, 2, Why.NO_TABLE)),
        (problem(2, Wanted(1, 2), busy={2: frozenset({0, 1})}), Unplaced(1, 2, Why.NO_TIME, 2)),
        (
            problem(2, Wanted(1, 2), busy={1: frozenset({0}), 2: frozenset({1})}),
            Unplaced(1, 2, Why.NO_COMMON_TIME),
        ),
        (
            problem(3, Wanted(1, 2), held=(Held((2, 9), frozenset({0}), "half 0", "1"),), per_half_day=1),
            Unplaced(1, 2, Why.LIMIT, 2),
        ),
        (
            problem(1, Wanted(1, 2, interpreter=True), held=(
                Held((7, 8), frozenset({0}), "half 0", "", "Anna"), Held((5, 6), frozenset({0}), "half 0", "", "Boris"),
            )),
            Unplaced(1, 2, Why.NO_INTERPRETER),
        ),
        (
            problem(1, Wanted(1, 2), held=(
                Held((7, 8), frozenset({0}), "half 0", "1"), Held((5, 6), frozenset({0}), "half 0", "2"),
            )),
            Unplaced(1, 2, Why.NO_TABLE),
        ),
    ],
)  # fmt: skip
def test_solve_says_why_when_a_meeting_finds_no_place(asked: Problem, expected: Unplaced) -> None:
    assert solve(asked).unplaced == (expected,)


def test_solve_needs_no_table_when_both_sides_come_by_video() -> None:
    outcome = solve(problem(1, Wanted(1, 2, table=False), tables=0))
    assert dict(outcome.seats) == {(1, 2): Seat(0, "", "")}


def test_solve_avoids_waiting_when_there_is_a_place_next_to_another() -> None:
    outcome = solve(problem(6, Wanted(1, 2), Wanted(1, 3), Wanted(1, 4), tables=4))
    taken = sorted(seat.slot for seat in outcome.seats.values())
    assert taken == list(range(taken[0], taken[0] + 3))


def test_solve_places_300_meetings_quickly_when_it_is_tight() -> None:
    asked = planted(300, sides=75, count=20, tables=16, filled=0.95)
    assert len(asked.wanted) >= 300
    begun = time.process_time()
    outcome = solve(asked)
    assert (len(outcome.unplaced), time.process_time() - begun < 10) == (0, True)
