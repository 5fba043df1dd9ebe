"""What the worker does for meeting rooms by itself."""

from __future__ import annotations

import threading

from app.clock import now
from app.jobs import repeatedly
from app.video.operations.following import follow_rooms
from app.video.operations.making import make_rooms
from app.video.operations.visits import end_visits


@repeatedly(15)
def make_waiting_rooms(stop: threading.Event | None = None) -> None:
    """Ask the meeting servers for the rooms that are due; one that is down is asked again later."""
    make_rooms(at=now(), stopped=stop.is_set if stop is not None else lambda: False)


@repeatedly(60)
def follow_who_is_there(stop: threading.Event | None = None) -> None:
    """End the visits of sessions that are over, and ask servers who is in their rooms."""
    end_visits(at=now())
    follow_rooms(at=now(), stopped=stop.is_set if stop is not None else lambda: False)
