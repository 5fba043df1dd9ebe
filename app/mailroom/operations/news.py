"""Telling higher rooms that a mail of theirs has gone or come back."""

from __future__ import annotations

from collections.abc import Callable

from app.mailroom.models import OutgoingMail

Listener = Callable[[OutgoingMail], object]

# By name, so that a room that is loaded twice listens once.
listeners: dict[str, Listener] = {}


def tell(mail: OutgoingMail) -> None:
    """Say, in the transaction of the deed, that ``mail`` was sent (state ``sent``) or came back (``failed``)."""
    for listener in listeners.values():
        listener(mail)
