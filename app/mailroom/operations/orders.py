"""Mails written a moment after their deed: the deed only orders them, so that a crowd at the door need not wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select

from app.database import db, transaction, write_later
from app.mail_texts import MailText
from app.mailroom.models import MailOrder
from app.mailroom.operations.queue import MailFile, queue_mail

log = logging.getLogger("ratusha.mail")

# In the background orders are left alone until nobody has ordered for so long; but none waits longer than so long.
CALM: Final = timedelta(seconds=1)
PATIENCE: Final = timedelta(seconds=10)
# Written before they are put into the mailroom together: the shorter, the less others wait to write.
_TOGETHER: Final = 10
_ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Draft:
    """All a mail consists of, as :func:`app.mailroom.operations.queue_mail` takes it."""

    kind: str
    to: Sequence[str]
    language: str
    mail: MailText
    conference_id: int | None = None
    files: Sequence[MailFile] = ()
    calendar: str = ""
    calendar_method: str = ""
    reply_to: str = ""


# Reads what is true now about the subject of an order; None: there is nobody to write to any more.
Writer = Callable[[int, datetime], Draft | None]
_WRITERS: dict[str, Writer] = {}


def mail_writer(name: str) -> Callable[[Writer], Writer]:
    """Register ``function(subject_id, at)``, which reads and changes nothing, as the writer of orders of this name."""

    def register(function: Writer) -> Writer:
        _WRITERS[name] = function
        return function

    return register


_NEW_ORDER = insert(MailOrder.metadata.tables[MailOrder.__tablename__]).inline()


def order_mail(*, writer: str, subject_id: int, deed_key: str, conference_id: int | None, at: datetime) -> None:
    """Have a mail written soon, when the transaction of the deed that causes it stands."""
    if writer not in _WRITERS:
        raise RuntimeError(f"nobody writes {writer}")
    with transaction():
        write_later(
            _NEW_ORDER,
            {"writer": writer, "subject_id": subject_id, "deed_key": deed_key, "conference_id": conference_id,
             "attempts": 0, "created_at": at},
        )  # fmt: skip


def drop_orders(*, writer: str, subject_ids: Sequence[int]) -> None:
    """Let nothing be written any more about these, in the transaction of the deed."""
    with transaction() as session:
        for start in range(0, len(subject_ids), 5000):
            some = subject_ids[start : start + 5000]
            session.execute(delete(MailOrder).where(MailOrder.writer == writer, MailOrder.subject_id.in_(some)))


def ordered_mails(conference_id: int | None = None) -> int:
    """How many mails are still to be written."""
    question = select(func.count()).select_from(MailOrder)
    if conference_id is not None:
        question = question.where(MailOrder.conference_id == conference_id)
    return db.session.scalar(question) or 0


def is_time(at: datetime) -> bool:
    """Whether the orders may be written without being in the way of people at the door."""
    first, last = db.session.execute(select(func.min(MailOrder.created_at), func.max(MailOrder.created_at))).one()
    return first is not None and (at - last >= CALM or at - first >= PATIENCE)


def write_ordered(*, at: datetime, deed_key: str | None = None, stop: threading.Event | None = None) -> int:
    """Write what was ordered and put it into the mailroom; returns how many mails that were.

    An order that cannot be written is tried again with the next call, five times.

    :param deed_key: only this one.
    """
    written, after = 0, 0
    while stop is None or not stop.is_set():
        question = (
            select(MailOrder.id, MailOrder.writer, MailOrder.subject_id)
            .where(MailOrder.id > after, MailOrder.attempts < _ATTEMPTS)
            .order_by(MailOrder.id)
            .limit(_TOGETHER)
        )
        if deed_key is not None:
            question = question.where(MailOrder.deed_key == deed_key)
        orders = db.session.execute(question).all()
        if not orders:
            break
        after = orders[-1].id
        drafts: dict[int, Draft | None] = {}
        for order in orders:
            try:
                drafts[order.id] = _WRITERS[order.writer](order.subject_id, at)
            except Exception as reason:
                if deed_key is None:
                    db.session.rollback()
                log.error("a mail could not be written", exc_info=reason, extra={"order": order.id})
        written += _put(drafts, [order.id for order in orders])
    return written


def _put(drafts: dict[int, Draft | None], asked: Sequence[int]) -> int:
    """Queue the drafts of the orders that are still there, and let these go."""
    written = 0
    with transaction() as session:
        kept = session.scalars(
            select(MailOrder).where(MailOrder.id.in_(asked)).order_by(MailOrder.id).with_for_update(skip_locked=True)
        ).all()
        for order in kept:
            if order.id not in drafts:
                order.attempts += 1
                continue
            draft = drafts[order.id]
            if draft is not None:
                queue_mail(
                    kind=draft.kind, to=draft.to, language=draft.language, mail=draft.mail, at=order.created_at,
                    conference_id=draft.conference_id, deed_key=order.deed_key, files=draft.files,
                    calendar=draft.calendar, calendar_method=draft.calendar_method, reply_to=draft.reply_to,
                )  # fmt: skip
                written += 1
            session.execute(delete(MailOrder).where(MailOrder.id == order.id))
    return written
