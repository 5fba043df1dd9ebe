"""Noting that somebody has arrived, and taking it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete

from app.checkin.models import CheckIn
from app.checkin.queries import holder_of, outside_its_days, standing_of, withdrawn
from app.checkin.rules import LONGEST_REASON, How, readings, why_not
from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.conferences.rules import days_of
from app.conferences.taking_part import comes, has_hall
from app.database import lock, transaction
from app.delegations.models import Delegate, WithdrawnCode
from app.delegations.rules.badge_codes import WhyWithdrawn
from app.errors import Message, Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import date_time


@dataclass(frozen=True)
class Arrival:
    """Somebody is in; ``fresh`` is false when that was noted before, and nothing was done now."""

    check_in: CheckIn
    fresh: bool


class TurnedAway(Refusal):
    """Somebody is not let in; ``delegate`` is who, where that is known."""

    def __init__(self, message: Message, delegate: Delegate | None = None) -> None:
        super().__init__(message, field="said")
        self.delegate = delegate


def check_in(
    *, conference: Conference, delegate: Delegate, actor: Actor, at: datetime, how: How = How.BY_NAME
) -> Arrival:  # fmt: skip
    """Note that somebody has arrived. Said twice, or at two desks at once, it is noted once.

    Noted before the conference it proves nothing, so on one of its days it is taken back and noted anew.

    :raises TurnedAway: when they belong to another conference, have no place or are not expected on site.
    """
    with transaction() as session:
        lock(delegate)
        if delegate.conference_id != conference.id:
            title = conference_title(delegate.conference)
            raise TurnedAway(_("This badge is of another conference: %(conference)s.", conference=title))
        expected = comes(delegate.attendance, conference.format)
        refused = why_not(delegate.accreditation, comes=expected, has_hall=has_hall(conference.format))
        if refused is not None:
            raise TurnedAway(refused, delegate)
        known = standing_of([delegate]).get(delegate.id)
        if known is not None:
            first, behind = days_of(conference.starts_on, conference.ends_on, conference.timezone)
            if known.at >= first or not first <= at < behind:
                return Arrival(known, fresh=False)
            undo_check_in(
                check_in=known, reason=_("Checked in again on a day of the conference."), actor=actor, at=at
            )  # fmt: skip
            session.flush()
        row = CheckIn(conference_id=conference.id, delegate_id=delegate.id, at=at, by=actor.label[:254], how=how)
        session.add(row)
        session.flush()
        record(
            deed="checkin.check_in", subject=delegate, actor=actor, at=at, conference_id=conference.id,
            details={"how": how.value},
        )  # fmt: skip
    return Arrival(row, fresh=True)


def check_in_by_code(*, conference: Conference, code: str, actor: Actor, at: datetime) -> Arrival:
    """Note that whoever wears the badge with this code has arrived. The code is what a scanner typed, in any layout.

    :raises TurnedAway: when nobody has the code, when it was withdrawn, and as :func:`check_in`.
    """
    codes = readings(code)
    delegate = holder_of(codes)
    if delegate is not None:
        return check_in(conference=conference, delegate=delegate, actor=actor, at=at, how=How.SCANNED)
    old = withdrawn(codes)
    if old is None or old.delegate.conference_id != conference.id:
        raise TurnedAway(
            _("Nobody has this code: it is not of a badge of ours, or was not read whole. Please look for the name.")
        )
    when = date_time(old.withdrawn_at, conference.timezone)
    said = {
        WhyWithdrawn.LOST: _("This badge was withdrawn as lost on %(when)s, when a new one was printed. Only the new "
                             "one is valid.", when=when),
        WhyWithdrawn.DOUBLE: _("This badge was withdrawn on %(when)s: the person had been entered twice. The other "
                               "badge is valid.", when=when),
        WhyWithdrawn.PASSED_ON: _("This badge was withdrawn on %(when)s: the place was passed on to somebody else.",
                                  when=when),
    }  # fmt: skip
    raise TurnedAway(said[old.why], old.delegate)


def undo_check_in(*, check_in: CheckIn, reason: str, actor: Actor, at: datetime) -> bool:
    """Take a check-in back; returns whether that was still to be done. It stays in the record, with the reason.

    :raises Refusal: without a reason.
    """
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise Refusal(_("Please say why it is taken back."), field="reason")
    with transaction():
        lock(check_in)
        if check_in.undone_at is not None:
            return False
        check_in.undone_at, check_in.undone_by, check_in.undo_reason = at, actor.label[:254], why
        record(
            deed="checkin.undo", subject=check_in.delegate, actor=actor, at=at, conference_id=check_in.conference_id,
            details={"reason": why},
        )  # fmt: skip
    return True


def undo_outside_days(*, conference: Conference, reason: str, actor: Actor, at: datetime) -> int:
    """Take back all check-ins before the conference and behind it, such as those by which the desk was tried out;
    returns how many.

    :raises Refusal: without a reason.
    """
    with transaction():
        lock(conference)
        return sum(
            undo_check_in(check_in=row, reason=reason, actor=actor, at=at) for row in outside_its_days(conference)
        )  # fmt: skip


def forget_check_ins(delegate_ids: Collection[int]) -> int:
    """Erase when people arrived and which codes their badges had, within the caller's transaction; returns how many
    check-ins there were."""
    ids = sorted(delegate_ids)
    count = 0
    with transaction() as session:
        for start in range(0, len(ids), 5000):
            some = ids[start : start + 5000]
            session.execute(delete(WithdrawnCode).where(WithdrawnCode.delegate_id.in_(some)))
            gone = session.execute(delete(CheckIn).where(CheckIn.delegate_id.in_(some)))
            count += gone.rowcount  # type: ignore[attr-defined]  # the result of a delete has it
    return count
