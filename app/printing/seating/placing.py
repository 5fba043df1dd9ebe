"""People put on seats: by rank and side, companions and interpreters by those they belong to. No database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from app.printing.seating.rules import (
    CompanionRule,
    SeatOrder,
    Seats,
    Shape,
    Table,
    across,
    beside,
    in_honour,
    places_of,
)


@dataclass(frozen=True)
class Guest:
    """Somebody who needs a seat. The smaller ``rank`` sits higher; between equals the order given decides.

    ``side`` is the language of the person's side (``ru``, ``de``). ``of`` is whom they accompany or interpret for;
    None: nobody. ``interprets``: as an interpreter.
    """

    id: int
    rank: int
    side: str
    of: int | None = None
    interprets: bool = False


def in_order(guests: Iterable[Guest], order: SeatOrder, *, host_side: str) -> list[Guest]:
    """The people in the order they are put on seats of honour; the guests' side begins where sides take turns.

    >>> people = [Guest(1, 1, "ru"), Guest(2, 2, "ru"), Guest(3, 3, "de")]
    >>> [one.id for one in in_order(people, SeatOrder.ALTERNATE, host_side="ru")]
    [3, 1, 2]
    """
    ranked = sorted(guests, key=lambda guest: guest.rank)
    if order is not SeatOrder.ALTERNATE:
        return ranked
    theirs = [guest for guest in ranked if guest.side != host_side]
    ours = [guest for guest in ranked if guest.side == host_side]
    return [guest for pair in zip_longest(theirs, ours) for guest in pair if guest is not None]


@dataclass
class _Laid:
    """A table while people are put on it; ``free`` in order of honour."""

    table: Table
    second_host: bool
    honoured: tuple[int, ...]
    free: list[int]

    @property
    def _neighbours(self) -> Mapping[int, frozenset[int]]:
        return beside(self.table.shape, self.table.seats, second_host=self.second_host)

    def are_beside(self, place: int, other: int) -> bool:
        """Whether two seats are neighbours."""
        return other in self._neighbours[place]

    def next_to(self, place: int, apart: Collection[int] = ()) -> int | None:
        """The free seat beside somebody, that of less honour of two; None: there is none. ``apart``: beside none of
        these."""
        near = {one for one in self._neighbours[place] if not self._neighbours[one] & set(apart)}
        return next((one for one in reversed(self.free) if one in near), None)

    def nearest_to(self, place: int, apart: Collection[int] = ()) -> int | None:
        """The free seat that is fewest seats away from somebody, else the last in honour; beside none of ``apart`` as
        long as there is such a seat."""
        reached, edge = {place}, {place}
        while edge:
            edge = {other for one in edge for other in self._neighbours[one]} - reached
            reached |= edge
            near = [one for one in reversed(self.free) if one in edge and not self._neighbours[one] & set(apart)]
            if near:
                return near[0]
        return self.free[-1] if self.free else None

    def facing(self, place: int) -> int | None:
        """The free seat across from somebody."""
        return across(self.table.shape, self.table.seats, place, self.free, second_host=self.second_host)

    def has_room_beside(self, place: int, count: int) -> bool:
        """Whether so many can sit beside somebody on ``place``, one next to the other."""
        run = {place}
        for _ in range(count):
            edge = {other for one in run for other in self._neighbours[one]} - run
            if not (found := edge & set(self.free)):
                return False
            run.add(min(found))
        return True


@dataclass
class _Seating:
    """A proposal in the making."""

    companions: CompanionRule
    found: dict[int, tuple[int, int]]
    with_: dict[int, list[Guest]] = field(default_factory=dict)  # who is put on a seat together with somebody
    across: set[int] = field(default_factory=set)  # who of them sits across
    couples: dict[int, set[int]] = field(default_factory=dict)  # who is not to sit beside whom

    def beside(self, guest: Guest) -> int:
        """How many of those who belong to somebody need seats beside them."""
        near = self.companions in (CompanionRule.BESIDE, CompanionRule.CROSSED)
        return sum(one.interprets or (near and one.id not in self.across) for one in self.with_.get(guest.id, ()))

    def partners(self, laid: _Laid, number: int) -> list[int]:
        """Where at the table those sit beside whom somebody is not to sit."""
        seats = (self.found[one] for one in self.couples.get(number, ()) if one in self.found)
        return [place for table, place in seats if table == laid.table.id]

    def seat(self, laid: _Laid, number: int, place: int) -> None:
        """Somebody takes a seat; who belongs to them follows as far as the table has seats."""
        self.found[number] = (laid.table.id, place)
        if place in laid.free:
            laid.free.remove(place)
        left: list[Guest] = []
        for one in self.with_.pop(number, ()):
            apart = self.partners(laid, one.id)
            seat = laid.facing(place) if one.id in self.across else laid.next_to(place, apart)
            seat = seat if seat is not None else laid.nearest_to(place, apart)
            if seat is None:
                left.append(one)
                continue
            laid.free.remove(seat)
            self.found[one.id] = (laid.table.id, seat)
        if left:
            self.with_[number] = left

    def fill(
        self, laid: _Laid, line: list[Guest], suits: Callable[[int, Guest], bool] = lambda _place, _guest: True,
        *, split: bool = False,
    ) -> None:  # fmt: skip
        """Put the people of a line on the free seats; who belongs together waits until there is room for both.

        :param split: no longer.
        """

        def fits(place: int, guest: Guest) -> bool:
            count = self.beside(guest)
            if not split and any(laid.are_beside(place, other) for other in self.partners(laid, guest.id)):
                return False
            return suits(place, guest) and (split or not count or laid.has_room_beside(place, count))

        for place in list(laid.free):
            if not line:
                return
            if place in laid.free:
                at = next((at for at, guest in enumerate(line) if fits(place, guest)), None)
                if at is not None:
                    self.seat(laid, line.pop(at).id, place)


def _own_tables(tables: Sequence[Table], count: int) -> set[int]:
    """The last tables, as many as so many companions need; never the first."""
    found: set[int] = set()
    for table in reversed(tables[1:]):
        if count <= 0:
            break
        found.add(table.id)
        count -= table.seats
    return found


def propose(
    tables: Sequence[Table],
    guests: Sequence[Guest],
    order: SeatOrder,
    *,
    host_side: str,
    host: int | None = None,
    cohost: int | None = None,
    taken: Seats | None = None,
    companions: CompanionRule = CompanionRule.RANK,
    interpreters_beside: bool = False,
) -> dict[int, tuple[int, int]]:
    """A seat for everybody as far as there are seats: tables in their order, at each the seats in order of honour.

    The host has the host's seat of the first table, a second host the one across. Without a host, and at the other
    tables, whoever is next takes the host's seat.

    :param taken: who keeps the seat they have; others are put on what is free.
    """
    made = _Seating(companions, dict(taken or {}))
    waiting = [guest for guest in guests if guest.id not in made.found]
    hosts = [number for number in (host, cohost) if number is not None]
    bound = _bound(guests, waiting, hosts, companions=companions, interpreters_beside=interpreters_beside)
    apart = [guest for guest in bound if companions is CompanionRule.SEPARATE and not guest.interprets]
    rank_of = {guest.id: guest.rank for guest in guests}
    crossed = _crossed(bound, rank_of) if companions is CompanionRule.CROSSED else {}
    for guest in sorted(bound, key=lambda one: (not one.interprets, one.rank)):
        if guest not in apart:
            made.with_.setdefault(crossed.get(guest.id, guest.of or 0), []).append(guest)
        alone = crossed.get(guest.id) == guest.of  # the only couple
        if not guest.interprets and (companions is CompanionRule.OPPOSITE or alone):
            made.across.add(guest.id)
        if guest.id in crossed and guest.of is not None:
            made.couples.setdefault(guest.id, set()).add(guest.of)
            made.couples.setdefault(guest.of, set()).add(guest.id)
    line = in_order(
        [guest for guest in waiting if guest not in bound and guest.id not in hosts], order, host_side=host_side
    )
    apart.sort(key=lambda one: (rank_of[one.of or 0], one.rank))
    own = _own_tables(tables, len(apart))
    laid: list[_Laid] = []
    gone = set(made.found.values())
    for position, table in enumerate(tables):
        second = position == 0 and cohost is not None
        honoured = in_honour(table.shape, table.seats, second_host=second)
        one = _Laid(table, second, honoured, [place for place in honoured if (table.id, place) not in gone])
        laid.append(one)
        for number, (where, place) in list(made.found.items()):
            if where == table.id and number in made.with_:
                made.seat(one, number, place)
        if order is SeatOrder.FACING:
            ahead = SeatOrder.RANK if table.shape is Shape.LONG else SeatOrder.ALTERNATE
            line = in_order(line, ahead, host_side=host_side)
        if position == 0:
            _seat_hosts(made, one, host, waiting, hosts)
            line = [*(one for one in waiting if one.id in hosts and one.id not in made.found), *line]
        if table.id in own:
            made.fill(one, apart)
        else:
            made.fill(one, line, _suits(one, order, host_side))
    for one in laid:  # whoever found no room together sits where there is any
        made.fill(one, line, _suits(one, order, host_side), split=True)
    left = [*apart, *(guest for group in made.with_.values() for guest in group)]
    made.with_.clear()
    for one in laid:
        made.fill(one, left)
    return made.found


def _crossed(bound: Sequence[Guest], rank_of: Mapping[int, int]) -> dict[int, int]:
    """Beside whom each companion sits: couples exchange theirs two by two as they follow in rank, of an odd number the
    last three in a circle; the companion of the only couple stays theirs.

    >>> _crossed([Guest(11, 11, "ru", of=1), Guest(12, 12, "ru", of=2)], {1: 1, 2: 2})
    {11: 2, 12: 1}
    """
    companions = sorted((one for one in bound if not one.interprets), key=lambda one: (rank_of[one.of or 0], one.rank))
    whose = list(dict.fromkeys(one.of or 0 for one in companions))
    others: dict[int, int] = {}
    first = 0
    while first < len(whose):
        group = whose[first : first + (3 if len(whose) - first == 3 else 2)]
        others |= dict(zip(group, [*group[1:], group[0]], strict=True))
        first += len(group)
    return {one.id: others[one.of or 0] for one in companions}


def _suits(laid: _Laid, order: SeatOrder, host_side: str) -> Callable[[int, Guest], bool]:
    """Who may sit where: at a long table with the sides facing each other everybody on their own side."""
    if order is not SeatOrder.FACING or laid.table.shape is not Shape.LONG:
        return lambda _place, _guest: True
    rows = {place.number: place.row for place in places_of(laid.table.shape, laid.table.seats)}
    return lambda place, guest: (rows[place] == 0) == (guest.side == host_side)


def _bound(
    guests: Sequence[Guest], waiting: Sequence[Guest], hosts: Sequence[int],
    *, companions: CompanionRule, interpreters_beside: bool,
) -> list[Guest]:  # fmt: skip
    """Who gets a seat by somebody else's; whoever belongs to one of them, or to nobody here, goes by rank."""
    by_rule = {
        guest.id for guest in guests
        if guest.of is not None
        and (interpreters_beside if guest.interprets else companions is not CompanionRule.RANK)
        and guest.id not in hosts
    }  # fmt: skip
    known = {guest.id for guest in guests} - by_rule
    return [guest for guest in waiting if guest.id in by_rule and guest.of in known]


def _seat_hosts(made: _Seating, laid: _Laid, host: int | None, waiting: Sequence[Guest], hosts: Sequence[int]) -> None:
    """Both hosts first, then who belongs to them."""
    unseated = {guest.id for guest in waiting}
    seats = []
    for number in hosts:
        seat = laid.honoured[0] if number == host else laid.honoured[min(1, len(laid.honoured) - 1)]
        if number in unseated and seat in laid.free:
            laid.free.remove(seat)
            seats.append((number, seat))
    for number, seat in seats:
        made.seat(laid, number, seat)
