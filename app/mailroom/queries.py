"""Looking into the mailroom."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import load_only

from app.database import db
from app.errors import Refusal
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState


def counts(conference_id: int | None = None) -> dict[MailState, int]:
    """How many mails stand in each state; of one conference, or of all."""
    question = select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)
    if conference_id is not None:
        question = question.where(OutgoingMail.conference_id == conference_id)
    found = dict(iter(db.session.execute(question)))
    return {state: found.get(state, 0) for state in MailState}


def page_of_mails(*, state: MailState | None, kind: str, offset: int, limit: int) -> tuple[Sequence[OutgoingMail], int]:
    """One page of mails, newest first, and how many there are in all."""
    question = select(OutgoingMail)
    if state is not None:
        question = question.where(OutgoingMail.state == state)
    if kind:
        question = question.where(OutgoingMail.kind == kind)
    total = db.session.scalar(select(func.count()).select_from(question.subquery())) or 0
    rows = db.session.scalars(question.order_by(OutgoingMail.id.desc()).offset(offset).limit(limit)).all()
    return rows, total


def all_mails() -> Sequence[OutgoingMail]:
    """Every mail, in the order in which it came."""
    return db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()


def not_begun(conference_id: int, kind: str) -> tuple[ColumnElement[bool], ...]:
    """The condition for mails of one kind of a conference that are held or wait."""
    return (
        OutgoingMail.conference_id == conference_id,
        OutgoingMail.kind == kind,
        OutgoingMail.state.in_((MailState.HELD, MailState.WAITING)),
    )


def how_many_not_begun(conference_id: int, kind: str) -> int:
    """How many mails of one kind of a conference are held or wait."""
    return db.session.scalar(select(func.count()).where(*not_begun(conference_id, kind))) or 0


def on_their_way(conference_id: int) -> Sequence[OutgoingMail]:
    """Mails of a conference that have left, or are about to: their key, recipients and calendar only."""
    leaving = (MailState.WAITING, MailState.SENDING, MailState.UNCERTAIN, MailState.SENT)
    return db.session.scalars(
        select(OutgoingMail)
        .options(load_only(OutgoingMail.deed_key, OutgoingMail.kind, OutgoingMail.to, OutgoingMail.calendar_method))
        .where(OutgoingMail.conference_id == conference_id, OutgoingMail.state.in_(leaving))
    ).all()


def mail_of(mail_id: int) -> OutgoingMail:
    """One mail.

    :raises Refusal: when there is none of this number.
    """
    found = db.session.get(OutgoingMail, mail_id)
    if found is None:
        raise Refusal(_l("There is no mail %(number)s.", number=mail_id))
    return found


def can_send() -> bool:
    """Whether a mail server is set; without one mail waits, and the pages say so."""
    return current_app.config["SETTINGS"].smtp is not None
