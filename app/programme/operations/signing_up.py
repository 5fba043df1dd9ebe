"""Signing up for sessions with places: nobody too many, the rest in line, free places to the first of it.

A deed holds the delegate first and then sessions in the order of their ids; what moves others up holds sessions only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

from app.database import db, lock, transaction
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import SYSTEM, Actor
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.operations.sign_up_mails import News, mail_sign_up
from app.programme.queries.sign_up import (
    is_closed,
    is_open,
    may_come,
    place_of,
    signed_up,
    told_as,
    unsettled,
)
from app.programme.rules import SignUpStanding, held_as
from app.programme.rules.settling import Settled, settled


def choose_sessions(
    *,
    delegate: Delegate,
    before: Collection[int],
    chosen: Collection[int],
    by_staff: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """Sign up for the sessions ``chosen`` and leave those of ``before`` that are not among them, all or nothing.

    Where no place is left the person waits in line. Sent twice it does nothing more.

    :param before: what was seen as the choice; what was chosen elsewhere meanwhile stays.
    :param by_staff: the staff do it for the person, who is told by mail; the date for changes does not bind them.
    :raises Refusal: when the time for changes is over, or a session is closed or not for them.
    """
    with transaction() as unit:
        lock(delegate)
        own = set(unit.scalars(select(SessionSignUp.session_id).where(SessionSignUp.delegate_id == delegate.id)))
        join, leave = set(chosen) - own, (set(before) & own) - set(chosen)
        if not join and not leave:
            return
        if join and delegate.accreditation not in HOLDS_A_PLACE:
            raise Refusal(_l("Sessions can be chosen by those who have a place at the conference."))
        if not by_staff and is_closed(delegate, at):
            raise Refusal(_l("The date until which this could be changed has passed. Please write to the organisers."))
        for number in sorted(join | leave):
            session = unit.get(ProgrammeSession, number)
            if session is None or session.conference_id != delegate.conference_id:
                raise Refusal(_l("This session does not belong to your conference."))
            lock(session)
            if number in leave:
                unit.execute(
                    delete(SessionSignUp).where(
                        SessionSignUp.session_id == number, SessionSignUp.delegate_id == delegate.id
                    )
                )
                record(deed="programme.leave_session", subject=delegate, actor=actor, at=at,
                       details={"code": session.code})  # fmt: skip
            else:
                _join(session, delegate, by_staff, actor, at)
            settle(session, at, newcomer=delegate.id)
            if by_staff:
                _tell(session, delegate, left=number in leave, at=at)


def _tell(session: ProgrammeSession, delegate: Delegate, *, left: bool, at: datetime) -> None:
    standing, line = (None, None) if left else place_of(session, delegate)
    news = {None: News.TAKEN_OFF, SignUpStanding.HAS_PLACE: News.SIGNED_UP, SignUpStanding.WAITING: News.IN_LINE}
    mail_sign_up(delegate, told_as(session), news[standing], line=line, at=at)


def _join(session: ProgrammeSession, delegate: Delegate, by_staff: bool, actor: Actor, at: datetime) -> None:
    if by_staff and not is_open(session, at):
        raise Refusal(_l("Nobody can be signed up for this session any more."))
    if by_staff and not may_come(delegate, session):
        raise Refusal(_l("The session takes place on the spot, and the person takes part by video."))
    if not is_open(session, at) or not may_come(delegate, session):
        raise Refusal(_l("One of the sessions cannot be chosen any more. Please look again."))
    # Whoever comes joins the end of the line; settling gives the place at once when one is left.
    db.session.execute(
        insert(SessionSignUp).values(
            session_id=session.id, delegate_id=delegate.id, standing=SignUpStanding.WAITING, at=at
        )
    )
    record(deed="programme.join_session", subject=delegate, actor=actor, at=at, details={"code": session.code})


def settle(session: ProgrammeSession, at: datetime, *, newcomer: int | None = None) -> int:
    """Under the session's lock: take out who may hold no place, move up who waits; returns how many got a place.

    Who moves up is told by mail, and it stands in their history; not so the ``newcomer``, who is looking on.
    """
    rows = signed_up([session.id]).get(session.id, [])
    held = held_as(session, session.conference.format)
    found = settled(rows, session.seats, held=held, is_open=is_open(session, at))
    change_standings(found)
    up = set(found.up)
    first = [row for row in rows if row.id in up]
    others = [row.delegate_id for row in first if row.delegate_id != newcomer]
    told = told_as(session) if others else None
    for number in others:
        delegate = db.session.get_one(Delegate, number)
        record(deed="programme.move_up", subject=delegate, actor=SYSTEM, at=at, details={"code": session.code})
        mail_sign_up(delegate, told, News.MOVED_UP, at=at)
    return len(first)


def change_standings(found: Settled) -> None:
    """Write what was settled, within the caller's transaction; a statement for each thing that becomes of sign-ups."""
    quietly = {"synchronize_session": False}
    for some in _parts(found.out):
        db.session.execute(delete(SessionSignUp).where(SessionSignUp.id.in_(some)).execution_options(**quietly))
    for ids, standing in ((found.back_in_line, SignUpStanding.WAITING), (found.up, SignUpStanding.HAS_PLACE)):
        for some in _parts(ids):
            db.session.execute(
                update(SessionSignUp)
                .where(SessionSignUp.id.in_(some))
                .values(standing=standing)
                .execution_options(**quietly)
            )


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + 5000] for start in range(0, len(ids), 5000)]


def settle_session(*, session: ProgrammeSession, at: datetime) -> int:
    """Give the free places of a session to those who wait, in their order; returns how many got one."""
    with transaction():
        lock(session)
        return settle(session, at)


def give_back_sessions(*, delegate_id: int, at: datetime) -> None:
    """Somebody does not come: their places go to those who wait; a double's go to the person it turned out to be."""
    numbers = db.session.scalars(
        select(SessionSignUp.session_id)
        .where(SessionSignUp.delegate_id == delegate_id)
        .order_by(SessionSignUp.session_id)
    ).all()
    for number in numbers:
        with transaction() as unit:
            heir = unit.get_one(Delegate, delegate_id).merged_into_id
            if heir is not None:
                lock(unit.get_one(Delegate, heir))
            session = lock(unit.get_one(ProgrammeSession, number))
            if heir is not None:
                _hand_over(session, delegate_id, heir)
            settle(session, at)


def _hand_over(session: ProgrammeSession, goes: int, stays: int) -> None:
    """The earlier of the two sign-ups is kept: it has the place, or stands before the other in line."""
    rows = db.session.execute(
        select(SessionSignUp.id, SessionSignUp.delegate_id)
        .where(SessionSignUp.session_id == session.id, SessionSignUp.delegate_id.in_([goes, stays]))
        .order_by(SessionSignUp.id)
    ).all()
    if not rows or rows[0].delegate_id == stays:
        return
    quietly = {"synchronize_session": False}
    for later in rows[1:]:
        db.session.execute(delete(SessionSignUp).where(SessionSignUp.id == later.id).execution_options(**quietly))
    db.session.execute(
        update(SessionSignUp)
        .where(SessionSignUp.id == rows[0].id)
        .values(delegate_id=stays)
        .execution_options(**quietly)
    )


def settle_sessions(*, at: datetime) -> int:
    """Look after every session where something may have changed elsewhere; returns how many people moved up."""
    return sum(settle_session(session=db.session.get_one(ProgrammeSession, number), at=at) for number in unsettled(at))


def forget_sign_ups(ids: Collection[int]) -> int:
    """Erase the sign-ups of people, within the caller's transaction; returns how many there were.

    Their places go to those who wait within the minute.
    """
    numbers = sorted(ids)
    count = 0
    for start in range(0, len(numbers), 5000):
        some = numbers[start : start + 5000]
        found = db.session.execute(delete(SessionSignUp).where(SessionSignUp.delegate_id.in_(some)))
        count += found.rowcount  # type: ignore[attr-defined]  # the result of a delete has it
    return count
