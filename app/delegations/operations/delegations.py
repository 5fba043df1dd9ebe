"""Delegations: opened by a head's reply, or by the secretariat; and the places of a conference."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import record_reply
from app.correspondence.queries import answer_of_head
from app.correspondence.rules import ReplyAnswer
from app.database import lock, transaction
from app.delegations.models import Delegation
from app.delegations.operations.acknowledging import mail_reply_received, said
from app.delegations.operations.mails import mail_delegation_opened
from app.delegations.operations.waiting_list import grant_waiting, take_what_is_offered
from app.delegations.queries import answered_without_delegation, delegation_for
from app.delegations.rules import OPENS_DELEGATION, require_until, usable_address
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.mailroom.models import OutgoingMail
from app.phones import is_phone


def open_delegation(
    *,
    conference: Conference,
    municipality: Municipality,
    letter: Letter | None = None,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    expected: int = 0,
    language: str = "ru",
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Open the delegation of a municipality, or bring its contact up to date; the contact is mailed the link.

    There is one delegation of a municipality at a conference, however often this is called; an address is mailed once.
    """
    with transaction() as session:
        lock(conference)
        row = delegation_for(conference.id, municipality.id)
        if row is None:
            row = Delegation(
                conference=conference, municipality=municipality, name="", token=secrets.token_urlsafe(24),
                language=language, contact_name="", contact_email="", contact_phone="", expected=0, created_at=at,
            )  # fmt: skip
            session.add(row)
            session.flush()
            record(deed="delegations.open_delegation", subject=row, actor=actor, at=at)
        row.letter_id = letter.id if letter else row.letter_id
        row.contact_name, row.contact_email = contact_name or row.contact_name, contact_email or row.contact_email
        row.contact_phone, row.expected = contact_phone or row.contact_phone, expected or row.expected
        session.flush()
        mail_delegation_opened(row, letter=letter, at=at)
    return row


def answer_invitation(
    *,
    letter: Letter,
    answer: ReplyAnswer,
    people: int,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    deputy_name: str = "",
    deputy_office: str = "",
    remarks: str = "",
    actor: Actor,
    at: datetime,
) -> Delegation | None:
    """Keep what a head answers; whoever comes gets a delegation, and its contact the link. Repeating is harmless.

    It takes the place of what the same head answered to another letter of the conference.
    The contact is told by mail what was understood, once for each answer that says something new.

    :raises Refusal: after the last day for answers, or with the field that is wrong.
    """
    conference = letter.conference
    require_until(conference.reply_until, at, conference.timezone)
    opens = answer in OPENS_DELEGATION
    if opens and not usable_address(contact_email):
        raise Refusal(
            _l("Please give the e-mail address of the contact person: the link to the delegation goes there."),
            field="contact_email",
        )
    if opens and not 1 <= people <= 500:
        raise Refusal(_l("Please say how many people take part, from 1 to 500."), field="people")
    if contact_email and not usable_address(contact_email):
        raise Refusal(_l("This is not an e-mail address. It should look like name@example.org."), field="contact_email")
    if contact_phone and not is_phone(contact_phone):
        raise Refusal(_l("“%(value)s” is no telephone number.", value=contact_phone), field="contact_phone")
    with transaction() as session:
        before = said(answer_of_head(lock(letter)))
        record_reply(
            letter=letter, answer=answer, people=people if opens else 0, contact_name=contact_name,
            contact_email=contact_email, contact_phone=contact_phone, deputy_name=deputy_name,
            deputy_office=deputy_office, remarks=remarks, source="page", actor=actor, at=at,
        )  # fmt: skip
        opened = None
        if opens:
            opened = open_delegation(
                conference=conference, municipality=letter.municipality, letter=letter, contact_name=contact_name,
                contact_email=contact_email, contact_phone=contact_phone, expected=people, language=letter.language,
                actor=actor, at=at,
            )  # fmt: skip
        told = opened is not None and session.scalar(
            select(OutgoingMail.id).where(
                OutgoingMail.deed_key.startswith(f"delegation:{opened.id}:"), OutgoingMail.created_at == at
            )
        )
        if not told and said(letter.reply) != before:
            mail_reply_received(letter, delegation=opened, at=at)
        return opened


def open_answered_delegations(*, actor: Actor, at: datetime) -> int:
    """Open the delegations of heads whose answer came by telephone or on paper; returns how many."""
    count = 0
    for letter in answered_without_delegation():
        reply = letter.reply
        if reply is None:
            continue
        open_delegation(
            conference=letter.conference, municipality=letter.municipality, letter=letter,
            contact_name=reply.contact_name, contact_email=reply.contact_email, contact_phone=reply.contact_phone,
            expected=reply.people, language=letter.language, actor=actor, at=at,
        )  # fmt: skip
        count += 1
    return count


_SETTABLE = frozenset({
    "places_on_site", "places_video", "registration_open", "approval_needed", "registration_opens_at",
    "registration_closes_at", "offer_hours", "participants_public",
})  # fmt: skip


def set_registration(*, conference: Conference, changes: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Set places (None: no limit), open or close registration, at once or by date; free places go to those who wait.
    ``participants_public`` puts the list of those who agreed to it on the public page, or takes it away.

    Opened at once, dates that say otherwise are taken away. Without ``offer_hours`` places that were offered are taken.

    :raises Refusal: when fewer than 0 places are wished (fewer than are taken is allowed: nobody loses a place), or
        registration would close before it opens.
    """
    for name in ("places_on_site", "places_video"):
        if (changes.get(name) or 0) < 0:
            raise Refusal(_l("The number of places cannot be below 0."), field=name)
    opens, closes = changes.get("registration_opens_at"), changes.get("registration_closes_at")
    if opens and closes and closes <= opens:
        raise Refusal(_l("Registration would close before it opens."), field="registration_closes_at")
    if changes.get("offer_hours") is not None and not 1 <= changes["offer_hours"] <= 720:
        raise Refusal(_l("Please give a number of hours from 1 to 720, or leave it empty."), field="offer_hours")
    with transaction() as session:
        lock(conference)
        if changes.get("registration_open") and not any(name.startswith("registration_") and name.endswith("_at")
                                                        for name in changes):  # fmt: skip
            changes = {**changes, **_dates_in_the_way(conference, at)}
        changed = sorted(name for name in _SETTABLE & set(changes) if getattr(conference, name) != changes[name])
        for name in changed:
            setattr(conference, name, changes[name])
        if changed:
            conference.updated_at = at
            session.flush()
            record(deed="delegations.set_registration", subject=conference, actor=actor, at=at,
                   conference_id=conference.id,
                   details={name: _plain(changes[name]) for name in changed})  # fmt: skip
        if "offer_hours" in changed and conference.offer_hours is None:
            take_what_is_offered(conference=conference, actor=actor, at=at)
        grant_waiting(conference=conference, actor=actor, at=at)


def _dates_in_the_way(conference: Conference, at: datetime) -> dict[str, None]:
    """What keeps registration closed though it is switched on."""
    found: dict[str, None] = {}
    if conference.registration_opens_at is not None and conference.registration_opens_at > at:
        found["registration_opens_at"] = None
    if conference.registration_closes_at is not None and conference.registration_closes_at <= at:
        found["registration_closes_at"] = None
    return found


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
