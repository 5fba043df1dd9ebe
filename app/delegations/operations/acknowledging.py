"""Telling the contact person what we understood of a head's answer; once for each that says something new."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.correspondence.models import Letter, Reply
from app.database import db
from app.delegations.models import Delegation
from app.delegations.operations.mails import mail_facts
from app.delegations.rules import shown, usable_address
from app.delegations.words import answer_lines
from app.i18n import localized, speaking
from app.mail_texts import absolute, write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail

KIND = "reply_received"
MOST = 10  # mails about one letter: nobody is flooded by somebody who found the link


def said(reply: Reply | None) -> tuple[object, ...]:
    """What an answer says, to be compared with another."""
    if reply is None:
        return ()
    return (reply.answer, reply.people, reply.deputy_name, reply.deputy_office, reply.contact_name,
            reply.contact_email, reply.contact_phone, reply.remarks)  # fmt: skip


def mail_reply_received(letter: Letter, *, delegation: Delegation | None, at: datetime) -> OutgoingMail | None:
    """Acknowledge the answer to a letter; None when the contact has no address, or has had enough of such mails."""
    reply = letter.reply
    if reply is None or not usable_address(reply.contact_email):
        return None
    prefix = f"reply:{letter.id}:"
    count = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.deed_key.startswith(prefix))
    if (db.session.scalar(count) or 0) >= MOST:
        return None
    conference, code = letter.conference, letter.language
    entry = letter.register_entry
    with speaking(code):
        lines = answer_lines(reply)
    mail = write_mail(
        KIND, code, lines=lines, number=entry.label if entry is not None else "",
        dated=entry.dated if entry is not None else None, person=shown(reply.contact_name),
        reply_url=absolute(f"/{code}/reply/{letter.reply_token}"), reply_until=conference.reply_until,
        link=absolute(f"/{code}/delegation/{delegation.token}") if delegation is not None else "",
        whose=localized(letter.municipality, "name", code), phone=conference.contact_phone,
        **mail_facts(conference, code),
    )  # fmt: skip
    return queue_mail(
        kind=KIND, to=[reply.contact_email], language=code, mail=mail, at=at, conference_id=conference.id,
        deed_key=f"{prefix}{at.isoformat()}"[:120], reply_to=conference.contact_email,
    )  # fmt: skip
