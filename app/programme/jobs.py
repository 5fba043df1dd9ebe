"""What the worker does by itself, and what follows when somebody leaves the conference."""

from __future__ import annotations

import threading

from app.clock import now
from app.delegations.operations.leaving import when_somebody_left
from app.jobs import repeatedly
from app.programme.operations import give_back_sessions, settle_sessions


@repeatedly(60)
def fill_free_sessions(_stop: threading.Event | None = None) -> None:
    """Places of sessions that became free elsewhere (an import, an erasure) go to those who wait."""
    settle_sessions(at=now())


def _give_back(delegate_id: int) -> None:
    give_back_sessions(delegate_id=delegate_id, at=now())


when_somebody_left["programme"] = _give_back
