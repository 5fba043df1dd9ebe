"""A server that does not answer holds up nobody.

Threads that answer people are few. So a server that let one call wait in vain is left alone for some seconds (whoever
asks meanwhile is told at once), and only a few calls to one server are under way at a time in one process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from app.video.rules.trouble import OF_THE_WAY, Trouble, TroubleKind

LEFT_ALONE = 10.0  # seconds
AT_ONCE = 2
WAITS = 1.0  # seconds for one's turn
KEPT = 200  # servers remembered

Result = TypeVar("Result")


class _Turn:
    def __init__(self) -> None:
        self.places = threading.BoundedSemaphore(AT_ONCE)
        self.trouble: Trouble | None = None
        self.until = 0.0


_TURNS: dict[str, _Turn] = {}
_LOCK = threading.Lock()


def _turn(server: str) -> _Turn:
    with _LOCK:
        if len(_TURNS) >= KEPT and server not in _TURNS:
            _TURNS.pop(next(iter(_TURNS)))
        return _TURNS.setdefault(server, _Turn())


def forget_servers() -> None:
    """Begin anew with every server (settings were changed, tests)."""
    with _LOCK:
        _TURNS.clear()


def patiently(server: str, ask: Callable[[], Result], *, anyway: bool = False) -> Result:
    """``ask()``, unless the server failed a moment ago or is being asked too much already.

    :param anyway: somebody presses the button of a test call: ask however it was a moment ago.
    :raises Trouble: that of ``ask``, that of a moment ago, or ``BUSY``.
    """
    turn = _turn(server)
    if turn.trouble is not None and time.monotonic() < turn.until and not anyway:
        raise Trouble(turn.trouble.kind, **turn.trouble.values)
    if not turn.places.acquire(timeout=WAITS):
        raise Trouble(TroubleKind.BUSY)
    try:
        result = ask()
    except Trouble as trouble:
        if trouble.kind in OF_THE_WAY:
            turn.trouble, turn.until = trouble, time.monotonic() + LEFT_ALONE
        raise
    else:
        turn.trouble = None
        return result
    finally:
        turn.places.release()
