"""Signing up for sessions: what of somebody's choice takes place at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Protocol, TypeVar

AN_HOUR = timedelta(hours=1)  # what an item without an end is taken for


class Timed(Protocol):
    """Anything with hours, which may be unknown."""

    @property
    def starts_at(self) -> datetime | None:
        """When it begins."""

    @property
    def ends_at(self) -> datetime | None:
        """When it ends."""


Item = TypeVar("Item", bound=Timed)


def overlaps(chosen: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Every two of ``chosen`` that overlap; one that begins when the other ends does not."""
    found = []
    for one, other in combinations(chosen, 2):
        if one.starts_at is None or other.starts_at is None:
            continue
        if one.starts_at < (other.ends_at or other.starts_at + AN_HOUR) and other.starts_at < (
            one.ends_at or one.starts_at + AN_HOUR
        ):
            found.append((one, other))
    return found
