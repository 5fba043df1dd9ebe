"""Mails that came back: delivery reports are matched with what was sent, and nothing else of them is believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.database import db, lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.mailroom.models import MailReturn, OutgoingMail
from app.mailroom.operations.news import tell
from app.mailroom.operations.smtp import Permanent, envelope_address
from app.mailroom.rules import MailState
from app.mailroom.rules.fates import Fate
from app.mailroom.rules.reports import LARGEST_MAIL, LARGEST_MAILBOX, Report, mails_in, read_report

_MOST_FILES = 20_000
_STILL_RETURNS = timedelta(days=10)  # servers give up after five days at most


@dataclass
class ReturnsTaken:
    """What reports told: mails ``read``; ``returned`` for good, ``noted`` as delayed or returned for one of several
    recipients; ``known`` already; ``foreign`` reports of mails not ours; ``other`` mails; ``broken`` ones.
    """

    read: int = 0
    returned: int = 0
    noted: int = 0
    known: int = 0
    foreign: int = 0
    other: int = 0
    broken: int = 0
    mails: list[OutgoingMail] = field(default_factory=list)


def read_mailbox(path: Path) -> Iterator[bytes]:
    """The mails of a file (one mail, or a mailbox of the mbox kind) or of a folder (a maildir, or single mails).

    :raises Refusal: when it cannot be read, is too large, or has no mail.
    """
    try:
        yield from _mails_of_folder(path) if path.is_dir() else _mails_of_file(path)
    except OSError as reason:
        raise Refusal(_l("“%(name)s” cannot be read.", name=path.name)) from reason


def _mails_of_file(path: Path) -> Iterator[bytes]:
    if path.stat().st_size > LARGEST_MAILBOX:
        raise Refusal(_l("“%(name)s” is too large to be read.", name=path.name))
    data = path.read_bytes()
    if not data.strip() or b"\0" in data[:4096]:
        raise Refusal(_l("There is no mail in “%(name)s”.", name=path.name))
    yield from mails_in(data)


def _mails_of_folder(path: Path) -> Iterator[bytes]:
    folders = [folder for name in ("cur", "new") if (folder := path / name).is_dir()] or [path]
    files = sorted(file for folder in folders for file in folder.iterdir() if file.is_file() and not file.is_symlink())
    if len(files) > _MOST_FILES:
        raise Refusal(_l("“%(name)s” is too large to be read.", name=path.name))
    for file in files:
        if file.stat().st_size <= LARGEST_MAIL:
            yield file.read_bytes()
        else:
            yield b""  # counts as broken


def take_reports(*, mails: Iterable[bytes], actor: Actor, at: datetime) -> ReturnsTaken:
    """Believe the delivery reports among ``mails`` as far as they concern a mail of ours and its recipient.

    A mail that came back from all its recipients has failed. Reading the same again changes nothing.
    """
    taken = ReturnsTaken()
    for data in mails:
        taken.read += 1
        try:
            report = read_report(data) if data else None
        except Refusal:
            taken.broken += 1
            continue
        if report is None:
            taken.broken += not data
            taken.other += bool(data)
            continue
        _take(report, taken, actor, at)
    return taken


def take_one_report(*, data: bytes, actor: Actor, at: datetime) -> ReturnsTaken:
    """The same for what a person pasted or uploaded.

    :raises Refusal: (field ``report``) when there is no delivery report in it.
    """
    if b"\0" in data[:4096]:
        raise Refusal(_l("This is no mail in its whole source text."), field="report")
    found = [report for mail in mails_in(data) if (report := read_report(mail)) is not None]
    if not found:
        raise Refusal(_l("There is no delivery report in it. Paste the whole source text of the mail."), field="report")
    taken = ReturnsTaken(read=len(found))
    for report in found:
        _take(report, taken, actor, at, by_hand=True)
    return taken


def _take(report: Report, taken: ReturnsTaken, actor: Actor, at: datetime, *, by_hand: bool = False) -> None:
    mails = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.message_id.in_(report.message_ids[:20])).order_by(OutgoingMail.id)
    ).all()
    if by_hand and report.plain and not report.message_ids:
        mails = _only_mail_to(report, at)
    for fate in report.fates:
        found = [(mail, address) for mail in mails if (address := _recipient(mail, fate))]
        if not found:
            taken.foreign += 1
        for mail, address in found:
            _note(mail, address, fate, taken, actor, at)


def _only_mail_to(report: Report, at: datetime) -> Sequence[OutgoingMail]:
    """The one mail of the last days to the addresses a report names, when it names no mail: a person has looked at it.

    Several mails went there: nobody knows which of them came back.
    """
    named = {address for fate in report.fates for address in fate.recipients}
    rows = db.session.execute(
        select(OutgoingMail.id, OutgoingMail.to, OutgoingMail.copies).where(
            OutgoingMail.state.in_((MailState.SENT, MailState.UNCERTAIN)), OutgoingMail.sent_at >= at - _STILL_RETURNS
        )
    )
    found = [number for number, to, copies in rows if named & {address.casefold() for address in (*to, *copies)}]
    return [db.session.get_one(OutgoingMail, found[0])] if len(found) == 1 else []


def _recipient(mail: OutgoingMail, fate: Fate) -> str:
    """The recipient of the mail a report speaks of; empty when it is none of ours.

    A mail with one recipient may have been forwarded: what came back then names an address we do not know.
    """
    recipients = [*mail.to, *mail.copies]
    for address in recipients:
        if address.casefold() in fate.recipients or _on_the_wire(address) in fate.recipients:
            return address
    return recipients[0] if len(recipients) == 1 else ""


def _on_the_wire(address: str) -> str:
    try:
        return envelope_address(address)[0].casefold()
    except Permanent:
        return ""


def _note(mail: OutgoingMail, address: str, fate: Fate, taken: ReturnsTaken, actor: Actor, at: datetime) -> None:
    with transaction() as session:
        lock(mail)
        known = list(session.scalars(select(MailReturn).where(MailReturn.mail_id == mail.id)))
        if any((one.recipient, one.status, one.permanent) == (address, fate.status, fate.permanent) for one in known):
            taken.known += 1
            return
        if mail.state not in {MailState.SENT, MailState.UNCERTAIN}:
            taken.foreign += 1
            return
        session.add(MailReturn(mail_id=mail.id, recipient=address, status=fate.status, permanent=fate.permanent, at=at))
        gone = {one.recipient.casefold() for one in known if one.permanent}
        if fate.permanent:
            gone.add(address.casefold())
        session.flush()
        session.expire(mail, ["returns"])
        if fate.permanent and gone >= {one.casefold() for one in (*mail.to, *mail.copies)}:
            mail.state, mail.returned_at, mail.next_try_at = MailState.FAILED, at, None
            mail.last_error = f"returned {fate.status}".strip()
            record(deed="mailroom.returned", subject=mail, actor=actor, at=at, details={"status": fate.status})
            tell(mail)
            taken.returned += 1
        else:
            record(deed="mailroom.return_noted", subject=mail, actor=actor, at=at, details={"status": fate.status})
            taken.noted += 1
        taken.mails.append(mail)
