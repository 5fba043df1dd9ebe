"""The worker empties the mailroom."""

from __future__ import annotations

import contextlib
import os
import threading

from app.clock import now
from app.jobs import repeatedly
from app.mailroom.operations import send_waiting, write_ordered
from app.mailroom.operations.orders import is_time


@repeatedly(0.5)
def write_mails(stop: threading.Event) -> None:
    """Write what was ordered, when nobody is kept waiting by it."""
    with contextlib.suppress(OSError, AttributeError):  # where a thread can stand back behind those who answer people
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    at = now()
    if is_time(at):
        write_ordered(at=at, stop=stop)


@repeatedly(2)
def empty_mailroom(stop: threading.Event) -> None:
    """Send what is due, every two seconds."""
    send_waiting(at=now(), due_only=True, stop=stop)
