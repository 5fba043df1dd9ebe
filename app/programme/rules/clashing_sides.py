"""Delegations and interpreters with a number only who are needed at two tables at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from app.programme.rules.lacks import OF_TWO
from app.programme.rules.planned import Planned, Warning_, shown
from app.programme.rules.spans import Span, overlapping


def of_tables(spans: list[Span]) -> Iterable[Warning_]:
    """Interpreters known by a number only, who are needed at two tables; those with a name have a part there."""
    by_number: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if span[2].interpreter and span[2].interpreter.isdigit():
            by_number[span[2].interpreter].append(span)
    for number, group in by_number.items():
        for first, second in overlapping(group):
            message = _l("Interpreter %(number)s is needed twice at the same time: %(first)s and %(second)s.",
                         number=number, first=shown(first), second=shown(second))  # fmt: skip
            yield Warning_("interpreter", (first.code, second.code), message, _when("number", number, first, second))


def of_delegations(spans: list[Span]) -> Iterable[Warning_]:
    """Sides of two meetings, or signings, at once: their heads are needed at both. Other sessions clash for those of
    whom one person only comes."""
    by_town: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        for side in span[2].sides:
            if span[2].kind in OF_TWO or (side.stays is not None and len(side.stays) == 1):
                by_town[side.municipality].append(span)
    for town, group in by_town.items():
        for first, second in overlapping(group) if len(group) > 1 else ():
            if first.lies_within(second) or second.lies_within(first):
                continue
            name = next(side.name for side in first.sides if side.municipality == town)
            message = _l("The delegation of %(side)s is needed twice at the same time: %(first)s and %(second)s.",
                         side=name, first=shown(first), second=shown(second))  # fmt: skip
            yield Warning_("delegation", (first.code, second.code), message, _when("town", town, first, second))


def _when(what: str, which: object, first: Planned, second: Planned) -> tuple[object, ...]:
    return (what, which, first.starts_at, first.ends_at, second.starts_at, second.ends_at)
