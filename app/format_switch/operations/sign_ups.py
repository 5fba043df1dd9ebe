"""Settling sign-ups in the switch's own transaction, and telling those whom its mails do not reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select

from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import Delegate
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.past import MAIL
from app.format_switch.queries.sign_ups import unheard_mails
from app.format_switch.rules import SwitchPlan
from app.format_switch.rules.sign_ups import SignUpChange, SignUpOutcome
from app.history.operations import record
from app.history.rules import Actor
from app.mailroom.operations import withdraw
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.operations.sign_up_mails import News, mail_sign_up
from app.programme.operations.signing_up import change_standings
from app.programme.queries.sign_up import places_in_line, told_as
from app.programme.rules.settling import Settled

_NEWS: Mapping[SignUpOutcome, News] = {
    SignUpOutcome.WITHDRAWN: News.NOT_THERE,
    SignUpOutcome.GIVEN_BACK: News.GIVEN_BACK,
    SignUpOutcome.MOVES_UP: News.MOVED_UP,
    SignUpOutcome.BACK_IN_LINE: News.BACK_IN_LINE,
}


def settle_sign_ups(changes: Sequence[SignUpChange], *, actor: Actor, at: datetime) -> None:
    """Write what becomes of sign-ups: what is given back gets its old place in the line."""
    with transaction() as session:
        names: dict[int, int] = {}
        back = [change for change in changes if change.outcome is SignUpOutcome.GIVEN_BACK]
        rows = [
            {"id": one.sign_up_id, "session_id": one.session_id, "delegate_id": one.delegate_id,
             "standing": one.standing, "at": one.at}
            for one in back
            if one.sign_up_id > 0
        ]  # fmt: skip
        if rows:
            session.execute(insert(SessionSignUp), rows)
        for one in back:
            if one.sign_up_id < 0:  # another has its number meanwhile
                row = SessionSignUp(
                    session_id=one.session_id, delegate_id=one.delegate_id, standing=one.standing, at=one.at
                )
                session.add(row)
                session.flush()
                names[one.sign_up_id] = row.id

        def ids(outcome: SignUpOutcome) -> tuple[int, ...]:
            found = (change.sign_up_id for change in changes if change.outcome is outcome)
            return tuple(names.get(number, number) for number in found)

        change_standings(
            Settled(
                ids(SignUpOutcome.WITHDRAWN), ids(SignUpOutcome.BACK_IN_LINE), ids(SignUpOutcome.MOVES_UP)
            )
        )  # fmt: skip
        _take_down(changes, actor, at)
        session.expire_all()


def _take_down(changes: Sequence[SignUpChange], actor: Actor, at: datetime) -> None:
    """Who moves up has it in their history, as when somebody else left."""
    up = [change for change in changes if change.outcome is SignUpOutcome.MOVES_UP]
    if not up:
        return
    codes: dict[int, str] = dict(
        db.session.execute(
            select(ProgrammeSession.id, ProgrammeSession.code).where(
                ProgrammeSession.id.in_({change.session_id for change in up})
            )
        ).all()
    )
    for change in up:
        record(deed="programme.move_up", subject=db.session.get_one(Delegate, change.delegate_id), actor=actor, at=at,
               details={"code": codes[change.session_id]})  # fmt: skip


def tell_signed_up(
    *, conference: Conference, deed: FormatSwitch, plan: SwitchPlan, actor: Actor, at: datetime
) -> None:  # fmt: skip
    """Tell how they stand in a session those who get no mail of the switch, held like its mails.

    Nobody is told of what they had, lost and have again without having heard of it.
    """
    reached = {*plan.told, *plan.quiet}
    others = [change for change in plan.sign_ups if change.delegate_id not in reached]
    if not others:
        return
    silent = unheard_mails(conference)
    for mail in silent.values():
        if mail.state is not MailState.FAILED:
            withdraw(mail=mail, actor=actor, at=at)
    others = [change for change in others if (change.session_id, change.delegate_id) not in silent]
    ids = {change.session_id for change in others}
    sessions = {row.id: row for row in db.session.scalars(select(ProgrammeSession).where(ProgrammeSession.id.in_(ids)))}
    told = {number: told_as(row) for number, row in sessions.items()}
    lines = places_in_line(sorted(ids))
    last = {(change.session_id, change.delegate_id): change for change in others}
    for (session_id, delegate_id), change in last.items():
        delegate = db.session.get_one(Delegate, delegate_id)
        mail_sign_up(
            delegate, told[session_id], _NEWS[change.outcome], line=lines.get((session_id, delegate_id)), at=at,
            kind=MAIL,            held_as=f"switch-{deed.id}-session-{session_id}-{delegate_id}",
        )  # fmt: skip
