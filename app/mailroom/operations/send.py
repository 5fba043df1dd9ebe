"""Sending what waits. Each mail is claimed by one sender; what a killed sender had claimed is taken back."""

from __future__ import annotations

import os
import secrets
import smtplib
import socket
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, or_, select

from app.clock import now
from app.database import db, transaction
from app.mailroom.models import OutgoingMail
from app.mailroom.operations.smtp import Permanent, Temporary, Uncertain, hand_over, open_server
from app.mailroom.rules import MAX_ATTEMPTS, MailState, retry_after

# A sender on another machine is thought dead after this; one on this machine is looked up.
CLAIM_LASTS = timedelta(minutes=15)


@dataclass
class SendReport:
    """``sent`` in this round; the others are how the mailroom stands after it."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    uncertain: int = 0


def _born(pid: int) -> str:
    """When a process of this machine started (clock ticks since boot), "" when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _me() -> str:
    """This sender: machine, process, its birth, and a sign of the thread."""
    pid = os.getpid()
    return f"{socket.gethostname()[:30]}|{pid}|{_born(pid)}|{secrets.token_hex(4)}"


def _lives(claim: str, since: datetime | None, at: datetime) -> bool:
    host, _, rest = claim.partition("|")
    pid, _, rest = rest.partition("|")
    born = rest.partition("|")[0]
    if host == socket.gethostname()[:30] and pid.isdecimal() and Path("/proc").is_dir():
        return born != "" and _born(int(pid)) == born
    return since is not None and at - since < CLAIM_LASTS


def take_back(*, at: datetime) -> int:
    """What a killed sender had claimed: not yet handed over, it waits again; else its arrival is uncertain."""
    count = 0
    with transaction() as session:
        rows = session.scalars(
            select(OutgoingMail).where(OutgoingMail.state == MailState.SENDING).with_for_update(skip_locked=True)
        )
        for row in rows:
            if _lives(row.claimed_by, row.claimed_at, at):
                continue
            row.state = MailState.WAITING if row.handed_over_at is None else MailState.UNCERTAIN
            row.last_error = "" if row.handed_over_at is None else "the sender stopped after handing over"
            row.claimed_by, row.next_try_at = "", None
            count += 1
    return count


def _claim(me: str, after: int, at: datetime, due_only: bool) -> OutgoingMail | None:
    with transaction() as session:
        question = (
            select(OutgoingMail)
            .where(OutgoingMail.state == MailState.WAITING, OutgoingMail.id > after)
            .order_by(OutgoingMail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if due_only:
            question = question.where(or_(OutgoingMail.next_try_at.is_(None), OutgoingMail.next_try_at <= at))
        row = session.scalar(question)
        if row is not None:
            row.state, row.claimed_by, row.claimed_at, row.handed_over_at = MailState.SENDING, me, at, None
    return row


def _settle(mail: OutgoingMail, state: MailState, error: str) -> None:
    moment = now()
    with transaction():
        mail.state, mail.last_error, mail.claimed_by = state, error[:300], ""
        mail.attempts += 1
        if state is MailState.SENT:
            mail.sent_at, mail.next_try_at = moment, None
        elif state is MailState.WAITING:
            mail.handed_over_at = None
            mail.next_try_at = moment + retry_after(mail.attempts)
            if mail.attempts >= MAX_ATTEMPTS:
                mail.state, mail.next_try_at = MailState.FAILED, None


def _handed_over(mail: OutgoingMail) -> None:
    with transaction():
        mail.handed_over_at = now()


def send_waiting(
    *, at: datetime, limit: int | None = None, due_only: bool = False, stop: threading.Event | None = None
) -> SendReport:
    """Send what waits, one mail after the other over one connection.

    :param limit: at most so many tries.
    :param due_only: leave those whose next try lies in the future (the worker); a person's command tries all.
    :param stop: looked at between two mails.
    """
    report = SendReport()
    take_back(at=at)
    server = current_app.config["SETTINGS"].smtp
    host: smtplib.SMTP | None = None
    me, last, tries = _me(), 0, 0
    try:
        while server is not None and (limit is None or tries < limit) and not (stop and stop.is_set()):
            mail = _claim(me, last, at, due_only)
            if mail is None:
                break
            last, tries = mail.id, tries + 1
            try:
                if host is None:
                    host = open_server(server)
                refused = hand_over(host, mail, before_the_dot=lambda mail=mail: _handed_over(mail))  # type: ignore[misc]  # mypy: lambda default
                _settle(mail, MailState.SENT, f"{len(refused)} recipients refused" if refused else "")
                report.sent += 1
            except Temporary as reason:
                _settle(mail, MailState.WAITING, str(reason))
                fresh = host is not None
                _quit(host)
                host = None
                if not fresh:
                    break  # the server does not answer at all: the others wait
            except Permanent as reason:
                _settle(mail, MailState.FAILED, str(reason))
                host = _reset(host)
            except Uncertain as reason:
                _settle(mail, MailState.UNCERTAIN, str(reason))
                _quit(host)
                host = None
            except Exception as reason:
                _settle(mail, MailState.FAILED, type(reason).__name__)
                _quit(host)
                host = None
    finally:
        _quit(host)
    _count(report)
    return report


def _reset(host: smtplib.SMTP | None) -> smtplib.SMTP | None:
    if host is None:
        return None
    try:
        host.rset()
    except (OSError, smtplib.SMTPException):
        _quit(host)
        return None
    return host


def _quit(host: smtplib.SMTP | None) -> None:
    if host is None:
        return
    try:
        host.quit()
    except (OSError, smtplib.SMTPException):
        host.close()


def _count(report: SendReport) -> None:
    rows = db.session.execute(select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state))
    found = dict(iter(rows))
    report.waiting = found.get(MailState.WAITING, 0)
    report.failed = found.get(MailState.FAILED, 0)
    report.uncertain = found.get(MailState.UNCERTAIN, 0)
