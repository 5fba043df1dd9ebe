"""Approving: what a letter says, to whom, and what goes with it is fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.addressee import recipient_of
from app.correspondence.operations.proofread import proofread
from app.correspondence.operations.writing import (
    OWN,
    Outcome,
    Refused,
    conference_facts,
    enclosures_as_kept,
    kept_own,
    letter_fields,
    refused_letter,
    reply_url,
    write,
)
from app.correspondence.queries import decided_forms, enclosures_of, waiting_letters, wordings
from app.correspondence.rules import LetterKind, LetterState
from app.database import db, lock, transaction
from app.directory.queries import partners_of
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from invitations.lint import Departure


@dataclass
class Fixed:
    """What a draft would say from its approval on."""

    letter: Letter
    recipient: dict[str, Any]
    fields: dict[str, Any]
    enclosures: list[dict[str, Any]]
    text_version: int
    departures: tuple[Departure, ...] = ()


def plan_approval(
    *, conference: Conference, kind: LetterKind | None = None, letter_ids: Sequence[int] | None = None
) -> tuple[list[Fixed], list[Refused]]:
    """What :func:`approve_letters` would fix, and which drafts it would refuse and why; changes nothing."""
    letters = _drafts(conference, kind, letter_ids)
    codes = {letter.language for letter in letters}
    facts = {each: conference_facts(conference, each, codes) for each in {letter.kind for letter in letters}}
    rows = {each: enclosures_of(conference, each) for each in facts}
    texts = {each: wordings(each, codes) for each in facts}
    decided = {code: decided_forms(code) for code in codes}
    partners = partners_of([letter.municipality_id for letter in letters])
    fixed: list[Fixed] = []
    refused: list[Refused] = []
    for letter in letters:
        code, town = letter.language, letter.municipality
        own = letter.fields.get(OWN, {})
        wording = texts[letter.kind][code]
        one = Fixed(
            letter,
            recipient_of(letter.head, town, code, decided[code]),
            letter_fields(facts[letter.kind][code], town, partners.get(town.id, []), code, own),
            enclosures_as_kept(rows[letter.kind], code),
            wording.version,
        )
        try:
            written = write(
                conference=conference, kind=letter.kind, language=code, recipient=one.recipient, fields=one.fields,
                enclosures=one.enclosures, url=reply_url(letter), text=wording.body,
            )  # fmt: skip
        except Refusal as refusal:
            refused.append(refused_letter(letter.head, town, code, refusal))
            continue
        one.departures = proofread(written)
        fixed.append(one)
    return fixed, refused


def approve_letters(
    *,
    conference: Conference,
    kind: LetterKind | None = None,
    letter_ids: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Approve the drafts of a conference: every one is written once, so that what is lacking shows before a number.

    What the letter says is kept with it: later changes of the conference or the directory do not reach it.

    :param letter_ids: only these; by default every draft (of ``kind``).
    """
    with transaction():
        lock(conference)
        fixed, refused = plan_approval(conference=conference, kind=kind, letter_ids=letter_ids)
        for one in fixed:
            letter = one.letter
            letter.recipient, letter.fields, letter.enclosures = one.recipient, one.fields, one.enclosures
            letter.text_version = one.text_version
            letter.state, letter.approved_at, letter.approved_by = LetterState.APPROVED, at, actor.label
            record(deed="correspondence.approve_letters", subject=letter, actor=actor, at=at)
    return Outcome([one.letter for one in fixed], refused)


def _drafts(conference: Conference, kind: LetterKind | None, letter_ids: Sequence[int] | None) -> list[Letter]:
    order = waiting_letters(conference, LetterState.DRAFT, kind)
    wanted = [number for number in order if letter_ids is None or number in set(letter_ids)]
    rows = db.session.scalars(
        select(Letter)
        .where(Letter.id.in_(wanted), Letter.state == LetterState.DRAFT)
        .options(joinedload(Letter.municipality), joinedload(Letter.head))
        .with_for_update(of=Letter)
    )
    found = {letter.id: letter for letter in rows}
    return [found[number] for number in wanted if number in found]


def take_back_approval(*, letters: Sequence[Letter], actor: Actor, at: datetime) -> int:
    """Make approved letters drafts again; returns how many. Issued ones stay as they are."""
    count = 0
    with transaction():
        for letter in letters:
            lock(letter)
            if letter.state is not LetterState.APPROVED:
                continue
            letter.state, letter.approved_at, letter.approved_by = LetterState.DRAFT, None, ""
            letter.fields = kept_own(letter.fields.get(OWN))
            letter.enclosures, letter.text_version = [], 0
            record(deed="correspondence.take_back_approval", subject=letter, actor=actor, at=at)
            count += 1
    return count
