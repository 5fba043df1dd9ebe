"""Letters that came on paper, and what answered them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.correspondence.models import IncomingLetter, Letter, Reply
from app.correspondence.rules import LetterState
from app.database import db


def incoming_letters(conference: Conference) -> Sequence[IncomingLetter]:
    """What came to a conference, the newest first."""
    return db.session.scalars(
        select(IncomingLetter)
        .where(IncomingLetter.conference_id == conference.id)
        .order_by(IncomingLetter.received_on.desc(), IncomingLetter.id.desc())
    ).all()


def incoming_from(letter: Letter) -> Sequence[IncomingLetter]:
    """What came from the municipality to which a letter goes, the newest first."""
    return db.session.scalars(
        select(IncomingLetter)
        .where(
            IncomingLetter.conference_id == letter.conference_id,
            IncomingLetter.municipality_id == letter.municipality_id,
        )
        .order_by(IncomingLetter.received_on.desc(), IncomingLetter.id.desc())
    ).all()


def incoming_letter(conference: Conference, incoming_id: int) -> IncomingLetter | None:
    """One of them."""
    return db.session.scalar(
        select(IncomingLetter).where(IncomingLetter.id == incoming_id, IncomingLetter.conference_id == conference.id)
    )


def answers_to(conference: Conference) -> dict[int, list[Letter]]:
    """Our letters that answer a letter, drafts too, by its id; one query."""
    rows = db.session.scalars(
        select(Letter)
        .options(joinedload(Letter.register_entry))
        .where(Letter.conference_id == conference.id, Letter.answers_id.is_not(None),
               Letter.state != LetterState.ANNULLED)
        .order_by(Letter.id)
    )  # fmt: skip
    found: dict[int, list[Letter]] = {}
    for letter in rows:
        found.setdefault(letter.answers_id or 0, []).append(letter)
    return found


def replies_by(conference: Conference) -> dict[int, Letter]:
    """Our letter that a letter replies to, by its id; one query."""
    rows = db.session.execute(
        select(Reply.incoming_id, Letter)
        .join(Letter, Letter.id == Reply.letter_id)
        .options(joinedload(Letter.register_entry))
        .where(Letter.conference_id == conference.id, Reply.incoming_id.is_not(None))
    ).all()
    return {number: letter for number, letter in rows if number is not None}
