"""A server that does not answer holds up nobody.

Threads that answer people are few. So only a few calls to one server are under way at a time in one process; while
one of them takes long, nobody else queues behind it; and a server that let a call wait in vain is left alone for some
seconds, then asked by one only. Whoever asks meanwhile is told at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from app.video.rules.trouble import OF_THE_WAY, Trouble, TroubleKind

LEFT_ALONE = 10.0  # seconds
AT_ONCE = 2
SLOW = 0.8  # seconds after which nobody waits behind a call any more
KEPT = 200  # servers remembered

Result = TypeVar("Result")


class _Turn:
    def __init__(self) -> None:
        self.free = threading.Condition()
        self.under_way: list[float] = []  # when they began
        self.trouble: Trouble | None = None
        self.until = 0.0

    def enter(self, *, anyway: bool) -> float:
        """Wait for one's turn, if there is hope.

        :raises Trouble: when there is none.
        """
        with self.free:
            while True:
                at = time.monotonic()
                if self.trouble is not None and not anyway and (at < self.until or self.under_way):
                    raise Trouble(self.trouble.kind, **self.trouble.values)
                if len(self.under_way) < AT_ONCE:
                    self.under_way.append(at)
                    return at
                left = SLOW - (at - min(self.under_way))
                if left <= 0:
                    raise Trouble(TroubleKind.BUSY)
                self.free.wait(left)

    def leave(self, begun: float, trouble: Trouble | None) -> None:
        """The call that began then is over."""
        with self.free:
            self.under_way.remove(begun)
            if trouble is None:
                self.trouble = None
            elif trouble.kind in OF_THE_WAY:
                self.trouble, self.until = trouble, time.monotonic() + LEFT_ALONE
            self.free.notify_all()


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
    """``ask()``, unless the server failed a moment ago or is slow with others.

    :param anyway: somebody presses the button of a test call: ask however it was a moment ago.
    :raises Trouble: that of ``ask``, that of a moment ago, or ``BUSY``.
    """
    turn = _turn(server)
    begun = turn.enter(anyway=anyway)
    caught: Trouble | None = None
    try:
        return ask()
    except Trouble as trouble:
        caught = trouble
        raise
    finally:
        turn.leave(begun, caught)
