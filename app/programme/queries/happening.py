"""What takes place now, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.programme.queries.published import Item, Published

_SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Happening:
    """Sessions at a moment; ``following`` begin together, next of all."""

    present: Sequence[Item]
    following: Sequence[Item]

    def __bool__(self) -> bool:
        return bool(self.present or self.following)


def happening(found: Published, at: datetime) -> Happening:
    """What takes place at ``at``, and what begins next within a day; cancelled sessions do neither."""
    present = [item for starts, ends, item in found.held if starts <= at and ends is not None and at < ends]
    ahead = min((starts for starts, _ends, _item in found.held if at < starts <= at + _SOON), default=None)
    following = [item for starts, _ends, item in found.held if starts == ahead] if ahead else []
    return Happening(present, following)
