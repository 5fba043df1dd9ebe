"""Deeds of the mailroom: queue, release, settle, send, take back what came back."""

from app.mailroom.operations.news import listeners
from app.mailroom.operations.orders import Draft, drop_orders, mail_writer, order_mail, ordered_mails, write_ordered
from app.mailroom.operations.queue import (
    MailFile,
    PlainMail,
    hold_back,
    queue_mail,
    queue_plain_mails,
    release_held,
    rewrite_held,
    send_again,
    settle_arrived,
    withdraw,
    withdraw_mails,
    withdraw_unsent,
)
from app.mailroom.operations.returns import ReturnsTaken, read_mailbox, take_one_report, take_reports
from app.mailroom.operations.send import SendReport, send_waiting

__all__ = [
    "Draft", "MailFile", "PlainMail", "ReturnsTaken", "SendReport", "drop_orders", "hold_back", "listeners",
    "mail_writer", "order_mail", "ordered_mails", "queue_mail", "queue_plain_mails", "read_mailbox", "release_held",
    "rewrite_held", "send_again", "send_waiting", "settle_arrived", "take_one_report", "take_reports", "withdraw",
    "withdraw_mails", "withdraw_unsent", "write_ordered",
]  # fmt: skip
