"""Deeds of the mailroom: queue, release, settle, send."""

from app.mailroom.operations.queue import (
    MailFile,
    hold_back,
    queue_mail,
    release_held,
    send_again,
    settle_arrived,
    withdraw,
    withdraw_unsent,
)
from app.mailroom.operations.send import SendReport, send_waiting

__all__ = [
    "MailFile", "SendReport", "hold_back", "queue_mail", "release_held", "send_again", "send_waiting",
    "settle_arrived", "withdraw", "withdraw_unsent",
]  # fmt: skip
