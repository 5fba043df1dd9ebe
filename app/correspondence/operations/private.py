"""Letters about one person, to a consulate: what they tell of a passport is kept locked and can be forgotten.

Who the person is, is the business of a higher room: here it is a number (``Letter.subject_id``), a name for the
register, and particulars that are opened for the moment in which the letter is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.prepare import discard_letters
from app.correspondence.operations.writing import (
    ABOUT,
    OWN,
    PRIVATE,
    READER,
    conference_facts,
    enclosures_as_kept,
    kept_own,
    letter_fields,
    require_issuer,
    write,
)
from app.correspondence.queries import enclosures_of, wordings
from app.correspondence.rules import LetterKind, LetterState
from app.database import db, lock, transaction
from app.directory.models import Municipality
from app.documents.models import SealedDocument
from app.documents.operations import erase, lock_private_anew
from app.history.models import HistoryEntry
from app.history.operations import record
from app.history.rules import Actor
from app.mailroom.operations import withdraw
from app.strongbox import lock_values, open_values
from app.tokens import paper_token


def facts_for(conference: Conference, kind: LetterKind, language: str) -> dict[str, Any]:
    """What conference and brief say already: a person's particulars need not repeat it."""
    return conference_facts(conference, kind, [language])[language]


def prepare_private_letter(
    *,
    conference: Conference,
    kind: LetterKind,
    language: str,
    town: Municipality,
    subject_id: int,
    about: str,
    addressee: str,
    email: str,
    reader: str,
    particulars: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> Letter:
    """Draft a letter about one person; one about them not yet issued is given up first.

    It is written once before it is kept, so that what is lacking shows by name and no number is ever lost by it.

    :param town: where the person comes from, under which the letter is listed.
    :param addressee: the consulate, as it stands on the letter.
    :param email: where the letter goes; empty: it is printed. ``reader`` is the language of the mail around it.
    :param particulars: merge fields that must not lie open.
    :raises Refusal: naming what is lacking.
    """
    require_issuer(conference)
    recipient = {
        "language": language, "office": "", "last": "", "first": "", "patronymic": "", "degree": "", "gender": "g",
        "municipality": "", "country": "", "email": email, "organisation": addressee, "forms": [],
    }  # fmt: skip
    own = {PRIVATE: lock_values(dict(particulars)), ABOUT: about, READER: reader}
    with transaction() as session:
        lock(conference)
        fields = letter_fields(facts_for(conference, kind, language), town, [], language, own)
        write(
            conference=conference, kind=kind, language=language, recipient=recipient, fields=fields,
            enclosures=enclosures_as_kept(enclosures_of(conference, kind), language), url=None,
            text=wordings(kind, [language])[language].body,
        )  # fmt: skip
        discard_letters(letters=_waiting(subject_id, kind), actor=actor, at=at)
        letter = Letter(
            conference_id=conference.id, kind=kind, language=language, municipality_id=town.id, head_id=None,
            subject_id=subject_id, state=LetterState.DRAFT, recipient=recipient, fields=kept_own(own), enclosures=[],
            reply_token=paper_token(), created_at=at, approved_by="",
            prepared_by_id=actor.id if actor.kind == "staff" else None,
        )  # fmt: skip
        session.add(letter)
        session.flush()
        record(deed="correspondence.prepare_letters", subject=letter, actor=actor, at=at)
    return letter


def _waiting(subject_id: int, kind: LetterKind | None = None) -> list[Letter]:
    question = select(Letter).where(
        Letter.subject_id == subject_id, Letter.state.not_in({LetterState.ISSUED, LetterState.ANNULLED})
    )
    if kind is not None:
        question = question.where(Letter.kind == kind)
    return list(db.session.scalars(question.order_by(Letter.id)))


def give_up_private_letters(*, subject_id: int, actor: Actor, at: datetime) -> int:
    """Give up the letters about a person that are not issued: what they say no longer holds. Returns how many."""
    return discard_letters(letters=_waiting(subject_id), actor=actor, at=at)


def forget_particulars(*, subject_id: int, name_too: bool = False, actor: Actor, at: datetime) -> int:
    """Forget what letters about a person tell of them: number, date and name stay in the register, the pages do not.

    Letters not issued are given up, mails not sent never go. Returns how many letters held something.

    :param name_too: the name and the e-mail address, too.
    """
    count = 0
    with transaction() as session:
        give_up_private_letters(subject_id=subject_id, actor=actor, at=at)
        for letter in session.scalars(select(Letter).where(Letter.subject_id == subject_id).order_by(Letter.id)):
            own = dict(letter.fields.get(OWN) or {})
            held = own.pop(PRIVATE, None) is not None
            if letter.mail is not None:
                withdraw(mail=letter.mail, actor=actor, at=at)
            if letter.document_id is not None:
                held = erase(document=session.get_one(SealedDocument, letter.document_id), at=at) or held
            if name_too:
                own.pop(ABOUT, None)
                letter.recipient = {**letter.recipient, "email": ""}
                if letter.register_entry is not None:
                    letter.register_entry.subject = letter.register_entry.subject.partition(": ")[0]
                    letter.register_entry.search = ""
            letter.fields = {**letter.fields, OWN: own}
            count += held
        session.flush()
    return count


def lock_particulars_anew() -> int:
    """Lock what letters and their pages tell of persons with the first key of the house; returns of how many.

    :raises Locked: when no key of the house opens one.
    """
    count = 0
    with transaction() as session:
        for letter in session.scalars(select(Letter).where(Letter.subject_id.is_not(None)).with_for_update(of=Letter)):
            own = dict(letter.fields.get(OWN) or {})
            if PRIVATE in own:
                own[PRIVATE] = lock_values(open_values(own[PRIVATE]))
                letter.fields = {**letter.fields, OWN: own}
                count += 1
        session.flush()
        lock_private_anew()
    return count


def note_look(*, letter: Letter, actor: Actor, at: datetime) -> None:
    """Record in the history of the person that somebody read a letter about them, like a look at the passport data."""
    with transaction() as session:
        session.add(
            HistoryEntry(
                at=at, actor_kind=actor.kind, actor_id=actor.id, actor_label=actor.label,
                deed="delegations.see_passport", subject_kind="delegate", subject_id=letter.subject_id,
                conference_id=letter.conference_id, details={"what": "letter"},
            )
        )  # fmt: skip
