"""The life of one e-mail, and when a failed one is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class MailState(StrEnum):
    """Where a mail stands. ``uncertain``: the connection broke after the content had been handed over."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"


ALLOWED: Mapping[MailState, frozenset[MailState]] = {
    MailState.HELD: frozenset({MailState.WAITING, MailState.FAILED}),
    MailState.WAITING: frozenset({MailState.SENDING, MailState.HELD, MailState.FAILED}),
    MailState.SENDING: frozenset({MailState.SENT, MailState.WAITING, MailState.UNCERTAIN, MailState.FAILED}),
    MailState.UNCERTAIN: frozenset({MailState.WAITING, MailState.SENT}),
    MailState.FAILED: frozenset({MailState.WAITING}),
    MailState.SENT: frozenset(),
}

_DELAYS = (1, 2, 5, 10, 30, 60, 120, 240)
MAX_ATTEMPTS = 12


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th failure (4xx or no connection)."""
    return timedelta(minutes=_DELAYS[min(attempts, len(_DELAYS)) - 1])
