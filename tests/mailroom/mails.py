"""Mails for the tests of the mailroom."""

from __future__ import annotations

from typing import Any

from app.database import db
from app.mail_texts import MailText
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail
from app.mailroom.rules import MailState
from tests.factories import NOW

LETTER = MailText("Приглашение: XVI Конференция", "Уважаемый Дмитрий Александрович!\n.точка в начале\n", "<p>Д. А.</p>")


def queue(**given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"kind": "letter", "to": ["head@kaluga.example"], "language": "ru", "mail": LETTER}
    return queue_mail(**(values | {"at": NOW} | given))


def state_of(mail: OutgoingMail) -> MailState:
    db.session.expire_all()
    return db.session.get_one(OutgoingMail, mail.id).state
