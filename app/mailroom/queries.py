"""Looking into the mailroom."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import func, select

from app.database import db
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


def can_send() -> bool:
    """Whether a mail server is set; without one mail waits, and the pages say so."""
    return current_app.config["SETTINGS"].smtp is not None
