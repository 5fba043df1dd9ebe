"""Annulling: an entry of the register stays, its number is never used again."""

from __future__ import annotations

from collections.abc import Sequence
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
from app.mailroom.operations import withdraw, withdraw_mails


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


def annul_letters(*, letters: Sequence[Letter], reason: str, actor: Actor, at: datetime) -> list[str]:
    """Annul letters that have a number and have not gone, with their entries: many at once.

    Ask for them with :func:`app.correspondence.queries.unreleased_letters`, ``held``.

    :returns: their numbers, as they stand in the register.
    """
    labels = []
    with transaction():
        for letter in letters:
            entry = letter.register_entry
            assert entry is not None
            require_transition(letter.state, LetterState.ANNULLED)
            letter.state = LetterState.ANNULLED
            entry.state, entry.annulled_reason, entry.annulled_at = EntryState.ANNULLED, reason[:500], at
            if letter.document is not None:
                annul_document(document=letter.document, at=at)
            for mail in copy_mails(letter):
                withdraw(mail=mail, actor=actor, at=at)
            labels.append(entry.label)
            record(deed="correspondence.annul_entry", subject=letter, actor=actor, at=at,
                   details={"number": entry.label})  # fmt: skip
        withdraw_mails(mails=[letter.mail for letter in letters if letter.mail is not None], actor=actor, at=at)
    return labels
