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


def happening(published: Published, at: datetime) -> Happening:
    """What takes place at ``at``, and what begins next within a day; cancelled sessions do neither."""
    held = [
        (datetime.fromisoformat(item["starts_at"]), item)
        for item in published.items
        if item["starts_at"] and not item["cancelled"]
    ]
    present = [
        item
        for starts, item in held
        if starts <= at and item["ends_at"] and at < datetime.fromisoformat(item["ends_at"])
    ]
    ahead = min((starts for starts, _item in held if at < starts <= at + _SOON), default=None)
    return Happening(present, [item for starts, item in held if starts == ahead])
