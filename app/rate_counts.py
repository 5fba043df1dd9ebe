"""Counting requests for the rate limits in memory, where no Redis is configured."""

from __future__ import annotations

import threading
import time
from typing import Any, ClassVar, Final

from limits.storage import MemoryStorage

SWEEP_EVERY: Final = 5.0  # seconds


class CalmMemoryStorage(MemoryStorage):  # type: ignore[misc]  # its base says nothing of its types
    """The library's storage, which forgets what is over every few seconds.

    The original looks through the counts of all addresses a hundredth of a second after every request: with hundreds
    of people at the door that costs each of them a millisecond. What is over never counts, swept or not.
    """

    STORAGE_SCHEME: ClassVar[list[str]] = ["calm-memory"]

    timer: Any
    _swept = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:
        """In place of the library's own, which has this name once Python has hidden it."""
        if self.timer.is_alive() or time.monotonic() < self._swept + SWEEP_EVERY:
            return
        self._swept = time.monotonic()
        self.timer = threading.Timer(0.01, self._MemoryStorage__expire_events)
        self.timer.daemon = True
        self.timer.start()
