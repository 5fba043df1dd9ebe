"""The press that lays out letters: processes of its own for many of them, kept while letters come."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.correspondence.operations.writing import fonts
from invitations.pdf import Press

# From so many letters on it pays to begin processes.
MANY: Final = 20
_PROCESSES: Final = max(1, min(2, os.cpu_count() or 1))
_IDLE: Final = 300.0  # seconds after which processes without work end


class _Kept:
    """The processes of this house's press: begun for the first long run, ended when there was none for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._press: Press | None = None
        self._users = 0
        self._left = 0.0
        self._pid = 0

    @contextmanager
    def use(self) -> Iterator[Press]:
        with self._lock:
            if self._press is None or self._pid != os.getpid():
                self._press, self._pid, self._users = Press(fonts=fonts(), processes=_PROCESSES), os.getpid(), 0
            press = self._press
            self._users += 1
        try:
            yield press
        finally:
            with self._lock:
                self._users -= 1
                self._left = time.monotonic()
            timer = threading.Timer(_IDLE + 1, self.rest)
            timer.daemon = True
            timer.start()

    def rest(self) -> None:
        """End the processes when nobody used them for a while; they begin anew when they are needed."""
        with self._lock:
            if self._press is not None and not self._users and time.monotonic() - self._left >= _IDLE:
                self._press.close()
                self._press = None


_KEPT: Final = _Kept()


@contextmanager
def press_for(letters: int) -> Iterator[Press]:
    """A press for a run of so many letters: in this process for a few, else the kept one."""
    if letters < MANY or _PROCESSES == 1:
        with Press(fonts=fonts()) as own:
            yield own
    else:
        with _KEPT.use() as kept:
            yield kept
