"""When the door of a room is open: by the hours of the programme, unless the control page says otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from app.video.rules.rooms import OPENS_BEFORE

STAYS_OPEN = timedelta(hours=4)  # opened by hand after its end, for a session that goes on


class Door(Protocol):
    """What was decided by hand."""

    @property
    def opened_at(self) -> datetime | None:
        """Since when it is open by hand."""

    @property
    def closed_at(self) -> datetime | None:
        """Since when it is closed by hand."""


def closed_by_hand(door: Door | None, at: datetime) -> bool:
    """Whether somebody shut the door, and nobody has opened it since."""
    if door is None or door.closed_at is None or door.closed_at > at:
        return False
    return door.opened_at is None or door.opened_at <= door.closed_at


def opened_by_hand(door: Door | None, ends_at: datetime, at: datetime) -> bool:
    """Whether somebody opened the door before its time, or keeps it open after the end."""
    if door is None or door.opened_at is None or door.opened_at > at or closed_by_hand(door, at):
        return False
    return at < max(ends_at, door.opened_at + STAYS_OPEN if door.opened_at >= ends_at - OPENS_BEFORE else ends_at)


def is_open(starts_at: datetime | None, ends_at: datetime | None, door: Door | None, at: datetime) -> bool:
    """Whether one may enter at this moment: from half an hour before until the end, or as the control page says."""
    if starts_at is None or ends_at is None or closed_by_hand(door, at):
        return False
    return starts_at - OPENS_BEFORE <= at < ends_at or opened_by_hand(door, ends_at, at)
