"""Who should be in which room: those with a part, those who signed up, and the delegations whose meeting it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app.conferences.taking_part import is_by_video_in_sql
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.models.precedence import by_precedence
from app.delegations.rules import Accreditation
from app.programme.models import ProgrammeSession, SessionParty, SessionPerson, SessionSignUp
from app.programme.rules import Confirmation, PersonRole, SignUpStanding
from app.programme.rules.whose import group_told


@dataclass
class Expected:
    """One person who should be in a session. ``guest``: they are no delegate and enter by the link of their part.

    Neither a delegate nor a guest is a delegate without a place, who has no way in.
    """

    name: str
    delegate: Delegate | None
    roles: list[PersonRole] = field(default_factory=list)
    guest: bool = False
    email: str = ""  # of a guest


def expected_in(session_ids: Collection[int], *, groups: Mapping[int, str] | None = None) -> dict[int, list[Expected]]:
    """By session, those with a part first, in the order of the programme; nobody twice. Three queries, or four.

    Sessions that are open to everybody name only those with a part.

    :param groups: the number of its working group, by session: those entered for it are expected, too.
    """
    found: dict[int, list[Expected]] = {number: [] for number in session_ids}
    if not found:
        return found
    for part in _parts(session_ids):
        known = next((one for one in found[part.session_id] if _same(one, part)), None)
        if known is None:
            guest = part.delegate_id is None and part.confirmation is not Confirmation.DECLINED
            known = Expected(
                part.name, _with_a_place(part.delegate), guest=guest, email=part.email if guest else ""
            )  # fmt: skip
            found[part.session_id].append(known)
        known.roles.append(part.role)
    for number, delegate in [*_signed_up(session_ids), *_of_parties(session_ids), *_of_groups(groups or {})]:
        if all(one.delegate is None or one.delegate.id != delegate.id for one in found[number]):
            found[number].append(Expected("", delegate))
    return found


def _same(one: Expected, part: SessionPerson) -> bool:
    if one.delegate is not None and part.delegate_id is not None:
        return one.delegate.id == part.delegate_id
    return one.name == part.name


def _with_a_place(delegate: Delegate | None) -> Delegate | None:
    return delegate if delegate is not None and delegate.accreditation is Accreditation.GRANTED else None


def _parts(session_ids: Collection[int]) -> Sequence[SessionPerson]:
    return db.session.scalars(
        select(SessionPerson)
        .where(SessionPerson.session_id.in_(session_ids))
        .order_by(SessionPerson.session_id, SessionPerson.position, SessionPerson.id)
        .options(joinedload(SessionPerson.delegate).joinedload(Delegate.municipality))
    ).all()


def _signed_up(session_ids: Collection[int]) -> list[tuple[int, Delegate]]:
    rows = db.session.execute(
        select(SessionSignUp.session_id, Delegate)
        .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
        .where(
            SessionSignUp.session_id.in_(session_ids),
            SessionSignUp.standing == SignUpStanding.HAS_PLACE,
            Delegate.accreditation == Accreditation.GRANTED,
            is_by_video_in_sql(Delegate.attendance),
        )
        .order_by(*by_precedence())
        .options(joinedload(Delegate.municipality))
    )
    return [(number, delegate) for number, delegate in rows]


def _of_parties(session_ids: Collection[int]) -> list[tuple[int, Delegate]]:
    rows = db.session.execute(
        select(SessionParty.session_id, Delegate)
        .join(ProgrammeSession, ProgrammeSession.id == SessionParty.session_id)
        .join(
            Delegation,
            and_(
                Delegation.municipality_id == SessionParty.municipality_id,
                Delegation.conference_id == ProgrammeSession.conference_id,
            ),
        )
        .join(Delegate, Delegate.delegation_id == Delegation.id)
        .where(
            SessionParty.session_id.in_(session_ids),
            Delegate.accreditation == Accreditation.GRANTED,
            is_by_video_in_sql(Delegate.attendance),
        )
        .order_by(SessionParty.session_id, SessionParty.position, *by_precedence())
        .options(joinedload(Delegate.municipality))
    )
    return [(number, delegate) for number, delegate in rows]


def _of_groups(groups: Mapping[int, str]) -> list[tuple[int, Delegate]]:
    if not groups:
        return []
    conference = select(ProgrammeSession.conference_id).where(ProgrammeSession.id.in_(groups))
    rows = db.session.scalars(
        select(Delegate)
        .where(
            Delegate.conference_id.in_(conference),
            Delegate.working_group != "",
            Delegate.accreditation == Accreditation.GRANTED,
            is_by_video_in_sql(Delegate.attendance),
        )
        .order_by(*by_precedence())
        .options(joinedload(Delegate.municipality))
    ).all()
    by_group: dict[str, list[Delegate]] = {}
    for delegate in rows:
        by_group.setdefault(group_told(delegate.working_group), []).append(delegate)
    return [(number, delegate) for number, group in groups.items() for delegate in by_group.get(group, ())]
