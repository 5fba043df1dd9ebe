"""Despatch: every printing, handing over, posting, sending and coming back of a letter is logged, and never unsaid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import Despatch, DespatchRun, Letter
from app.correspondence.operations.addressee import split_addresses
from app.correspondence.queries import Meant, letters_to_print
from app.correspondence.rules import DespatchWay, LetterState
from app.database import db, lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import listeners, send_again
from app.mailroom.rules import MailState

_POSTAL_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{3,58}")
# What a person may record about an issued letter; the rest the house knows by itself.
RECORDED = (DespatchWay.HANDED_OVER, DespatchWay.POSTED, DespatchWay.RETURNED)


@dataclass(frozen=True)
class Sending:
    """How letters went, as a person says it. ``postal_numbers`` by the letter's id."""

    way: DespatchWay
    on: date
    note: str = ""
    postal_numbers: Mapping[int, str] = field(default_factory=dict)


def print_letters(
    *,
    conference: Conference,
    meant: Meant = Meant.WAITING,
    letter_ids: Sequence[int] | None = None,
    with_enclosures: bool = True,
    two_sided: bool = False,
    actor: Actor,
    at: datetime,
) -> DespatchRun:
    """Log one printing of issued letters, in the order of the register; a second printing of a letter is marked so.

    :param letter_ids: only these of those ``meant``.
    :param with_enclosures: the enclosures stand behind each letter; else they are printed by themselves.
    :raises Refusal: when no issued letter is meant.
    """
    with transaction() as session:
        lock(conference)
        letters = letters_to_print(conference, meant, letter_ids)
        if not letters:
            raise Refusal(_l("No issued letter is meant: choose others."), field="meant")
        run = DespatchRun(
            conference_id=conference.id, with_enclosures=with_enclosures, two_sided=two_sided, at=at, by=actor.label
        )
        session.add(run)
        session.flush()
        for letter in letters:
            again = any(one.way is DespatchWay.PRINTED for one in letter.despatches)
            _log(letter, DespatchWay.PRINTED, at=at, by=actor.label, run_id=run.id, again=again)
            record(deed="correspondence.print_letters", subject=letter, actor=actor, at=at, details={"again": again})
    return run


def note_despatch(*, letters: Sequence[Letter], sending: Sending, actor: Actor, at: datetime) -> int:
    """Log that letters were handed over or posted, or came back by post; returns how many.

    :raises Refusal: with the field it belongs to, when a letter is not issued, the day lies in the future or before
        the letter's, or a postal number cannot be one.
    """
    if sending.way not in RECORDED:
        raise ValueError(f"nobody records this by hand: {sending.way}")
    numbers = {key: " ".join(text.upper().split()) for key, text in sending.postal_numbers.items()}
    for text in numbers.values():
        if text and not _POSTAL_NUMBER.fullmatch(text):
            raise Refusal(
                _l("“%(number)s” is no postal number: letters, digits and blanks, as in RR 123 456 785 DE.",
                   number=text[:60]),
                field="postal_number",
            )  # fmt: skip
    with transaction():
        for letter in letters:
            lock(letter)
            _require_sent_on(letter, sending.on, at)
            again = any(one.way is sending.way for one in letter.despatches)
            posted = sending.way is not DespatchWay.HANDED_OVER
            _log(
                letter, sending.way, at=_moment(letter, sending.on, at), by=actor.label, again=again,
                note=" ".join(sending.note.split())[:300], postal_number=numbers.get(letter.id, "") if posted else "",
            )  # fmt: skip
            record(deed=f"correspondence.{sending.way.value}", subject=letter, actor=actor, at=at)
    return len(letters)


def _require_sent_on(letter: Letter, on: date, at: datetime) -> None:
    entry = letter.register_entry
    if letter.state is not LetterState.ISSUED or entry is None:
        raise Refusal(_l("Only a letter that is issued and stands can have gone."), field="way")
    if on > at.astimezone(_zone(letter)).date():
        raise Refusal(_l("This day lies in the future."), field="on")
    if on < entry.dated:
        raise Refusal(_l("The letter did not exist on this day."), field="on")


def _zone(letter: Letter) -> ZoneInfo:
    return ZoneInfo(letter.conference.timezone)


def _moment(letter: Letter, on: date, at: datetime) -> datetime:
    """Now when it was today, else noon of the day."""
    if on == at.astimezone(_zone(letter)).date():
        return at
    return datetime.combine(on, time(12), _zone(letter))


def _log(
    letter: Letter,
    way: DespatchWay,
    *,
    at: datetime,
    by: str,
    again: bool,
    note: str = "",
    postal_number: str = "",
    run_id: int | None = None,
    mail_id: int | None = None,
) -> None:
    letter.despatches.append(
        Despatch(way=way, at=at, by=by, again=again, note=note, postal_number=postal_number, run_id=run_id,
                 mail_id=mail_id)
    )  # fmt: skip


def note_mail(mail: OutgoingMail) -> None:
    """Log that the mail with a letter went, or came back; called by the mailroom in the transaction of its deed."""
    letters = db.session.scalars(select(Letter).where(Letter.mail_id == mail.id))
    for letter in letters:
        if mail.state is MailState.SENT and mail.sent_at is not None:
            again = any(one.way is DespatchWay.EMAIL for one in letter.despatches)
            _log(letter, DespatchWay.EMAIL, at=mail.sent_at, by="", again=again, mail_id=mail.id)
        elif mail.returned_at is not None:
            _log(letter, DespatchWay.RETURNED, at=mail.returned_at, by="", again=False, mail_id=mail.id)


listeners["correspondence"] = note_mail


def mail_to_present_address(*, letter: Letter, actor: Actor, at: datetime) -> None:
    """Send the mail of a letter, which failed or came back, to the addresses the directory has now.

    :raises Refusal: when the head has no e-mail address, or the mail is not one that failed.
    """
    with transaction():
        lock(letter)
        mail = letter.mail
        if letter.state is not LetterState.ISSUED or mail is None or mail.state is not MailState.FAILED:
            raise Refusal(_l("The mail is no longer in a state in which this can be done; look at it again."))
        if letter.head_id is None or not letter.head.email.strip():
            raise Refusal(_l("The head has no e-mail address in the directory: enter it there, or print the letter."))
        send_again(mail=mail, actor=actor, at=at, to=[letter.head.email], copies=split_addresses(letter.head.copy_to))
        record(deed="correspondence.mail_again", subject=letter, actor=actor, at=at)
