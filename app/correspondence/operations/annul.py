"""Annulling: an entry of the register stays, its number is never used again."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.correspondence.models import Letter, RegisterEntry
from app.correspondence.operations.general import copy_mails
from app.correspondence.rules import EntryState, LetterState, require_transition
from app.database import db, lock, transaction
from app.documents.operations import annul as annul_document
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.mailroom.operations import withdraw


def annul_entry(*, entry: RegisterEntry, reason: str, actor: Actor, at: datetime) -> None:
    """Annul an entry of the register with its letter; a new letter to the same head may then be prepared.

    A mail that has not gone yet never goes.

    :raises Refusal: when no reason is given, or the entry is annulled already.
    """
    words = " ".join(reason.split())
    if not words:
        raise Refusal(_l("Say why the entry is annulled: the register keeps the reason."), field="reason")
    with transaction():
        letters = db.session.scalars(
            select(Letter).where(Letter.register_entry_id == entry.id).order_by(Letter.id)
        ).all()
        for letter in letters:
            lock(letter)
        lock(entry)
        if entry.state is EntryState.ANNULLED:
            raise Refusal(_l("The entry is annulled already."))
        entry.state, entry.annulled_reason, entry.annulled_at = EntryState.ANNULLED, words[:500], at
        for letter in letters:  # a general letter is one row for each of its addressees
            require_transition(letter.state, LetterState.ANNULLED)
            letter.state = LetterState.ANNULLED
            if letter.document is not None:
                annul_document(document=letter.document, at=at)
            for mail in filter(None, [letter.mail, *copy_mails(letter)]):
                withdraw(mail=mail, actor=actor, at=at)
        record(deed="correspondence.annul_entry", subject=letters[0] if letters else entry, actor=actor, at=at,
               details={"number": entry.label})  # fmt: skip
