"""Putting mails into the mailroom and letting held ones go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update

from app.database import lock, transaction
from app.documents.models import SealedDocument
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.mail_texts import MailText
from app.mailroom.models import MailAttachment, OutgoingMail
from app.mailroom.operations.news import tell
from app.mailroom.queries import not_begun
from app.mailroom.rules import ALLOWED, MailState
from app.mailroom.rules.causes import WITHDRAWN


@dataclass(frozen=True)
class MailFile:
    """A file that goes with a mail: a sealed document, or ``content`` of its own."""

    filename: str
    document: SealedDocument | None = None
    content: bytes | None = None
    media_type: str = "application/pdf"


def _house() -> str:
    return urlsplit(current_app.config["SETTINGS"].base_url).hostname or "ratusha.example"


def _once(addresses: Sequence[str], besides: Sequence[str] = ()) -> list[str]:
    """Each address once, in order."""
    seen = {address.casefold() for address in besides}
    found = []
    for address in (one.strip() for one in addresses):
        if address and address.casefold() not in seen:
            seen.add(address.casefold())
            found.append(address)
    return found


def _attachments(files: Sequence[MailFile]) -> list[MailAttachment]:
    return [
        MailAttachment(
            position=place, filename=file.filename, media_type=file.media_type,
            document_id=file.document.id if file.document else None, content=file.content,
        )
        for place, file in enumerate(files)
    ]  # fmt: skip


def _new_message_id() -> str:
    return f"<{secrets.token_hex(16)}@{_house()}>"


def queue_mail(
    *,
    kind: str,
    to: Sequence[str],
    language: str,
    mail: MailText,
    at: datetime,
    conference_id: int | None = None,
    deed_key: str | None = None,
    files: Sequence[MailFile] = (),
    calendar: str = "",
    calendar_method: str = "",
    reply_to: str = "",
    held: bool = False,
    copies: Sequence[str] = (),
) -> OutgoingMail:
    """Put one complete mail into the mailroom, in the transaction of the deed that causes it.

    :param deed_key: names the deed; a second mail for the same deed is not made, the first is returned.
    :param held: waits for a person's release instead of going at once.
    :param copies: who gets the same mail openly as a copy (Cc).
    :raises Refusal: when there is no address to send it to.
    """
    addresses = _once(to)
    if not addresses:
        raise Refusal(_l("There is no e-mail address to send to."), field="email")
    with transaction() as session:
        if deed_key is not None:
            known = session.scalar(select(OutgoingMail).where(OutgoingMail.deed_key == deed_key))
            if known is not None:
                return known
        row = OutgoingMail(
            message_id=_new_message_id(),
            deed_key=deed_key,
            kind=kind,
            conference_id=conference_id,
            language=language,
            sender=current_app.config["SETTINGS"].mail_from,
            reply_to=reply_to,
            to=addresses,
            copies=_once(copies, besides=addresses),
            subject=" ".join(mail.subject.split())[:500],
            text=mail.text,
            html=mail.html,
            calendar=calendar,
            calendar_method=calendar_method,
            headers={},
            state=MailState.HELD if held else MailState.WAITING,
            attempts=0,
            claimed_by="",
            last_error="",
            created_at=at,
            attachments=_attachments(files),
        )
        session.add(row)
        session.flush()
    return row


@dataclass(frozen=True)
class PlainMail:
    """A mail, one of many of the same kind that leave together; see :func:`queue_mail`."""

    to: str
    language: str
    mail: MailText
    deed_key: str
    calendar: str = ""
    calendar_method: str = ""
    files: Sequence[MailFile] = ()


def queue_plain_mails(
    *, kind: str, mails: Sequence[PlainMail], conference_id: int, at: datetime, reply_to: str = "", held: bool = False
) -> int:
    """:func:`queue_mail` for many at once, in the transaction of the deed that causes them; returns how many are
    new."""
    with transaction() as session:
        keys = [mail.deed_key for mail in mails]
        known: set[str | None] = set()
        for start in range(0, len(keys), 5000):
            asked = select(OutgoingMail.deed_key).where(OutgoingMail.deed_key.in_(keys[start : start + 5000]))
            known.update(session.scalars(asked))
        rows = [
            {
                "message_id": _new_message_id(), "deed_key": one.deed_key, "kind": kind, "conference_id": conference_id,
                "language": one.language, "sender": current_app.config["SETTINGS"].mail_from, "reply_to": reply_to,
                "to": _once([one.to]), "copies": [], "subject": " ".join(one.mail.subject.split())[:500],
                "text": one.mail.text, "html": one.mail.html, "calendar": one.calendar,
                "calendar_method": one.calendar_method, "headers": {},
                "state": MailState.HELD if held else MailState.WAITING, "attempts": 0, "claimed_by": "",
                "last_error": "", "created_at": at,
            }
            for one in mails
            if one.deed_key not in known
        ]  # fmt: skip
        if rows:
            session.execute(insert(OutgoingMail), rows)
            _attach([one for one in mails if one.files and one.deed_key not in known])
    return len(rows)


def _attach(mails: Sequence[PlainMail]) -> None:
    with transaction() as session:
        for start in range(0, len(mails), 1000):
            some = {one.deed_key: one for one in mails[start : start + 1000]}
            asked = select(OutgoingMail.id, OutgoingMail.deed_key).where(OutgoingMail.deed_key.in_(list(some)))
            rows = [
                {
                    "mail_id": number, "position": place, "filename": file.filename, "media_type": file.media_type,
                    "document_id": file.document.id if file.document else None, "content": file.content,
                }
                for number, key in session.execute(asked).all()
                for place, file in enumerate(some[key or ""].files)
            ]  # fmt: skip
            session.execute(insert(MailAttachment), rows)


def _require_move(mail: OutgoingMail, to: MailState) -> None:
    """Refuse a step its life does not know, and any while a sender has it in hand."""
    if mail.state is MailState.SENDING or to not in ALLOWED[mail.state]:
        raise Refusal(_l("The mail is no longer in a state in which this can be done; look at it again."))


def release_held(
    *, conference_id: int, key_prefix: str = "", kind: str = "", actor: Actor, at: datetime
) -> int:  # fmt: skip
    """Let go all mails of a conference that were held for a person's word; returns how many.

    :param key_prefix: only those whose ``deed_key`` begins so.
    :param kind: only those of this kind.
    """
    held = [OutgoingMail.conference_id == conference_id, OutgoingMail.state == MailState.HELD]
    if kind:
        held.append(OutgoingMail.kind == kind)
    if key_prefix:
        held.append(OutgoingMail.deed_key.startswith(key_prefix, autoescape=True))
    with transaction() as session:
        found = list(session.scalars(select(OutgoingMail.id).where(*held).with_for_update()))
        if found:
            session.execute(
                update(OutgoingMail)
                .where(*held)
                .values(state=MailState.WAITING)
                .execution_options(synchronize_session=False)
            )
            session.expire_all()
            record(deed="mailroom.release_held", subject=None, actor=actor, at=at,
                   details={"mails": len(found)}, conference_id=conference_id)  # fmt: skip
    return len(found)


def rewrite_held(*, mail: OutgoingMail, by: PlainMail) -> None:
    """Say something else in a mail that is held: what it says is not so any more, and nobody has read it."""
    with transaction() as session:
        if lock(mail).state is not MailState.HELD:
            raise Refusal(_l("The mail is no longer in a state in which this can be done; look at it again."))
        mail.to, mail.language = _once([by.to]), by.language
        mail.subject, mail.text, mail.html = " ".join(by.mail.subject.split())[:500], by.mail.text, by.mail.html
        mail.calendar, mail.calendar_method = by.calendar, by.calendar_method
        mail.attachments = _attachments(by.files)
        session.flush()


def hold_back(*, mail: OutgoingMail, actor: Actor, at: datetime) -> None:
    """Keep a waiting mail from going."""
    with transaction():
        lock(mail)
        _require_move(mail, MailState.HELD)
        mail.state = MailState.HELD
        record(deed="mailroom.hold_back", subject=mail, actor=actor, at=at)


def withdraw(*, mail: OutgoingMail, actor: Actor, at: datetime) -> bool:
    """Let a mail never go because what it brings is not valid any more; False when it is on its way or gone.

    It counts as failed, so that letting held mail go does not send it after all.
    """
    with transaction():
        if lock(mail).state not in {MailState.HELD, MailState.WAITING}:
            return False
        mail.state, mail.last_error, mail.next_try_at = MailState.FAILED, WITHDRAWN, None
        record(deed="mailroom.withdraw", subject=mail, actor=actor, at=at)
    return True


def withdraw_mails(*, mails: Sequence[OutgoingMail], actor: Actor, at: datetime) -> int:
    """:func:`withdraw` for these; returns of how many it is so that they never go."""
    with transaction() as session:
        ids = [mail.id for mail in mails]
        meant = [OutgoingMail.id.in_(ids), OutgoingMail.state.in_((MailState.HELD, MailState.WAITING))]
        found = session.scalars(select(OutgoingMail).where(*meant).order_by(OutgoingMail.id).with_for_update()).all()
        for mail in found:
            mail.state, mail.last_error, mail.next_try_at = MailState.FAILED, WITHDRAWN, None
        if found:
            told = {"mails": len(found), "kind": found[0].kind}
            record(deed="mailroom.withdraw_unsent", subject=None, actor=actor, at=at, details=told,
                   conference_id=found[0].conference_id)  # fmt: skip
    return len(found)


def withdraw_unsent(*, conference_id: int, kind: str, key_prefix: str = "", actor: Actor, at: datetime) -> int:
    """:func:`withdraw` for all mails of one kind of a conference that have not begun to leave; returns how many.

    :param key_prefix: only those whose ``deed_key`` begins so.
    """
    meant = [*not_begun(conference_id, kind)]
    if key_prefix:
        meant.append(OutgoingMail.deed_key.startswith(key_prefix, autoescape=True))
    with transaction() as session:
        found = session.scalars(select(OutgoingMail.id).where(*meant).with_for_update(skip_locked=True)).all()
        for start in range(0, len(found), 5000):
            session.execute(
                update(OutgoingMail)
                .where(OutgoingMail.id.in_(found[start : start + 5000]), *meant)
                .values(state=MailState.FAILED, last_error=WITHDRAWN, next_try_at=None)
                .execution_options(synchronize_session=False)
            )
        if found:
            session.expire_all()
            record(deed="mailroom.withdraw_unsent", subject=None, actor=actor, at=at,
                   details={"mails": len(found), "kind": kind}, conference_id=conference_id)  # fmt: skip
    return len(found)


def send_again(
    *, mail: OutgoingMail, actor: Actor, at: datetime, to: Sequence[str] | None = None, copies: Sequence[str] = ()
) -> None:
    """Let one mail go: a held one, or once more one that failed, came back, or whose arrival is uncertain.

    A mail that came back or goes to others than before gets a new Message-ID: it is another sending, and what is
    still told of the first does not concern it.

    :param to: other recipients than before, with their ``copies``.
    :raises Refusal: when the mail is sent or being sent, or ``to`` has an address that is none.
    """
    with transaction():
        lock(mail)
        _require_move(mail, MailState.WAITING)
        before = (mail.to, mail.copies)
        if to is not None:
            mail.to = _require_addresses(to)
            mail.copies = _once(_require_addresses(copies, needed=False), besides=mail.to)
        if mail.returned_at is not None or (mail.to, mail.copies) != before:
            mail.message_id, mail.returned_at, mail.returns = _new_message_id(), None, []
        mail.state, mail.attempts, mail.next_try_at, mail.handed_over_at = MailState.WAITING, 0, None, None
        mail.last_error = ""
        record(deed="mailroom.send_again", subject=mail, actor=actor, at=at)


def _require_addresses(addresses: Sequence[str], *, needed: bool = True) -> list[str]:
    found = _once(addresses)
    if needed and not found:
        raise Refusal(_l("There is no e-mail address to send to."), field="to")
    for address in found:
        try:
            validate_email(address, check_deliverability=False)
        except EmailNotValidError as reason:
            raise Refusal(_l("“%(address)s” is no e-mail address.", address=address), field="to") from reason
    return found


def settle_arrived(*, mail: OutgoingMail, actor: Actor, at: datetime) -> None:
    """An uncertain mail has arrived, somebody says: it is not sent again."""
    with transaction():
        lock(mail)
        if mail.state is not MailState.UNCERTAIN:
            raise Refusal(_l("The mail is no longer in a state in which this can be done; look at it again."))
        mail.state, mail.sent_at = MailState.SENT, mail.handed_over_at or at
        record(deed="mailroom.settle_arrived", subject=mail, actor=actor, at=at)
        tell(mail)
