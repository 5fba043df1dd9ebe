"""Places that become free go to those who wait, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import db, lock, transaction
from app.delegations.models import Delegate, DelegateChange
from app.delegations.operations.mails import mail_changed
from app.delegations.operations.places_told import Stood, tell_of_places, untold
from app.delegations.queries import places, waiting_line, wish_of
from app.delegations.queries.places import Counted
from app.delegations.queries.ways_in import approval_for, end_of_offer, left_by_role, offers_due, rules_of
from app.delegations.rules import HOLDS_A_PLACE, Accreditation
from app.delegations.rules.lines import InLine, Room, by_line, given
from app.delegations.rules.ways_in import Rule, role_of
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor

_LITTLE = timedelta(minutes=5)  # an offer that is put off is not written anew every minute
_KINDS = {"on_site": Attendance.ON_SITE, "video": Attendance.VIDEO}


def place_is_free(
    conference: Conference,
    attendance: Attendance,
    role: str = "member",
    rules: Mapping[str, Rule] | None = None,
    counted: Counted | None = None,
) -> bool:
    """Whether a newcomer of ``role`` gets a place: one is left, also for the role, and nobody waits who could have it.

    Ask under the conference's lock.
    """
    name = next(key for key, value in _KINDS.items() if value is attendance)
    now = places(conference, counted)[name]
    capacity, taken, waiting = now["capacity"], now["taken"] or 0, now["waiting"] or 0
    left = left_by_role(conference, attendance, rules_of(conference) if rules is None else rules)
    if left.get(role_of(role), 1) < 1:
        return False
    if capacity is None:
        return True
    if taken >= capacity:
        return False
    if not waiting:
        return True
    return bool(left) and all(left.get(role_of(row.role), 1) < 1 for row in waiting_line(conference, attendance))


def grant_waiting(*, conference: Conference, actor: Actor, at: datetime) -> list[Delegate]:
    """Give every free place to the first who waits for it and whose role has one left, and mail them.

    Where the conference keeps places for a while (``offer_hours``), the place is offered and they say whether they take
    it; else it is theirs at once. Where registrations need approval, the person stands as applied then.
    """
    with transaction():
        lock(conference)
        now, rules = places(conference), rules_of(conference)
        if not any(one["waiting"] for one in now.values()):
            return []
        lines = {
            row.id: (row, way)
            for way in _KINDS.values() for row in waiting_line(conference, way) if row.offered_until is None
        }  # fmt: skip
        waiting = [
            InLine(row.id, way, role_of(row.role), keeps=row.accreditation in HOLDS_A_PLACE)
            for row, way in sorted(lines.values(), key=lambda pair: by_line(pair[0].waitlisted_at, pair[0].id))
        ]
        rooms = {
            way: Room(_left(now[name]), left_by_role(conference, way, rules)) for name, way in _KINDS.items()
        }  # fmt: skip
        found = given(waiting, rooms, offers=conference.offer_hours is not None)
        people = [lines[one.id][0] for one in found]
        stood = [Stood.of(delegate) for delegate in people]
        for delegate in people:
            _give(delegate, rules, actor=actor, at=at)
        tell_of_places(conference, list(zip(people, stood, strict=True)), at=at)
    return people


def _left(counted: Mapping[str, int | None]) -> int | None:
    capacity = counted["capacity"]
    return None if capacity is None else capacity - (counted["taken"] or 0)


def _give(delegate: Delegate, rules: Mapping[str, Rule], *, actor: Actor, at: datetime) -> None:
    """Offer the place, or let it be theirs."""
    hours = delegate.conference.offer_hours
    delegate.updated_at = at
    if hours is not None:
        delegate.offered_until = end_of_offer(at, hours)
        record(deed="delegations.offer_place", subject=delegate, actor=actor, at=at)
        _flush()
        return
    _take(delegate, rules, actor=actor, at=at)
    record(deed="delegations.grant_from_waiting_list", subject=delegate, actor=actor, at=at,
           details={"to": delegate.accreditation.value})  # fmt: skip


def _take(delegate: Delegate, rules: Mapping[str, Rule], *, actor: Actor, at: datetime) -> None:
    """The place is theirs; one they had of the other way is free from now on."""
    wish, before = wish_of(delegate), delegate.attendance
    if wish is None:
        delegate.accreditation = _standing(delegate, rules)
    else:
        delegate.attendance = wish
        with transaction() as session:
            session.add(
                DelegateChange(delegate_id=delegate.id, field="attendance", before=before.value, after=wish.value,
                               actor_kind=actor.kind, at=at)
            )  # fmt: skip
    forget_wish(delegate)
    _flush()


def forget_wish(delegate: Delegate) -> None:
    """They wait for nothing any more."""
    delegate.wished, delegate.waitlisted_at, delegate.offered_until = None, None, None


def give_up_wish(*, delegate: Delegate, actor: Actor, at: datetime) -> None:
    """They stay with the place they have; one that was kept for them goes to the next. Twice is harmless."""
    with transaction():
        lock(delegate.conference)
        lock(delegate)
        if wish_of(delegate) is None:
            return
        forget_wish(delegate)
        delegate.updated_at = at
        _flush()
        record(deed="delegations.give_up_wish", subject=delegate, actor=actor, at=at)
        grant_waiting(conference=delegate.conference, actor=actor, at=at)


def _flush() -> None:
    with transaction() as session:
        session.flush()


def _standing(delegate: Delegate, rules: Mapping[str, Rule]) -> Accreditation:
    by_hand = approval_for(delegate.conference, delegate.role, rules)
    return Accreditation.APPLIED if by_hand else Accreditation.GRANTED


def accept_offer(*, delegate: Delegate, actor: Actor, at: datetime) -> None:
    """Take the place that was kept. Taking it twice is harmless.

    Who had a place of the other way leaves it: it goes to the next who waits for such a one.

    :raises Refusal: when no place is kept any more.
    """
    with transaction():
        lock(delegate.conference)
        lock(delegate)
        wish = wish_of(delegate)
        if delegate.accreditation in HOLDS_A_PLACE and wish is None:
            return
        over = delegate.offered_until is None or delegate.offered_until <= at
        if over or (wish is not None and _is_crowded(delegate.conference, wish)):
            raise Refusal(_l("The time to take this place is over; it went to the next person on the waiting list."))
        stood = Stood.of(delegate)
        _take(delegate, rules_of(delegate.conference), actor=actor, at=at)
        delegate.updated_at = at
        _flush()
        record(deed="delegations.accept_offer", subject=delegate, actor=actor, at=at,
               details={"to": delegate.accreditation.value})  # fmt: skip
        tell_of_places(delegate.conference, [(delegate, stood)], at=at)
        if wish is not None:
            grant_waiting(conference=delegate.conference, actor=actor, at=at)


def _is_crowded(conference: Conference, way: Attendance) -> bool:
    """Whether more places are taken than there are, those kept for somebody counted: a switch may bring people back."""
    now = places(conference)[next(name for name, kind in _KINDS.items() if kind is way)]
    return now["capacity"] is not None and (now["taken"] or 0) > now["capacity"]


def end_offers(*, actor: Actor, at: datetime) -> int:
    """Places nobody took in time go to the next; who let the time pass stands at the end of the line, and is told."""
    _keep_untold(at)
    count = 0
    for row in offers_due(at):
        with transaction():
            lock(row.conference)
            lock(row)
            waits = row.accreditation is Accreditation.WAITLISTED or wish_of(row) is not None
            if row.offered_until is None or row.offered_until > at or not waits:
                continue
            row.offered_until, row.waitlisted_at, row.updated_at = None, at, at
            _flush()
            record(deed="delegations.end_offer", subject=row, actor=actor, at=at)
            mail_changed(row, what="offer_over", at=at)
            grant_waiting(conference=row.conference, actor=actor, at=at)
            count += 1
    return count


def _keep_untold(at: datetime) -> None:
    """The time of an offer begins when its mail may leave: while that is held it is put off."""
    offering = select(Delegate.conference_id).where(Delegate.offered_until.is_not(None))
    for conference in db.session.scalars(select(Conference).where(Conference.id.in_(offering))).all():
        ids = {number for find in untold.values() for number in find(conference)}
        if not ids or conference.offer_hours is None:
            continue
        until = end_of_offer(at, conference.offer_hours)
        with transaction():
            lock(conference)
            for row in db.session.scalars(
                select(Delegate).where(
                    Delegate.conference_id == conference.id, Delegate.offered_until < until - _LITTLE
                )
            ).all():  # fmt: skip
                if row.id in ids:
                    lock(row).offered_until = until
            _flush()


def take_what_is_offered(*, conference: Conference, actor: Actor, at: datetime) -> None:
    """Places are not offered any more but given: those that were offered are theirs."""
    with transaction():
        lock(conference)
        rules = rules_of(conference)
        for attendance in _KINDS.values():
            for row in waiting_line(conference, attendance):
                if row.offered_until is not None:
                    stood, row.offered_until = Stood.of(row), None
                    _give(row, rules, actor=actor, at=at)
                    tell_of_places(conference, [(row, stood)], at=at)
