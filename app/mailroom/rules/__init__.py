"""The life of one e-mail, when a failed one is tried again, and what its failure means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from app.mailroom.rules.causes import MAILBOX_FULL, OUR_SERVER, cause_of, status_of

__all__ = [
    "ALLOWED", "COPIES_GIVEN_UP_AFTER", "MAX_ATTEMPTS", "OUR_SERVER", "MailState", "cause_of", "gives_up",
    "retry_after", "status_of",
]  # fmt: skip


class MailState(StrEnum):
    """Where a mail stands. ``uncertain``: the connection broke after the content had been handed over."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"


# A mail of the trial mode is held after it went to the trial's address; a sent one fails when it comes back.
ALLOWED: Mapping[MailState, frozenset[MailState]] = {
    MailState.HELD: frozenset({MailState.WAITING, MailState.FAILED}),
    MailState.WAITING: frozenset({MailState.SENDING, MailState.HELD, MailState.FAILED}),
    MailState.SENDING: frozenset(
        {MailState.SENT, MailState.WAITING, MailState.HELD, MailState.UNCERTAIN, MailState.FAILED}
    ),
    MailState.UNCERTAIN: frozenset({MailState.WAITING, MailState.SENT, MailState.FAILED}),
    MailState.FAILED: frozenset({MailState.WAITING}),
    MailState.SENT: frozenset({MailState.FAILED}),
}

_DELAYS: tuple[int, ...] = (1, 2, 5, 10, 30, 60, 120, 240)
_DELAYS_OUR_SERVER = (1, 1, 2, 5)
_DELAYS_FULL = (60, 120, 240)
MAX_ATTEMPTS = 12
COPIES_GIVEN_UP_AFTER = 3  # a copy that is put off so often does not keep the mail from its head any longer


def retry_after(attempts: int, error: str = "") -> timedelta:
    """How long to wait after the ``attempts``-th failure: shortly when our own server is away, long when the
    recipient's mailbox is full, else longer from time to time.
    """
    delays = _DELAYS
    if error.endswith(OUR_SERVER):
        delays = _DELAYS_OUR_SERVER
    elif status_of(error)[2:] == MAILBOX_FULL:
        delays = _DELAYS_FULL
    return timedelta(minutes=delays[min(attempts, len(delays)) - 1])


def gives_up(attempts: int, error: str) -> bool:
    """Whether no further try is made. A mail never fails because our own server is away."""
    return attempts >= MAX_ATTEMPTS and not error.endswith(OUR_SERVER)
