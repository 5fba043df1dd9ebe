"""The worker empties the mailroom."""

from __future__ import annotations

import threading

from app.clock import now
from app.jobs import repeatedly
from app.mailroom.operations import send_waiting


@repeatedly(2)
def empty_mailroom(stop: threading.Event) -> None:
    """Send what is due, every two seconds."""
    send_waiting(at=now(), due_only=True, stop=stop)
