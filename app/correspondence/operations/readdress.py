"""Changing whom a letter goes to before it is approved: another head of the municipality, copies to organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.correspondence.models import Letter
from app.correspondence.operations.addressee import addressee_of, copies_of
from app.correspondence.queries import decided_forms, general_members
from app.correspondence.rules import OPEN, LetterKind, LetterState
from app.database import lock, transaction
from app.directory.models import MunicipalHead
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def _require_open(letter: Letter) -> None:
    if letter.state not in OPEN:
        raise Refusal(_l("What the letter says is fixed; take the approval back first."))


def _edited(letter: Letter, actor: Actor) -> None:
    """Who changes a letter that waits for its approval asks for it anew."""
    letter.edited_by_id = actor.id
    letter.state = LetterState.DRAFT


def choose_head(*, letter: Letter, head_id: int, actor: Actor, at: datetime) -> None:
    """Address a draft to another head of its municipality.

    :raises Refusal: (field ``head``) when that is no head of the municipality, or has such a letter already.
    """
    with transaction() as session:
        _require_open(lock(letter))
        head = session.get(MunicipalHead, head_id)
        if head is None or head.municipality_id != letter.municipality_id:
            raise Refusal(_l("That is no head of this municipality."), field="head")
        if head.id == letter.head_id:
            return
        other = session.scalar(
            select(Letter.id).where(
                Letter.conference_id == letter.conference_id, Letter.kind == letter.kind, Letter.head_id == head.id,
                Letter.state != LetterState.ANNULLED, Letter.parent_letter_id.is_(letter.parent_letter_id)
                if letter.parent_letter_id is None else Letter.parent_letter_id == letter.parent_letter_id,
            )
        )  # fmt: skip
        if other is not None and (letter.kind is LetterKind.INVITATION or letter.parent_letter_id is not None):
            raise Refusal(_l("This head has such a letter already."), field="head")
        letter.head = head
        session.flush()
        letter.recipient = addressee_of(letter, decided_forms(letter.language))
        _edited(letter, actor)
        record(deed="correspondence.choose_head", subject=letter, actor=actor, at=at)


def set_copies(*, letter: Letter, slugs: Sequence[str], actor: Actor, at: datetime) -> None:
    """Let organisations get a copy of a draft; of a general letter the first row is given.

    :raises Refusal: (field ``copies``) see :func:`copies_of`.
    """
    with transaction():
        _require_open(lock(letter))
        copies = copies_of(slugs, letter.language)
        if copies == letter.copies:
            return
        for row in [letter, *general_members([letter.id])]:
            row.copies = copies
            _edited(row, actor)
            record(deed="correspondence.set_copies", subject=row, actor=actor, at=at)
