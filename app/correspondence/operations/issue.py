"""Issuing: number, seal, register and mail of one letter happen together or not at all."""

from __future__ import annotations

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister
from app.correspondence.operations.enclosures import joined_contents
from app.correspondence.operations.general import queue_copies, share_with_group
from app.correspondence.operations.issued import entry_of, queue_letter
from app.correspondence.operations.numbered import seal_numbered
from app.correspondence.operations.numbers import day_of, held_register, next_number
from app.correspondence.operations.partners import enclose_partner_letters, partner_letters_first
from app.correspondence.operations.press import MANY, press_for
from app.correspondence.operations.sealing import Laid, Planned, Sealing, refused_page
from app.correspondence.operations.writing import Outcome, fonts, refused_for, require_issuer
from app.correspondence.queries import numbered_letters, waiting_letters
from app.correspondence.rules import LetterKind, LetterState, label_for
from app.database import db, lock, transaction
from app.directory.models import Organisation
from app.documents.finishing import Finishing
from app.documents.operations import store_all
from app.documents.rules import new_code
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from invitations.pdf import Coming, Press

log = logging.getLogger("ratusha.letters")

# At most so many letters are laid out before their transaction in this process, or by the press, and so many parts
# wait for theirs. A run begins with one letter and doubles, because all that is laid out ahead is wasted when it turns
# out that somebody else is issuing too. While a part is issued, others who issue wait: a fraction of a second.
AHEAD = 8
TOGETHER = 20
PARTS_AHEAD = 4

Told = Callable[[int, int], object]


@dataclass
class _Part:
    """Letters on their way through the press."""

    ids: list[int]
    planned: list[Planned]
    pages: Coming


def issue_letters(
    *,
    conference: Conference,
    kind: LetterKind | None = None,
    letter_ids: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
    told: Told | None = None,
) -> Outcome:
    """Issue the approved letters of a conference in the order of the municipalities' names.

    Letters for partner cities come first: they are enclosed in the letter with which they go.
    The next number of the issuer's register of the year, the sealed PDF, the entry and the mail of a letter are one
    transaction, together with some letters before and behind it. Numbers have no gap and no double, however many issue
    at once and whoever is killed meanwhile; what was not issued stays approved. Letters are laid out before their
    transaction; only when another got the number first, the page is made again while the register is held.

    Before all these the pages of letters are made that have their number already (:mod:`.numbered`).

    :param letter_ids: only these; by default every approved letter (of ``kind``).
    :param told: called with done and total after each transaction; what it raises ends the run, issued letters stay so.
    """
    issuer = require_issuer(conference)
    dated = day_of(conference, at)
    order = waiting_letters(conference, LetterState.APPROVED, kind)
    if letter_ids is not None:
        wanted = set(letter_ids)
        order = [number for number in order if number in wanted]
    outcome = Outcome()
    numbered = numbered_letters(order)
    first, order = partner_letters_first([number for number in order if number not in set(numbered)])
    total, done = len(numbered) + len(first) + len(order), 0

    with press_for(total) as press:
        run = _Run(issuer, dated, actor, at, outcome, press, many=total >= MANY)

        def tell(counts: Generator[int, None, None]) -> None:
            nonlocal done
            with closing(counts) as going:
                for count in going:
                    done += count
                    if told is not None:
                        told(done, total)

        tell(seal_numbered(numbered, sealing=run.sealing, press=press, outcome=outcome, actor=actor))
        tell(run.go_through(first))
        ready, waiting = enclose_partner_letters(order)
        outcome.refused += waiting
        done += len(waiting)
        tell(run.go_through(ready))
    return outcome


class _Run:
    """One going-through of letters: remembers whether others issue from the same register at this moment."""

    def __init__(
        self, issuer: Organisation, dated: date, actor: Actor, at: datetime, outcome: Outcome, press: Press, *,
        many: bool,
    ) -> None:  # fmt: skip
        self.issuer = issuer
        self.dated = dated
        self.actor = actor
        self.at = at
        self.outcome = outcome
        self.press = press
        self.parts, self.most = (PARTS_AHEAD, TOGETHER) if many else (1, AHEAD)
        self.sealing = Sealing(issuer, at, current_app.config["SETTINGS"].sign_letters)
        self.crowded = False
        self.last = 0
        self.own: Press | None = None
        self.upcoming = 0  # the number of the next letter to be laid out; 0 when the register is to be asked

    def go_through(self, order: list[int]) -> Generator[int, None, None]:
        """Issue the letters, yielding after each transaction how many were dealt with.

        Parts are laid out while those before are issued; all in one, one by one, where others are issuing too.
        """
        coming: deque[_Part] = deque()
        size = 1
        try:
            while order or coming:
                if self.crowded:
                    self.issue_now(order.pop(0))
                    yield 1
                    continue
                while order and len(coming) < (self.parts if self._begun() else 1):
                    part, order[:] = order[:size], order[size:]
                    coming.append(self._begin(part))
                    size = min(2 * size, self.most)
                part_now = coming.popleft()
                left, in_order = self._issue_part(part_now)
                if not in_order:  # what comes was laid out for numbers it will not get
                    for other in coming:
                        other.pages.drop()
                        left = left + other.ids
                    coming.clear()
                    size, self.upcoming = 1, 0
                order[:0] = left
                yield len(part_now.ids) - len([number for number in part_now.ids if number in set(left)])
        finally:
            for other in coming:
                other.pages.drop()

    def _begin(self, ids: list[int]) -> _Part:
        """Begin to lay out ``ids`` for the next numbers. What cannot be written is refused."""
        number, pattern = next_number(self.issuer, self.dated.year)
        number = self.upcoming or number
        planned: list[Planned] = []
        joined: dict[str, Sequence[bytes]] = {}
        finishing: Finishing | None = None
        for letter in self._approved(ids):
            code, label = new_code(), label_for(pattern, number, self.dated.year)
            try:
                finishing = finishing or self.sealing.finishing(joined)
                written = self.sealing.write(letter, label, code, self.dated)
                enclosed = joined_contents(letter.enclosures)
            except Refusal as refusal:
                self.outcome.refused.append(refused_for(letter.municipality, refusal.message))
                continue
            if enclosed:
                joined[label] = enclosed
            planned.append(Planned(letter.id, number, code, written, letter.subject_id is not None))
            number += 1
        self.upcoming = number
        press = self.press if self._begun() else self._own_press()
        return _Part(ids, planned, press.begin([plan.written for plan in planned], finishing))

    def _begun(self) -> bool:
        """Whether the press is at work or worth beginning: the first letter shows whether others issue too."""
        return self.press.is_open or self.last > 0

    def _approved(self, part: Sequence[int], *, held: bool = False) -> list[Letter]:
        """The letters that are still approved, in the order asked for; ``held`` until the transaction ends."""
        question = (
            select(Letter)
            .where(Letter.id.in_(part), Letter.state == LetterState.APPROVED, Letter.register_entry_id.is_(None))
            .options(joinedload(Letter.municipality))
            .order_by(Letter.id)  # two who hold the same letters wait in one order
        )
        if held:
            question = question.with_for_update(of=Letter).execution_options(populate_existing=True)
        found = {letter.id: letter for letter in db.session.scalars(question)}
        return [found[letter_id] for letter_id in part if letter_id in found]

    def _issue_part(self, part: _Part) -> tuple[list[int], bool]:
        """Issue the letters of a part in one transaction.

        Returns what is left of it, and whether the numbers came as planned.
        """
        try:
            pages = part.pages.pages()
        except BrokenExecutor as reason:
            log.error("a process of the press ended", exc_info=reason)
            self.press, self.parts, self.most = self._own_press(), 1, AHEAD
            for plan in part.planned:
                self.issue_now(plan.letter_id)
            return [], False
        ready: list[Laid] = []
        for plan, page in zip(part.planned, pages, strict=True):
            if isinstance(page, Exception):
                break  # the numbers behind it move up: it is refused, and those begin anew
            ready.append(Laid(plan.number, plan.code, plan.written, page.content, page.pages, page.sheets))
        store_all(laid.content for laid, plan in zip(ready, part.planned, strict=False) if not plan.private)
        issued: list[Letter] = []
        numbered = [plan.letter_id for plan in part.planned]
        with transaction():
            approved = {letter.id: letter for letter in self._approved(numbered, held=True)}
            register = held_register(self.issuer, self.dated.year)
            for letter_id, laid in zip(numbered, ready, strict=False):
                letter = approved.get(letter_id)
                if letter is None or letter.state is not LetterState.APPROVED:
                    break
                number = register.last_number + 1
                if laid.number != number or laid.written.number != label_for(register.pattern, number, register.year):
                    self.crowded = laid.number != number
                    break
                self._complete(letter, register, laid)
                issued.append(letter)
        self.outcome.letters += issued
        if issued:
            self.last = ready[len(issued) - 1].number
        if len(issued) == len(numbered):
            return [], True
        following = numbered[len(issued) :]
        if len(issued) == len(ready):  # the next one could not be laid out
            self.outcome.refused.append(refused_page(following[0], pages[len(issued)]))
            return following[1:], False
        return (following if following[0] in approved else following[1:]), False

    def issue_now(self, letter_id: int) -> None:
        """Lay out and issue one letter while the register is held.

        When somebody has issued it meanwhile or taken the approval back, nothing happens.
        """
        if self.crowded:
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311  # lets the others come to the register
        with transaction() as session:
            letter = session.get(Letter, letter_id)
            if letter is None or lock(letter).state is not LetterState.APPROVED or letter.register_entry_id:
                return
            register = held_register(self.issuer, self.dated.year)
            number = register.last_number + 1
            self.crowded = number != self.last + 1
            code, label = new_code(), label_for(register.pattern, number, register.year)
            try:
                finishing = self.sealing.finishing({label: joined_contents(letter.enclosures)})
                written = self.sealing.write(letter, label, code, self.dated)
                (page,) = self._own_press().begin([written], finishing).pages()
                if isinstance(page, Exception):
                    raise page
            except Exception as reason:
                self.outcome.refused.append(refused_page(letter_id, reason))
                return
            self._complete(letter, register, Laid(number, code, written, page.content, page.pages, page.sheets))
        self.last = number
        self.outcome.letters.append(letter)

    def _own_press(self) -> Press:
        """A press in this process, for letters laid out while others wait for the register."""
        if self.own is None:
            self.own = Press(fonts=fonts())
        return self.own

    def _complete(self, letter: Letter, register: OutgoingRegister, laid: Laid) -> None:
        """Number, seal, entry, mail and history of one letter, in the transaction that holds the register."""
        session, number = db.session(), laid.number
        register.last_number = number
        document = self.sealing.seal(letter, laid, self.dated)
        letter.register_entry = entry_of(
            letter, laid.written, register=register, number=number, pages=laid.pages, dated=self.dated, at=self.at
        )
        letter.document = document
        letter.state, letter.issued_at = LetterState.ISSUED, self.at
        session.flush()
        letter.mail = queue_letter(letter, document, number, laid.written, self.at)
        session.flush()
        rows = [letter, *(share_with_group(letter) if letter.addressed_as else [])]
        for row in rows[1:]:
            row.mail = queue_letter(row, document, number, laid.written, self.at)
        queue_copies(letter, document, number, laid.written, at=self.at)
        for row in rows:
            record(deed="correspondence.issue_letters", subject=row, actor=self.actor, at=self.at,
                   details={"number": letter.register_entry.label})  # fmt: skip
