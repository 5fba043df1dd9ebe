"""The link of a started registration, mailed to whoever began it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.database import db, transaction
from app.delegations.models import Delegate, RegistrationDraft
from app.delegations.operations.mails import mail_facts
from app.delegations.queries.ways_in import draft_values
from app.delegations.rules import usable_address
from app.delegations.rules.ways_in import DRAFT_LIVES
from app.i18n import date_long, speaking
from app.mail_texts import absolute, write_mail
from app.mailroom.operations import queue_mail
from app.strongbox import Locked, open_values

MAIL_AFTER = timedelta(minutes=15)  # who sends the form by then needs no link
_A_MOMENT = timedelta(minutes=1)


def address_in(values: Mapping[str, Sequence[str]]) -> str:
    """The address typed, wherever it stands between spaces."""
    return next(iter(values.get("email", ())), "").strip()


def mail_started_form(*, draft: RegistrationDraft, at: datetime) -> bool:
    """Mail the link to the address typed, once; False when there is none any more. In the caller's transaction."""
    draft.mail_due_at = None
    address, known = address_in(draft_values(draft)), _link_of(draft)
    if not usable_address(address) or not known:
        return False
    language, conference = known["language"], draft.conference
    with speaking(language):
        until = date_long((at + DRAFT_LIVES).date())
    mail = write_mail(
        "started_form", language, until=until,
        link=absolute(f"/{language}/c/{conference.slug}/register/{known['token']}"), **mail_facts(conference, language),
    )  # fmt: skip
    queue_mail(
        kind="started_form", to=[address], language=language, mail=mail, at=at, conference_id=conference.id,
        reply_to=conference.contact_email,
    )  # fmt: skip
    draft.mailed_at, draft.link = at, ""
    return True


def _link_of(draft: RegistrationDraft) -> dict[str, Any]:
    try:
        return open_values(draft.link) if draft.link else {}
    except Locked:
        return {}


def mail_due_forms(*, at: datetime) -> int:
    """Mail everybody whose form was begun a while ago and not sent; returns how many were written to."""
    due = db.session.scalars(
        select(RegistrationDraft.id).where(RegistrationDraft.mail_due_at <= at).order_by(RegistrationDraft.id)
    ).all()
    count = 0
    for number in due:
        with transaction() as session:
            still = select(RegistrationDraft).where(
                RegistrationDraft.id == number, RegistrationDraft.mail_due_at <= at
            )  # fmt: skip
            row = session.scalar(still.with_for_update(of=RegistrationDraft))
            if row is None:  # sent or erased meanwhile
                continue
            if _registered_since(row):
                row.mail_due_at = None
            else:
                count += mail_started_form(draft=row, at=at)
    return count


def _registered_since(draft: RegistrationDraft) -> bool:
    """Whether somebody registered with the address: what was kept in the very moment of sending is no started form."""
    asked = select(Delegate.id).where(
        Delegate.conference_id == draft.conference_id, Delegate.created_at >= draft.created_at - _A_MOMENT,
        func.lower(Delegate.email) == address_in(draft_values(draft)).lower(),
    )  # fmt: skip
    return db.session.scalar(asked.limit(1)) is not None
