"""Whom accompanying persons and interpreters belong to, as far as it can be told. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.delegations.rules import DelegateRole
from app.delegations.rules.groups import DelegationFunction


class Part(StrEnum):
    """What somebody is at the table."""

    GUEST = "guest"
    COMPANION = "companion"
    INTERPRETER = "interpreter"


def part_of(role: str, function: str) -> Part:
    """The part somebody has by role, or by function within the delegation."""
    roles = {one.strip() for one in role.split(";")}
    if DelegateRole.INTERPRETER in roles or function == DelegationFunction.INTERPRETER:
        return Part.INTERPRETER
    return Part.COMPANION if DelegateRole.COMPANION in roles else Part.GUEST


@dataclass(frozen=True)
class Attendee:
    """Somebody as this rule sees them; ``needs``: interpretation."""

    id: int
    part: Part
    delegation: int | None
    last: str
    needs: bool = False


def _stem(last: str) -> str:
    """What the family names of a couple share: «Орлова» and «Орлов», «Крамской» and «Крамская»."""
    folded = last.casefold().replace("ё", "е").strip()
    for ending in ("ская", "цкая", "ский", "цкий", "ской", "цкой"):
        if folded.endswith(ending):
            return folded[:-2]
    for ending in ("ова", "ева", "ина", "ына"):
        if folded.endswith(ending):
            return folded[:-1]
    return folded


def belongings(
    people: Sequence[Attendee], by_hand: Mapping[int, int | None] | None = None
) -> dict[int, tuple[int, bool]]:  # fmt: skip
    """Whom somebody belongs to, and whether that was said by hand.

    An accompanying person belongs to whoever has the same family name in the delegation, else to the highest of it who
    has no companion yet; an interpreter to the highest of the delegation who needs interpretation and has none, else to
    the highest.

    :param people: in order of precedence.
    :param by_hand: None for somebody: they belong to nobody.
    """
    said = by_hand or {}
    known = {one.id for one in people}
    found = {
        who: (whom, True) for who, whom in said.items()
        if whom is not None and who in known and whom in known and who != whom
    }  # fmt: skip
    groups: dict[int, list[Attendee]] = {}
    for one in people:
        if one.delegation is not None and one.part is Part.GUEST and one.id not in found:
            groups.setdefault(one.delegation, []).append(one)
    part = {one.id: one.part for one in people}
    served = {kind: {whom for who, (whom, _hand) in found.items() if part[who] is kind} for kind in Part}
    for one in people:
        group = groups.get(one.delegation or 0, [])
        if one.part is Part.GUEST or one.id in said or not group:
            continue
        alone = [other for other in group if other.id not in served[one.part]]
        if one.part is Part.COMPANION:
            wished = [other for other in alone if _stem(other.last) == _stem(one.last)]
        else:
            wished = [other for other in alone if other.needs]
        whom = (wished or (alone if one.part is Part.COMPANION else group) or group)[0].id
        served[one.part].add(whom)
        found[one.id] = (whom, False)
    return found
