"""Issuing: number, seal, register and mail of one letter happen together or not at all."""

from __future__ import annotations

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister
from app.correspondence.operations.claims import require_present_dates
from app.correspondence.operations.enclosures import joined_contents
from app.correspondence.operations.general import queue_copies, share_with_group
from app.correspondence.operations.issued import entry_of, queue_letter
from app.correspondence.operations.partners import enclose_partner_letters, partner_letters_first
from app.correspondence.operations.press import MANY, Finishing, press_for
from app.correspondence.operations.writing import (
    Outcome,
    fonts,
    refused_for,
    require_issuer,
    verify_url,
    write_letter,
)
from app.correspondence.queries import waiting_letters
from app.correspondence.rules import LetterKind, LetterState, label_for
from app.database import db, lock, transaction
from app.directory.models import Organisation
from app.documents.models import SealedDocument
from app.documents.operations import seal, signing, store_all
from app.documents.rules import new_code
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import localized
from invitations.letter import Letter as Written
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
class _Laid:
    """A letter laid out for the number it will probably get."""

    number: int
    code: str
    written: Written
    content: bytes
    pages: int  # of the letter itself, without enclosures in its file
    sheets: int  # of the file


@dataclass
class _Planned:
    """A letter written for the number it will probably get; ``private``: its file must not lie open."""

    letter_id: int
    number: int
    code: str
    written: Written
    private: bool


@dataclass
class _Part:
    """Letters on their way through the press."""

    ids: list[int]
    planned: list[_Planned]
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

    :param letter_ids: only these; by default every approved letter (of ``kind``).
    :param told: called with done and total after each transaction; what it raises ends the run, issued letters stay so.
    """
    issuer = require_issuer(conference)
    dated = _day_of(conference, at)
    order = waiting_letters(conference, LetterState.APPROVED, kind)
    if letter_ids is not None:
        wanted = set(letter_ids)
        order = [number for number in order if number in wanted]
    outcome = Outcome()
    first, order = partner_letters_first(order)
    total, done = len(first) + len(order), 0

    with press_for(total) as press:
        run = _Run(issuer, dated, actor, at, outcome, press, many=total >= MANY)

        def go_through(part: list[int]) -> None:
            nonlocal done
            with closing(run.go_through(part)) as going:
                for count in going:
                    done += count
                    if told is not None:
                        told(done, total)

        go_through(first)
        ready, waiting = enclose_partner_letters(order)
        outcome.refused += waiting
        done += len(waiting)
        go_through(ready)
    return outcome


def _next(issuer: Organisation, year: int) -> tuple[int, str]:
    """The number the next letter will probably get, and the pattern of its label."""
    found = db.session.execute(
        select(OutgoingRegister.last_number, OutgoingRegister.pattern).where(
            OutgoingRegister.issuer_id == issuer.id, OutgoingRegister.year == year
        )
    ).first()
    return (found[0] + 1, found[1]) if found is not None else (1, issuer.number_pattern)


def next_label(conference: Conference, at: datetime, *, after: int = 0) -> str:
    """«Исх-69»: what the next letter would be numbered if nobody else issued first; ``after`` others before it."""
    number, pattern = _next(require_issuer(conference), _day_of(conference, at).year)
    return label_for(pattern, number + after, _day_of(conference, at).year)


def _day_of(conference: Conference, at: datetime) -> date:
    return at.astimezone(ZoneInfo(conference.timezone)).date()


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
        self.signs: bool = current_app.config["SETTINGS"].sign_letters
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
        number, pattern = _next(self.issuer, self.dated.year)
        number = self.upcoming or number
        planned: list[_Planned] = []
        joined: dict[str, Sequence[bytes]] = {}
        finishing: Finishing | None = None
        for letter in self._approved(ids):
            code, label = new_code(), label_for(pattern, number, self.dated.year)
            try:
                finishing = finishing or self._finishing(joined)
                written = self._write(letter, label, code)
                enclosed = joined_contents(letter.enclosures)
            except Refusal as refusal:
                self.outcome.refused.append(refused_for(letter.municipality, refusal.message))
                continue
            if enclosed:
                joined[label] = enclosed
            planned.append(_Planned(letter.id, number, code, written, letter.subject_id is not None))
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
            .where(Letter.id.in_(part), Letter.state == LetterState.APPROVED)
            .options(joinedload(Letter.municipality))
            .order_by(Letter.id)  # two who hold the same letters wait in one order
        )
        if held:
            question = question.with_for_update(of=Letter).execution_options(populate_existing=True)
        found = {letter.id: letter for letter in db.session.scalars(question)}
        return [found[letter_id] for letter_id in part if letter_id in found]

    def _write(self, letter: Letter, label: str, code: str) -> Written:
        require_present_dates(letter)
        return write_letter(letter, number=label, dated=self.dated, verify_url=verify_url(code, letter.language))

    def _finishing(self, joined: Mapping[str, Sequence[bytes]]) -> Finishing:
        """What is done to the pages: enclosures that belong into the file; our signature, unless the settings say no.

        :raises Refusal: when the certificate has ended.
        """
        how = signing(at=self.at, holder=localized(self.issuer, "name", "en")) if self.signs else None
        return Finishing(how, joined)

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
        ready: list[_Laid] = []
        for plan, page in zip(part.planned, pages, strict=True):
            if isinstance(page, Exception):
                break  # the numbers behind it move up: it is refused, and those begin anew
            ready.append(_Laid(plan.number, plan.code, plan.written, page.content, page.pages, page.sheets))
        store_all(laid.content for laid, plan in zip(ready, part.planned, strict=False) if not plan.private)
        issued: list[Letter] = []
        numbered = [plan.letter_id for plan in part.planned]
        with transaction():
            approved = {letter.id: letter for letter in self._approved(numbered, held=True)}
            register = self._register()
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
            self._refuse(following[0], pages[len(issued)])
            return following[1:], False
        return (following if following[0] in approved else following[1:]), False

    def _refuse(self, letter_id: int, reason: Exception) -> None:
        letter = db.session.get_one(Letter, letter_id)
        if isinstance(reason, Refusal):
            message = reason.message
        else:
            log.error("a letter could not be laid out", exc_info=reason, extra={"letter": letter_id})
            message = _l("The letter could not be laid out; its text or a name in it is odd.")
        self.outcome.refused.append(refused_for(letter.municipality, message))

    def _register(self) -> OutgoingRegister:
        """The register of the issuer and year, held until the transaction ends; opened when it is the first letter."""
        question = select(OutgoingRegister).where(
            OutgoingRegister.issuer_id == self.issuer.id, OutgoingRegister.year == self.dated.year
        )
        register = db.session.scalar(question)
        if register is None:
            lock(self.issuer)  # two who open it at once: the second finds it
            register = db.session.scalar(question)
        if register is None:
            register = OutgoingRegister(
                issuer_id=self.issuer.id, year=self.dated.year, pattern=self.issuer.number_pattern, last_number=0
            )
            db.session.add(register)
            db.session.flush()
        return lock(register)

    def issue_now(self, letter_id: int) -> None:
        """Lay out and issue one letter while the register is held.

        When somebody has issued it meanwhile or taken the approval back, nothing happens.
        """
        if self.crowded:
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311  # lets the others come to the register
        with transaction() as session:
            letter = session.get(Letter, letter_id)
            if letter is None or lock(letter).state is not LetterState.APPROVED:
                return
            register = self._register()
            number = register.last_number + 1
            self.crowded = number != self.last + 1
            code, label = new_code(), label_for(register.pattern, number, register.year)
            try:
                finishing = self._finishing({label: joined_contents(letter.enclosures)})
                written = self._write(letter, label, code)
                (page,) = self._own_press().begin([written], finishing).pages()
                if isinstance(page, Exception):
                    raise page
            except Exception as reason:
                self._refuse(letter_id, reason)
                return
            self._complete(letter, register, _Laid(number, code, written, page.content, page.pages, page.sheets))
        self.last = number
        self.outcome.letters.append(letter)

    def _own_press(self) -> Press:
        """A press in this process, for letters laid out while others wait for the register."""
        if self.own is None:
            self.own = Press(fonts=fonts())
        return self.own

    def _complete(self, letter: Letter, register: OutgoingRegister, laid: _Laid) -> None:
        """Number, seal, entry, mail and history of one letter, in the transaction that holds the register."""
        session, number = db.session(), laid.number
        register.last_number = number
        document = self._seal(letter, laid)
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

    def _seal(self, letter: Letter, laid: _Laid) -> SealedDocument:
        return seal(
            content=laid.content,
            kind="letter",
            title=laid.written.subject[:300],
            at=self.at,
            number=laid.written.number or "",
            dated=self.dated,
            addressee_office=str(letter.recipient.get("office", ""))[:400],
            sheets=laid.sheets,
            code=laid.code,
            signed=self.signs,
            private=letter.subject_id is not None,
        )
