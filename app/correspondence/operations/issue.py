"""Issuing: number, seal, register and mail of one letter happen together or not at all."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.operations.enclosures import joined_contents
from app.correspondence.operations.partners import enclose_partner_letters, partner_letters_first
from app.correspondence.operations.writing import (
    Outcome,
    fonts,
    refused_for,
    reply_url,
    require_issuer,
    verify_url,
    write_letter,
)
from app.correspondence.queries import waiting_letters
from app.correspondence.rules import EntryState, LetterKind, LetterState, file_name, label_for
from app.database import db, fold, lock, transaction
from app.directory.models import Organisation
from app.documents.joining import with_enclosures
from app.documents.models import SealedDocument
from app.documents.operations import seal, sign
from app.documents.rules import new_code
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import localized
from app.mail_texts import write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import MailFile, queue_mail
from invitations.letter import Letter as Written
from invitations.pdf import render_many

log = logging.getLogger("ratusha.letters")

# At most so many letters are laid out before their transactions. A run begins with one and doubles, because all that
# is laid out ahead is wasted when it turns out that somebody else is issuing too.
AHEAD = 8
# What an enclosure's file is called beside the letter's.
_ENCLOSURE = {"ru": "Приложение", "de": "Anlage", "en": "Enclosure"}

Told = Callable[[int, int], object]


@dataclass
class _Laid:
    """A letter laid out for the number it will probably get."""

    number: int
    code: str
    written: Written
    content: bytes
    pages: int  # of the letter itself, without enclosures in its file


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
    Each letter is one transaction: the next number of the issuer's register of the year, the sealed PDF, the entry,
    the mail. Numbers have no gap and no double, however many issue at once and whoever is killed meanwhile; what was
    not issued stays approved. Letters are laid out before their transaction; only when another got the number first,
    the page is made again while the register is held.

    :param letter_ids: only these; by default every approved letter (of ``kind``).
    :param told: called with done and total after each letter.
    """
    issuer = require_issuer(conference)
    dated = _day_of(conference, at)
    order = waiting_letters(conference, LetterState.APPROVED, kind)
    if letter_ids is not None:
        wanted = set(letter_ids)
        order = [number for number in order if number in wanted]
    outcome = Outcome()
    run = _Run(issuer, dated, actor, at, outcome)
    first, order = partner_letters_first(order)
    total, done = len(first) + len(order), 0

    def go_through(part: list[int]) -> None:
        nonlocal done
        for letter_id, laid in run.ahead(part):
            run.issue(letter_id, laid)
            done += 1
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


def next_label(conference: Conference, at: datetime) -> str:
    """«Исх-69»: what the next letter would be numbered if nobody else issued first."""
    number, pattern = _next(require_issuer(conference), _day_of(conference, at).year)
    return label_for(pattern, number, _day_of(conference, at).year)


def _day_of(conference: Conference, at: datetime) -> date:
    return at.astimezone(ZoneInfo(conference.timezone)).date()


class _Run:
    """One going-through of letters: remembers whether others issue from the same register at this moment."""

    def __init__(self, issuer: Organisation, dated: date, actor: Actor, at: datetime, outcome: Outcome) -> None:
        self.issuer = issuer
        self.dated = dated
        self.actor = actor
        self.at = at
        self.outcome = outcome
        self.signs: bool = current_app.config["SETTINGS"].sign_letters
        self.crowded = False
        self.last = 0

    def ahead(self, order: list[int]) -> Iterator[tuple[int, _Laid | None]]:
        """Each letter with its page, laid out a few at a time; without a page where others are issuing too."""
        size = 1
        while order:
            if self.crowded:
                size = 1
                yield order.pop(0), None
                continue
            part, order[:] = order[:size], order[size:]
            size = min(2 * size, AHEAD)
            pages = self._lay_out(part)
            while part:
                letter_id = part.pop(0)
                yield letter_id, pages.get(letter_id)
                if self._others_issue():
                    order[:0] = part
                    break

    def _others_issue(self) -> bool:
        return self.crowded

    def _lay_out(self, part: Sequence[int]) -> dict[int, _Laid]:
        """The pages of ``part`` for the next numbers. What cannot be written is left to :meth:`issue` to refuse."""
        number, pattern = _next(self.issuer, self.dated.year)
        texts: list[tuple[Letter, int, str, Written]] = []
        for letter in self._approved(part):
            code = new_code()
            try:
                written = self._write(letter, label_for(pattern, number, self.dated.year), code)
            except Refusal:
                continue
            texts.append((letter, number, code, written))
            number += 1
        try:
            pages = render_many([written for *_, written in texts], fonts=fonts())
            contents = [
                self._finish(letter, page, written) for (letter, *_, written), page in zip(texts, pages, strict=True)
            ]
        except Exception as reason:  # one page that cannot be laid out must not stop the others
            log.warning("letters laid out one by one", exc_info=reason)
            return {}
        return {
            letter.id: _Laid(number, code, written, content, page_count(page))
            for (letter, number, code, written), page, content in zip(texts, pages, contents, strict=True)
        }

    def _approved(self, part: Sequence[int]) -> list[Letter]:
        rows = db.session.scalars(select(Letter).where(Letter.id.in_(part), Letter.state == LetterState.APPROVED))
        found = {letter.id: letter for letter in rows}
        return [found[letter_id] for letter_id in part if letter_id in found]

    def _write(self, letter: Letter, label: str, code: str) -> Written:
        return write_letter(letter, number=label, dated=self.dated, verify_url=verify_url(code, letter.language))

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

    def issue(self, letter_id: int, laid: _Laid | None) -> None:
        """Issue one letter; when somebody has issued it meanwhile or taken the approval back, nothing happens."""
        if self.crowded:
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311  # lets the others come to the register
        with transaction() as session:
            letter = session.get(Letter, letter_id)
            if letter is None or lock(letter).state is not LetterState.APPROVED:
                return
            register = self._register()
            number = register.last_number + 1
            self.crowded = number != (laid.number if laid is not None else self.last + 1)
            label = label_for(register.pattern, number, register.year)
            if laid is None or laid.written.number != label:
                laid = self._lay_out_now(letter, number, label)
            if laid is None:
                return
            register.last_number = number
            document = self._seal(letter, laid)
            letter.register_entry = self._enter(register, letter, laid)
            letter.document = document
            letter.state, letter.issued_at = LetterState.ISSUED, self.at
            session.flush()
            letter.mail = _queue(letter, document, number, laid.written, self.at)
            session.flush()
            record(deed="correspondence.issue_letters", subject=letter, actor=self.actor, at=self.at,
                   details={"number": letter.register_entry.label})  # fmt: skip
        self.last = number
        self.outcome.letters.append(letter)

    def _lay_out_now(self, letter: Letter, number: int, label: str) -> _Laid | None:
        code = new_code()
        try:
            written = self._write(letter, label, code)
        except Refusal as refusal:
            self.outcome.refused.append(refused_for(letter.municipality, refusal.message))
            return None
        try:
            page = render_many([written], fonts=fonts())[0]
            content = self._finish(letter, page, written)
        except Refusal as refusal:
            self.outcome.refused.append(refused_for(letter.municipality, refusal.message))
            return None
        except Exception as reason:
            log.error("a letter could not be laid out", exc_info=reason, extra={"letter": letter.id})
            self.outcome.refused.append(
                refused_for(
                    letter.municipality, _l("The letter could not be laid out; its text or a name in it is odd.")
                )
            )
            return None
        return _Laid(number, code, written, content, page_count(page))

    def _finish(self, letter: Letter, content: bytes, written: Written) -> bytes:
        """The pages with the enclosures that belong into the file and, unless the settings say no, our signature."""
        content = with_enclosures(content, joined_contents(letter.enclosures))
        if not self.signs:
            return content
        return sign(content, reason=written.number or "", at=self.at, holder=localized(self.issuer, "name", "en"))

    def _seal(self, letter: Letter, laid: _Laid) -> SealedDocument:
        return seal(
            content=laid.content,
            kind="letter",
            title=laid.written.subject[:300],
            at=self.at,
            number=laid.written.number or "",
            dated=self.dated,
            addressee_office=str(letter.recipient.get("office", ""))[:400],
            sheets=page_count(laid.content),
            code=laid.code,
            signed=self.signs,
        )

    def _enter(self, register: OutgoingRegister, letter: Letter, laid: _Laid) -> RegisterEntry:
        addressee = _on_one_line(", ".join(laid.written.address_lines))[:700]
        town = letter.municipality
        found_by = (laid.written.number, addressee, town.name_ru, town.name_de, town.name_en, laid.written.subject)
        return RegisterEntry(
            register=register,
            number=laid.number,
            label=laid.written.number or "",
            dated=self.dated,
            addressee=addressee,
            subject=_on_one_line(laid.written.subject)[:500],
            sheets=laid.pages + laid.written.sheets,
            executor=laid.written.executor.name if laid.written.executor is not None else "",
            search=fold(_on_one_line(" ".join(filter(None, found_by)))) or "",
            state=EntryState.REGISTERED,
            annulled_reason="",
            created_at=self.at,
        )


def page_count(content: bytes) -> int:
    """Pages of a PDF of ours."""
    import pikepdf

    with pikepdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)


def _on_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _queue(
    letter: Letter, document: SealedDocument, number: int, written: Written, at: datetime
) -> OutgoingMail | None:
    """The mail with the letter and its enclosures; None when the letter is printed because the head has no address.

    A letter for a partner city has none: it goes with the one to the Russian head.
    """
    address = str(letter.recipient.get("email", "")).strip()
    if not address or letter.parent_letter_id is not None:
        return None
    conference = letter.conference
    enclosed = [
        MailFile(
            filename=file_name(f"{_ENCLOSURE[letter.language]} {place}. {row['title']}"),
            document=db.session.get_one(SealedDocument, row["document_id"]),
        )
        for place, row in enumerate(letter.enclosures, start=1)
        if not row.get("merged")
    ]
    mail = write_mail(
        "letter", letter.language, subject_line=_on_one_line(written.subject), salutation=written.salutation,
        number=written.number, dated=written.date, reply_url=reply_url(letter), enclosures=len(enclosed),
        reply_until=conference.reply_until, issuer=written.letterhead.name(letter.language),
        signatory=written.signatory, invitation=letter.kind is LetterKind.INVITATION,
        verify_url=verify_url(document.code, letter.language),
    )  # fmt: skip
    return queue_mail(
        kind=f"letter-{letter.kind.value}",
        to=[address],
        language=letter.language,
        mail=mail,
        at=at,
        conference_id=conference.id,
        deed_key=f"letter-{letter.id}",
        files=[MailFile(filename=file_name(f"{number}_{letter.municipality.slug}"), document=document), *enclosed],
        reply_to=conference.contact_email or written.letterhead.email,
    )
