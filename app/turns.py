"""Who writes next to an SQLite file: all threads and processes of the house stand in one line.

SQLite itself lets those who wait try again after naps that grow to a tenth of a second: under a crowd the file lies
idle meanwhile, and who came last may go first.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # where there is none, SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]

PATIENCE: Final = 20.0  # seconds; whoever waited longer is told by SQLite that it is busy
_NAP: Final = 0.0003


class _Gate:
    """A lock of a file between processes; within one it is asked for by one thread at a time."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    yield
                    return
                time.sleep(_NAP)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


class _Line:
    """One file's line: within this process, then between the first of each process."""

    def __init__(self, path: str) -> None:
        self.door = threading.Lock()
        self.gates: tuple[_Gate, ...] = ()
        if path and Path(path).parent.is_dir() and fcntl is not None:
            # Whoever waits for the second holds the first: nobody comes in between.
            self.gates = (_Gate(f"{path}-next"), _Gate(f"{path}-turn"))


_lines: dict[tuple[int, str], _Line] = {}
_opening = threading.Lock()


@contextmanager
def turn_to_write(path: str) -> Iterator[None]:
    """Hold the turn for the SQLite file ``path`` (empty: in memory)."""
    key = (os.getpid(), path)
    line = _lines.get(key)
    if line is None:
        with _opening:
            line = _lines.get(key) or _lines.setdefault(key, _Line(path))
    until = time.monotonic() + PATIENCE
    entered = line.door.acquire(timeout=PATIENCE)
    try:
        with ExitStack() as held:
            if entered and line.gates:
                first, second = line.gates
                with first.held(until):
                    held.enter_context(second.held(until))
            yield
    finally:
        if entered:
            line.door.release()
