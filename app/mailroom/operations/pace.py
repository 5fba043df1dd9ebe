"""No more mails in a minute than the settings allow, counted over all senders of the house."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.database import db, lock, transaction
from app.mailroom.models import MailPace

_ROW = 1
_LONGEST = timedelta(minutes=1)  # a turn further away comes of a clock that was set back


def take_turn(*, per_minute: int) -> float:
    """Take the turn to send one mail now: 0.0; or how many seconds it is until the next turn.

    Turns lie evenly apart, so that in no minute more than ``per_minute`` go.
    """
    with transaction():
        row = _pace()
        moment = now()
        apart = timedelta(minutes=1) / per_minute
        if moment < row.next_at <= moment + max(apart, _LONGEST):
            return max(0.01, (row.next_at - moment).total_seconds())
        row.next_at = moment + apart
    return 0.0


def _pace() -> MailPace:
    found = db.session.get(MailPace, _ROW)
    if found is None:
        try:
            with db.session.begin_nested():
                found = MailPace(id=_ROW, next_at=now())
                db.session.add(found)
        except IntegrityError:  # another sender was first
            found = db.session.get_one(MailPace, _ROW)
    return lock(found)
