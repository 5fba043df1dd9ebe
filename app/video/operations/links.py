"""Replacing a join link that somebody else has seen."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from app.database import db, lock, transaction
from app.delegations.models import Delegate
from app.delegations.operations.mails import mail_facts, salutation
from app.delegations.queries import join_link, personal_link
from app.delegations.rules import usable_address
from app.history.operations import record
from app.history.rules import Actor
from app.mail_texts import absolute, write_mail
from app.mailroom.operations import queue_mail
from app.programme.queries.guests import PartGuest
from app.programme.rules.addressing import greeting


def replace_join_link(*, delegate: Delegate, tell: bool, actor: Actor, at: datetime) -> bool:
    """Give somebody a new join link; the old one, and those of their doubles, open nothing from now on.

    :param tell: send them the new one, when they have an address.
    :returns: whether a mail was queued.
    """
    with transaction() as unit:
        lock(delegate)
        delegate.join_token, delegate.updated_at = secrets.token_urlsafe(24), at
        for double in _doubles(delegate):
            double.join_token, double.updated_at = secrets.token_urlsafe(24), at
        unit.flush()
        told = tell and usable_address(delegate.email)
        if told:
            _queue(delegate, at)
        record(deed="video.replace_join_link", subject=delegate, actor=actor, at=at, details={"told": told})
    return told


def replace_guest_link(*, guest: PartGuest, tell: bool, actor: Actor, at: datetime) -> bool:
    """Give a guest new links for all of their parts; the old ones open nothing from now on, neither rooms nor answers.

    :param tell: send them the new one, when they have an address.
    :returns: whether a mail was queued.
    """
    with transaction():
        for part in (*guest.parts, *guest.declined):
            lock(part)
            part.token = secrets.token_urlsafe(24)
        told = tell and bool(guest.email)
        conference, link = guest.parts[0].session.conference, absolute(f"/join/{guest.parts[0].token}")
        if told:
            mail = write_mail(
                "join_link", guest.language, person=greeting(guest.name, guest.language, latin=guest.name_latin),
                join=link, **mail_facts(conference, guest.language),
            )  # fmt: skip
            queue_mail(
                kind="join_link", to=[guest.email], language=guest.language, mail=mail, at=at,
                conference_id=conference.id, reply_to=conference.contact_email,
            )  # fmt: skip
        record(
            deed="video.replace_join_link", subject=guest.parts[0], actor=actor, at=at, conference_id=conference.id,
            details={"told": told},
        )  # fmt: skip
    return told


def _doubles(delegate: Delegate) -> list[Delegate]:
    """Rows that became this one, those that became them too: their links lead here."""
    found: list[Delegate] = []
    ids = {delegate.id}
    while ids:
        rows = db.session.scalars(select(Delegate).where(Delegate.merged_into_id.in_(ids))).all()
        ids = {row.id for row in rows} - {row.id for row in found}
        found += [row for row in rows if row.id in ids]
    return found


def _queue(delegate: Delegate, at: datetime) -> None:
    conference = delegate.conference
    mail = write_mail(
        "join_link", delegate.language, delegate=delegate, person=salutation(delegate), join=join_link(delegate),
        link=personal_link(delegate), **mail_facts(conference, delegate.language),
    )  # fmt: skip
    queue_mail(
        kind="join_link", to=[delegate.email], language=delegate.language, mail=mail, at=at,
        conference_id=conference.id, reply_to=conference.contact_email,
    )  # fmt: skip
