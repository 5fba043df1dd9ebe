"""Who interprets when: the members of a team change places so that nobody speaks for too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Turn:
    """One stretch; ``name`` interprets, the others of the team rest or help."""

    starts_at: datetime
    ends_at: datetime
    name: str


def relief_plan(names: Sequence[str], starts_at: datetime, ends_at: datetime, minutes: int) -> list[Turn]:
    """Turns of at most ``minutes`` in the order of ``names``, who take them in turn; one alone has one long turn.

    >>> day = datetime(2021, 6, 28, 10)
    >>> [(turn.name, turn.ends_at.minute) for turn in relief_plan(["A", "B"], day, day + timedelta(minutes=50), 30)]
    [('A', 30), ('B', 50)]
    """
    if not names or minutes < 1 or ends_at <= starts_at:
        return []
    if len(names) == 1:
        return [Turn(starts_at, ends_at, names[0])]
    turns: list[Turn] = []
    begins = starts_at
    while begins < ends_at:
        ends = min(begins + timedelta(minutes=minutes), ends_at)
        turns.append(Turn(begins, ends, names[len(turns) % len(names)]))
        begins = ends
    return turns
