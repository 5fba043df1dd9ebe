"""Letters that get their number first and their page later: those a deed must tell of in its own transaction.

Their words are fixed and their entries stand in the register when the deed is on disk; pages, seals and mails follow
in the background. The mails are held until a person lets them go.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.enclosures import joined_contents
from app.correspondence.operations.general import queue_copies
from app.correspondence.operations.issued import entry_of, queue_letter
from app.correspondence.operations.numbers import day_of, held_register
from app.correspondence.operations.plan import Meant
from app.correspondence.operations.prepare import discard_letters
from app.correspondence.operations.sealing import Laid, Planned, Sealing, refused_page
from app.correspondence.operations.writing import Outcome, fonts, refused_for, require_issuer
from app.correspondence.queries import unnumbered_letters
from app.correspondence.rules import LetterKind, LetterState, label_for
from app.database import db, lock, transaction
from app.documents.finishing import Finished
from app.documents.operations import store_all
from app.documents.rules import new_code
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.tokens import paper_token
from invitations.pdf import Coming, Press

log = logging.getLogger("ratusha.letters")

TOGETHER = 20  # letters sealed in one transaction
AHEAD = 2  # parts that are laid out while another is sealed


def register_letters(
    *,
    conference: Conference,
    kind: LetterKind,
    letters: Sequence[Meant],
    actor: Actor,
    at: datetime,
) -> list[Letter]:
    """Fix the words of the letters planned and enter them in the register, in this order, each with the next number.

    Letters of the kind without a number say what is no longer so: they are given up. What is sealed and mailed is made
    by :func:`app.correspondence.operations.issue_letters`, in the background. The register is held until the
    surrounding transaction ends: call it late.
    """
    issuer, dated = require_issuer(conference), day_of(conference, at)
    with transaction() as session:
        lock(conference)
        discard_letters(letters=unnumbered_letters(conference, kind), actor=actor, at=at)
        made = [_fixed(conference, kind, meant, actor, at) for meant in letters]
        session.add_all(made)
        session.flush()
        if not made:
            return []
        register = held_register(issuer, dated.year)
        for letter, meant in zip(made, letters, strict=True):
            assert meant.written is not None
            register.last_number += 1
            label = label_for(register.pattern, register.last_number, register.year)
            letter.register_entry = entry_of(
                letter, replace(meant.written, number=label, date=dated), register=register,
                number=register.last_number, pages=1, dated=dated, at=at,
            )  # fmt: skip
        session.flush()
        for letter in made:
            record(deed="correspondence.register_letters", subject=letter, actor=actor, at=at,
                   details={"number": letter.register_entry.label if letter.register_entry else ""})  # fmt: skip
    return made


def _fixed(conference: Conference, kind: LetterKind, meant: Meant, actor: Actor, at: datetime) -> Letter:
    return Letter(
        conference=conference, kind=kind, language=meant.language, municipality=meant.municipality, head=meant.head,
        state=LetterState.APPROVED, recipient=meant.recipient, fields=meant.fields,
        enclosures=meant.enclosures, text_version=meant.text_version, reply_token=paper_token(), created_at=at,
        approved_at=at, approved_by=actor.label, prepared_by_id=actor.id, edited_by_id=actor.id,
    )  # fmt: skip


@dataclass
class _Part:
    """Letters with a number on their way through the press."""

    ids: list[int]
    planned: list[Planned]
    pages: Coming


def seal_numbered(
    order: Sequence[int], *, sealing: Sealing, press: Press, outcome: Outcome, actor: Actor
) -> Generator[int, None, None]:
    """Make, seal and queue the pages of letters that have their number, in this order.

    Yields after each transaction how many were dealt with. What was annulled meanwhile is passed over; what cannot be
    laid out keeps its number and is told.
    """
    rest = [list(order[start : start + TOGETHER]) for start in range(0, len(order), TOGETHER)]
    coming: deque[_Part] = deque()
    try:
        while rest or coming:
            while rest and len(coming) < AHEAD:
                coming.append(_begin(rest.pop(0), sealing, press, outcome))
            part = coming.popleft()
            _seal_part(part, _pages(part, sealing), sealing, outcome, actor)
            yield len(part.ids)
    finally:
        for other in coming:
            other.pages.drop()


def _numbered(ids: Sequence[int], *, held: bool = False) -> list[Letter]:
    """Those that have a number and no page, in this order; ``held`` until the transaction ends."""
    question = (
        select(Letter)
        .where(Letter.id.in_(ids), Letter.state == LetterState.APPROVED, Letter.register_entry_id.is_not(None))
        .options(joinedload(Letter.municipality), joinedload(Letter.register_entry))
        .order_by(Letter.id)
    )
    if held:
        question = question.with_for_update(of=Letter).execution_options(populate_existing=True)
    found = {letter.id: letter for letter in db.session.scalars(question)}
    return [found[number] for number in ids if number in found]


def _begin(ids: list[int], sealing: Sealing, press: Press, outcome: Outcome) -> _Part:
    planned: list[Planned] = []
    joined: dict[str, Sequence[bytes]] = {}
    for letter in _numbered(ids):
        entry, code = letter.register_entry, new_code()
        assert entry is not None
        try:
            written = sealing.write(letter, entry.label, code, entry.dated)
            enclosed = joined_contents(letter.enclosures)
        except Refusal as refusal:
            outcome.refused.append(refused_for(letter.municipality, refusal.message))
            continue
        if enclosed:
            joined[entry.label] = enclosed
        planned.append(Planned(letter.id, entry.number, code, written, letter.subject_id is not None))
    finishing = sealing.finishing(joined) if planned else None
    return _Part(ids, planned, press.begin([plan.written for plan in planned], finishing))


def _pages(part: _Part, sealing: Sealing) -> list[Any]:
    try:
        return part.pages.pages()
    except BrokenExecutor as reason:
        log.error("a process of the press ended", exc_info=reason)
        again = _begin(part.ids, sealing, Press(fonts=fonts()), Outcome())
        part.planned = again.planned
        return again.pages.pages()


def _seal_part(part: _Part, pages: Sequence[Any], sealing: Sealing, outcome: Outcome, actor: Actor) -> None:
    ready: dict[int, Laid] = {}
    for plan, page in zip(part.planned, pages, strict=True):
        if isinstance(page, Finished):
            ready[plan.letter_id] = Laid(plan.number, plan.code, plan.written, page.content, page.pages, page.sheets)
        else:
            outcome.refused.append(refused_page(plan.letter_id, page))
    store_all(ready[plan.letter_id].content for plan in part.planned if plan.letter_id in ready and not plan.private)
    with transaction():
        for letter in _numbered(list(ready), held=True):
            _complete(letter, ready[letter.id], sealing, actor)
            outcome.letters.append(letter)


def _complete(letter: Letter, laid: Laid, sealing: Sealing, actor: Actor) -> None:
    """Seal, count the sheets in the register, and lay the mail ready; it is held."""
    session, entry, at = db.session(), letter.register_entry, sealing.at
    assert entry is not None
    letter.document = sealing.seal(letter, laid, entry.dated)
    entry.sheets = laid.pages + laid.written.sheets
    letter.state, letter.issued_at = LetterState.ISSUED, at
    session.flush()
    letter.mail = queue_letter(letter, letter.document, laid.number, laid.written, at, held=True)
    session.flush()
    queue_copies(letter, letter.document, laid.number, laid.written, at=at, held=True)
    record(deed="correspondence.issue_letters", subject=letter, actor=actor, at=at, details={"number": entry.label})
