"""Sending what waits. Each mail is claimed by one sender; what a killed sender had claimed is taken back."""

from __future__ import annotations

import os
import secrets
import smtplib
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import Select, func, or_, select

from app.clock import now
from app.database import db, transaction
from app.mailroom.models import MailReturn, OutgoingMail
from app.mailroom.operations.news import tell
from app.mailroom.operations.pace import take_turn
from app.mailroom.operations.smtp import Declined, Permanent, Temporary, Uncertain, hand_over, open_server
from app.mailroom.operations.trial import Trial
from app.mailroom.rules import MailState, gives_up, retry_after, status_of
from app.mailroom.rules.causes import STOPPED
from config import SmtpServer

# A sender on another machine is thought dead after this; one on this machine is looked up.
CLAIM_LASTS = timedelta(minutes=15)


@dataclass
class SendReport:
    """``sent`` in this round, ``trial`` of them to the trial's address only; the others are how the mailroom stands."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    uncertain: int = 0
    trial: int = 0


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
            row.last_error = "" if row.handed_over_at is None else STOPPED
            row.claimed_by, row.next_try_at = "", None
            count += 1
    return count


def _waiting(after: int, at: datetime, due_only: bool) -> Select[OutgoingMail]:
    question = select(OutgoingMail).where(OutgoingMail.state == MailState.WAITING, OutgoingMail.id > after)
    if due_only:
        question = question.where(or_(OutgoingMail.next_try_at.is_(None), OutgoingMail.next_try_at <= at))
    return question.order_by(OutgoingMail.id).limit(1)


def _claim(me: str, after: int, at: datetime, due_only: bool) -> OutgoingMail | None:
    with transaction() as session:
        row = session.scalar(_waiting(after, at, due_only).with_for_update(skip_locked=True, of=OutgoingMail))
        if row is not None:
            row.state, row.claimed_by, row.claimed_at, row.handed_over_at = MailState.SENDING, me, at, None
    return row


def _settle(mail: OutgoingMail, state: MailState, error: str = "", declined: Sequence[Declined] = ()) -> None:
    moment = now()
    with transaction():
        mail.state, mail.last_error, mail.claimed_by = state, error[:300], ""
        mail.attempts += 1
        if state is MailState.SENT:
            mail.sent_at, mail.next_try_at = moment, None
            mail.returns += [
                MailReturn(recipient=one.address[:300], status=status_of(one.answer) or one.answer[:20],
                           permanent=one.permanent, at=moment)
                for one in declined
            ]  # fmt: skip
            tell(mail)
        elif state is MailState.WAITING:
            mail.handed_over_at = None
            mail.next_try_at = moment + retry_after(mail.attempts, error)
            if gives_up(mail.attempts, error):
                mail.state, mail.next_try_at = MailState.FAILED, None


def _settle_trial(mail: OutgoingMail, error: str = "") -> None:
    """After the trial the mail is held: it has not gone to those for whom it is."""
    moment = now()
    with transaction():
        mail.state, mail.last_error, mail.claimed_by, mail.handed_over_at = MailState.HELD, error[:300], "", None
        mail.attempts += 1
        if not error:
            mail.tried_at = moment


def _handed_over(mail: OutgoingMail) -> None:
    with transaction():
        mail.handed_over_at = now()


def send_waiting(
    *, at: datetime, limit: int | None = None, due_only: bool = False, stop: threading.Event | None = None
) -> SendReport:
    """Send what waits, one mail after the other over one connection, no faster than the settings say.

    In trial mode everything goes to the trial's address and is held afterwards.

    :param limit: at most so many tries.
    :param due_only: leave those whose next try lies in the future (the worker); a person's command tries all.
    :param stop: looked at between two mails.
    """
    settings = current_app.config["SETTINGS"]
    take_back(at=at)
    round_ = _Round(settings.smtp, Trial(settings.mail_trial_to) if settings.mail_trial_to else None)
    stop = stop or threading.Event()
    me, last, tries = _me(), 0, 0
    try:
        while settings.smtp is not None and (limit is None or tries < limit) and not stop.is_set():
            if settings.mail_per_minute:
                if db.session.scalar(_waiting(last, at, due_only)) is None:
                    break
                pause = take_turn(per_minute=settings.mail_per_minute)
                if pause:
                    round_.rest(pause, stop)
                    continue
            mail = _claim(me, last, at, due_only)
            if mail is None:
                break
            last, tries = mail.id, tries + 1
            if not round_.send(mail):
                break  # the server does not answer at all: the others wait
    finally:
        round_.end()
    _count(round_.report)
    return round_.report


# An open connection is given back when the next turn is further away.
_LONG_PAUSE_S = 10.0


class _Round:
    """One round of a sender: its connection and what became of the mails."""

    def __init__(self, server: SmtpServer | None, trial: Trial | None) -> None:
        self.server, self.trial = server, trial
        self.host: smtplib.SMTP | None = None
        self.report = SendReport()

    def send(self, mail: OutgoingMail) -> bool:
        """Try one claimed mail; False when our server does not answer."""
        if self.server is None:
            return False
        fresh = self.host is None
        try:
            if self.host is None:
                self.host = open_server(self.server)
                fresh = False
            if self.trial is not None:
                hand_over(self.host, mail, before_the_dot=lambda: None, trial=self.trial)
                _settle_trial(mail)
                self.report.trial += 1
                return True
            declined = hand_over(self.host, mail, before_the_dot=lambda: _handed_over(mail))
            _settle(mail, MailState.SENT, f"{len(declined)} recipients refused" if declined else "", declined)
            self.report.sent += 1
        except Temporary as reason:
            _settle(mail, MailState.WAITING, str(reason))
            self.end()
            return not fresh
        except (Permanent, Uncertain) as reason:
            self._decide(mail, reason)
        except Exception as reason:
            if self.trial is not None:
                _settle_trial(mail, type(reason).__name__)
            else:
                _settle(mail, MailState.FAILED, type(reason).__name__)
            self.end()
        return True

    def _decide(self, mail: OutgoingMail, reason: Permanent | Uncertain) -> None:
        if self.trial is not None:
            _settle_trial(mail, str(reason))
        else:
            _settle(mail, MailState.FAILED if isinstance(reason, Permanent) else MailState.UNCERTAIN, str(reason))
        if isinstance(reason, Permanent):
            self.host = _reset(self.host)
        else:
            self.end()

    def rest(self, seconds: float, stop: threading.Event) -> None:
        """Wait for the next turn."""
        if seconds > _LONG_PAUSE_S:
            self.end()
        stop.wait(seconds)

    def end(self) -> None:
        """Give the connection back."""
        _quit(self.host)
        self.host = None


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
