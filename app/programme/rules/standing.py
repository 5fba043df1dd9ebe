"""Who of a line of people stands too far ahead, by the order of precedence and its rule for ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from app.delegations.rules import is_cyrillic
from app.delegations.rules.precedence import PROTOCOL, Standing, Ties, in_precedence
from app.programme.rules.planned import Part

Pair = tuple[Part, Part]


def outranks(later: Part, earlier: Part, ties: Ties) -> bool:
    """Whether ``later`` should stand before ``earlier``: by rank; where it is the same, the head of a delegation before
    the deputy before the others of it, then by the rule for ties as far as both are known by it. Names are compared in
    one script only, for copies in two languages sort those of two scripts differently."""
    if later.rank is None or earlier.rank is None:
        return False
    if later.rank != earlier.rank:
        return later.rank < earlier.rank
    if later.delegation is not None and later.delegation == earlier.delegation and later.function != earlier.function:
        return later.function < earlier.function
    if later.rank > PROTOCOL or not later.alphabet or not earlier.alphabet:
        return False
    if ties is Ties.ALPHABET:
        return is_cyrillic(later.alphabet) is is_cyrillic(earlier.alphabet) and later.alphabet < earlier.alphabet
    if ties is Ties.ALTERNATE and later.side != earlier.side:
        return False
    return later.since is not None and earlier.since is not None and later.since < earlier.since


def misplaced(line: Sequence[Part], *, ties: Ties, first_side: str) -> Iterable[Pair]:
    """The pairs of people who stand the wrong way round; not those that two others between them already tell of."""
    wrong = {
        (ahead, behind)
        for (ahead, one), (behind, other) in combinations(enumerate(line), 2)
        if outranks(other, one, ties)
    }  # fmt: skip
    for ahead, behind in sorted(wrong):
        if not any((ahead, between) in wrong and (between, behind) in wrong for between in range(ahead + 1, behind)):
            yield line[ahead], line[behind]
    if ties is Ties.ALTERNATE:
        yield from _out_of_turn(line, first_side)


def _out_of_turn(line: Sequence[Part], first_side: str) -> Iterable[Pair]:
    """Of those of one rank who stand where it is the turn of the other side, each with the next one of that side."""
    for rank in dict.fromkeys(part.rank for part in line if part.rank is not None and part.rank <= PROTOCOL):
        equal = [part for part in line if part.rank == rank and part.side]
        turns = in_precedence(
            range(len(equal)), lambda place, of=equal: Standing(0, None, f"{place:05}", of[place].side),  # type: ignore[misc]
            ties=Ties.ALTERNATE, first_side=first_side,
        )  # fmt: skip
        for place, turn in enumerate(turns):
            one, due = equal[place], equal[turn].side
            following = next((part for part in equal[place + 1 :] if part.side == due), None)
            if one.side != due and following is not None:
                yield one, following
