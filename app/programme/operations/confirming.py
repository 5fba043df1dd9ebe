"""Asking people whether they take their part in a session, and their answers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.delegations.operations.mails import mail_facts, salutation
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import localized, speaking
from app.mail_texts import write_mail
from app.mailroom.operations import queue_mail
from app.programme.models import SessionPerson
from app.programme.operations.declining import mail_declined
from app.programme.part_words import hours_in_words, name_in_words, place_in_words
from app.programme.queries.asking import terms_now
from app.programme.queries.confirming import Reached, is_over, letters_to, own_link
from app.programme.rules import Confirmation
from app.programme.rules.addressing import greeting
from app.programme.rules.words import ROLES

LONGEST_REMARK = 1000


@dataclass
class Asked:
    """What asking did: people asked, mails queued, and the names of those nobody can write to."""

    people: int = 0
    mails: int = 0
    without_address: list[str] = field(default_factory=list)


def ask_to_confirm(*, conference: Conference, people: Sequence[SessionPerson], actor: Actor, at: datetime) -> Asked:
    """Ask people whether they take their part: one mail for each address, with a link for each session.

    Who said no, does not come to the conference, or has no address is passed over, so are sessions that are over; who
    said yes is not asked again.

    :raises Refusal: for people of another conference.
    """
    asked = Asked()
    with transaction():
        lock(conference)
        for person in people:
            if person.session.conference_id != conference.id:
                raise Refusal(_l("This session does not belong to your conference."))
            db.session.refresh(person, ["confirmation", "token"])
        letters = letters_to(people, at=at)
        for parts in letters.by_address.values():
            for person in parts:
                person.token = person.token or secrets.token_urlsafe(24)
                person.confirmation, person.answered_for = Confirmation.ASKED, ""
        db.session.flush()
        for to, parts in letters.by_address.items():
            _queue(conference, to, parts, at)
        asked.people, asked.mails = letters.people, len(letters.by_address)
        asked.without_address = list(dict.fromkeys(map(name_in_words, letters.without_address)))
        if asked.people:
            record(deed="programme.ask_to_confirm", subject=None, actor=actor, at=at, conference_id=conference.id,
                   details={"people": asked.people, "mails": asked.mails})  # fmt: skip
    return asked


def _queue(conference: Conference, to: Reached, parts: Sequence[SessionPerson], at: datetime) -> None:
    first = parts[0]
    with speaking(to.language):
        lines = [
            {
                "title": localized(part.session, "title") or part.session.code, "role": str(ROLES[part.role]),
                "hours": hours_in_words(part.session), "place": place_in_words(part.session),
                "link": own_link(part, to.language),
            }
            for part in parts
        ]  # fmt: skip
    greeted = (
        salutation(first.delegate)
        if first.delegate is not None
        else greeting(first.name, to.language, latin=first.name_latin)
    )
    mail = write_mail(
        "session_confirm", to.language, lines=lines, greeting=greeted,
        **mail_facts(conference, to.language),
    )  # fmt: skip
    queue_mail(
        kind="session_confirm", to=[to.email], language=to.language, mail=mail, at=at,
        conference_id=conference.id, reply_to=conference.contact_email,
    )  # fmt: skip


def answer_part(*, person: SessionPerson, comes: bool, remark: str, actor: Actor, at: datetime) -> bool:
    """Take down whether a person takes their part; they may change it until the session is over. The organisers get a
    mail when somebody does not.

    :returns: whether anything was different from before.
    :raises Refusal: when the session is cancelled or over, or the remark too long.
    """
    remark = "\n".join(line.rstrip() for line in remark.replace("\r", "").split("\n")).strip()
    if len(remark) > LONGEST_REMARK:
        raise Refusal(_l("At most 1,000 characters, please."), field="remark")
    with transaction() as unit:
        session = lock(person.session)
        found = unit.scalar(
            select(SessionPerson).where(SessionPerson.id == person.id).execution_options(populate_existing=True)
        )
        if found is None:
            raise Refusal(_l("You are not in this session any more."))
        if session.cancelled:
            raise Refusal(_l("The session is cancelled; no answer is needed."))
        if is_over(session, at):
            raise Refusal(_l("The session is over; the answer cannot be changed any more."))
        answer = Confirmation.CONFIRMED if comes else Confirmation.DECLINED
        if (found.confirmation, found.remark) == (answer, remark):
            return False
        tells = not comes and found.confirmation is not Confirmation.DECLINED
        found.confirmation, found.remark, found.answered_at = answer, remark, at
        found.answered_for = terms_now(found) if comes else ""
        if tells:
            mail_declined(person=found, at=at)
        record(deed="programme.confirm_part" if comes else "programme.decline_part", subject=session, actor=actor,
               at=at, details={"code": session.code, "role": found.role.value})  # fmt: skip
    return True
