"""What a switch does to sign-ups for sessions: for its preview, and for the deed that does it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import seats_of
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE
from app.format_switch.queries.past import history
from app.format_switch.rules import PersonChange, Scope, ScopeKind, SessionChange
from app.format_switch.rules.sign_ups import SignUpChange, SignUpRow, Unsettled, of_session
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.rules import SessionKind, held_as

_SOME = 5000
_TOLD_OF = re.compile(r"switch-\d+-session-(\d+)-(\d+)")
_NOT_GONE = frozenset({MailState.HELD, MailState.WAITING, MailState.FAILED})


@dataclass(frozen=True)
class _Formed:
    kind: SessionKind
    format: ConferenceFormat | None


def unsettled(conference: Conference) -> Unsettled:
    """What earlier switches did to sign-ups and did not give back."""
    found = Unsettled()
    for deed in history(conference):
        found.take((SignUpChange.of(kept) for kept in deed.changes.get("sign_ups", ())), deed.at)
    return found


def _standings(ids: Collection[int]) -> dict[int, tuple[Attendance, bool]]:
    found, wanted = {}, sorted(ids)
    for start in range(0, len(wanted), _SOME):
        for row in db.session.execute(
            select(Delegate.id, Delegate.attendance, Delegate.accreditation).where(
                Delegate.id.in_(wanted[start : start + _SOME])
            )
        ):
            found[row.id] = (row.attendance, row.accreditation in HOLDS_A_PLACE)
    return found


def _rows(session_ids: Sequence[int], moved: dict[int, tuple[Attendance, bool]]) -> dict[int, list[SignUpRow]]:
    found: dict[int, list[SignUpRow]] = {}
    for row in db.session.execute(
        select(
            SessionSignUp.id, SessionSignUp.session_id, SessionSignUp.delegate_id, SessionSignUp.standing,
            SessionSignUp.at, Delegate.attendance, Delegate.accreditation,
        )
        .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
        .where(SessionSignUp.session_id.in_(session_ids))
    ):  # fmt: skip
        attendance, holds = moved.get(row.delegate_id, (row.attendance, row.accreditation in HOLDS_A_PLACE))
        one = SignUpRow(row.id, row.delegate_id, row.standing, attendance, holds, row.at)
        found.setdefault(row.session_id, []).append(one)
    return found


def _looked_at(
    conference: Conference, scope: Scope, sessions: Sequence[SessionChange], before: Unsettled, at: datetime | None
) -> Sequence[Any]:  # fmt: skip
    """The sessions with sign-ups, now or once, that have not begun."""
    question = select(
        ProgrammeSession.id, ProgrammeSession.kind, ProgrammeSession.format, ProgrammeSession.cancelled,
        ProgrammeSession.starts_at, ProgrammeSession.places, ProgrammeSession.capacity, ProgrammeSession.sign_up,
    ).where(
        ProgrammeSession.conference_id == conference.id,
        or_(
            ProgrammeSession.id.in_(select(SessionSignUp.session_id)),
            ProgrammeSession.id.in_(sorted({session_id for session_id, _ in before.withdrawn})),
        ),
    ).order_by(ProgrammeSession.id)  # fmt: skip
    if scope.kind in {ScopeKind.DAY, ScopeKind.SESSION}:
        question = question.where(ProgrammeSession.id.in_([change.session_id for change in sessions]))
    rows = db.session.execute(question).all()
    return [row for row in rows if at is None or row.starts_at is None or row.starts_at > at]


def sign_up_changes(
    conference: Conference,
    to: ConferenceFormat,
    scope: Scope,
    sessions: Sequence[SessionChange],
    people: Sequence[PersonChange],
    *,
    at: datetime | None,
) -> list[SignUpChange]:
    """What becomes of every sign-up, by session and in the order of the lines. At most four queries more.

    :param at: when it would be done: what has begun by then stays as it was.
    """
    before = unsettled(conference)
    asked = _looked_at(conference, scope, sessions, before, at)
    if not asked:
        return []
    moved = {
        change.delegate_id: (change.after.attendance, change.after.accreditation in HOLDS_A_PLACE) for change in people
    }
    rows = _rows([row.id for row in asked], moved)
    away = _standings({delegate_id for _, delegate_id in before.withdrawn}) | {
        number: moved[number] for _, number in before.withdrawn if number in moved
    }
    ids = [one.sign_up_id for one in before.withdrawn.values()]
    taken = set(db.session.scalars(select(SessionSignUp.id).where(SessionSignUp.id.in_(ids)))) if ids else set()
    after_format = to if scope.kind is ScopeKind.WHOLE else conference.format
    by_id, found = {change.session_id: change for change in sessions}, []
    for row in asked:
        change = by_id.get(row.id)
        own, off = (change.then.format, change.then.cancelled) if change else (row.format, row.cancelled)
        held = held_as(_Formed(row.kind, own), after_format)
        found += of_session(
            row.id, rows.get(row.id, ()), before, seats_of(places=row.places, capacity=row.capacity, held=held),
            held=held, is_open=row.sign_up and not off, cancelled=off, people=away, taken_ids=taken,
        )  # fmt: skip
    return found


def unheard_mails(conference: Conference) -> dict[tuple[int, int], OutgoingMail]:
    """The last mails of switches about a session that did not reach their reader, by session and delegate. One query.

    Of what never reached them they need not be told that it is undone.
    """
    last: dict[tuple[int, int], OutgoingMail] = {}
    for mail in db.session.scalars(
        select(OutgoingMail)
        .where(OutgoingMail.conference_id == conference.id, OutgoingMail.deed_key.like("switch-%-session-%"))
        .order_by(OutgoingMail.id)
    ):
        found = _TOLD_OF.fullmatch(mail.deed_key or "")
        if found is not None:
            last[int(found[1]), int(found[2])] = mail
    return {pair: mail for pair, mail in last.items() if mail.state in _NOT_GONE}
