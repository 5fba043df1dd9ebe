"""When a room has to be asked for at its server, and when again after it went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

READY_BEFORE = timedelta(minutes=45)  # of a session: its room is asked for once more, so that trouble shows in time
ASKED_AGAIN = timedelta(minutes=5)  # while it runs: a server forgets a room nobody is in
MADE_LATELY = ASKED_AGAIN + timedelta(minutes=2)
CLOSE = timedelta(hours=2)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE_CLOSE = timedelta(minutes=1)


@dataclass(frozen=True)
class Standing:
    """What is known of a room that a server has to make."""

    begins: datetime | None
    ends: datetime | None
    made_at: datetime | None
    next_try_at: datetime | None
    in_trouble: bool = False


def is_due(room: Standing, at: datetime) -> bool:
    """Whether the server is to be asked for the room now."""
    if room.ends is not None and room.ends <= at:
        return False
    if room.next_try_at is not None and room.next_try_at > at:
        return False
    if room.made_at is None or room.in_trouble:
        return True
    if room.begins is None or room.begins - READY_BEFORE > at:
        return False
    return room.made_at <= at - ASKED_AGAIN


def next_try(*, tries: int, begins: datetime | None, at: datetime) -> datetime:
    """When to ask again after ``tries`` vain tries: the pauses double; close to the session they stay short."""
    close = begins is not None and begins - CLOSE <= at
    pause = FIRST_PAUSE * int(2 ** min(max(tries, 1) - 1, 10))
    return at + min(pause, LONGEST_PAUSE_CLOSE if close else LONGEST_PAUSE)
