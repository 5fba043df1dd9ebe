"""Who should be in which room: those with a part, those who signed up, and the delegations whose meeting it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.taking_part import Part, part_in, part_in_sql
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import Accreditation
from app.programme.models import ProgrammeSession, SessionParty, SessionPerson, SessionSignUp
from app.programme.queries.held import held_as_in_sql
from app.programme.rules import Confirmation, PersonRole, SessionKind, SignUpStanding, held_as
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


def expected_in(
    conference: Conference, session_ids: Collection[int], *, groups: Mapping[int, str] | None = None
) -> dict[int, list[Expected]]:
    """By session, those with a part first, in the order of the programme, then by precedence who comes to its screen:
    whoever sits in its hall is expected there. Nobody twice. Three queries, or six.

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
    for number, delegate in [
        *_signed_up(conference, session_ids), *_of_parties(conference, session_ids),
        *_of_groups(conference, groups or {}),
    ]:  # fmt: skip
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


def _on_a_screen(conference: Conference) -> ColumnElement[bool]:
    """Whether a delegate takes part in a session from before a screen: all do in one that is held by video alone."""
    held = held_as_in_sql(ProgrammeSession.kind, ProgrammeSession.format, conference.format)
    part = part_in_sql(
        Delegate.attendance, held, cancelled=ProgrammeSession.cancelled,
        holds_place=Delegate.accreditation == Accreditation.GRANTED,
    )  # fmt: skip
    return part == Part.VIDEO.value


def _signed_up(conference: Conference, session_ids: Collection[int]) -> list[tuple[int, Delegate]]:
    rows = db.session.execute(
        select(SessionSignUp.session_id, Delegate)
        .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
        .join(ProgrammeSession, ProgrammeSession.id == SessionSignUp.session_id)
        .where(
            SessionSignUp.session_id.in_(session_ids),
            SessionSignUp.standing == SignUpStanding.HAS_PLACE,
            _on_a_screen(conference),
        )
        .order_by(*in_order_of(conference))
        .options(joinedload(Delegate.municipality))
    )
    return [(number, delegate) for number, delegate in rows]


def _of_parties(conference: Conference, session_ids: Collection[int]) -> list[tuple[int, Delegate]]:
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
        .where(SessionParty.session_id.in_(session_ids), _on_a_screen(conference))
        .order_by(SessionParty.session_id, SessionParty.position, *in_order_of(conference))
        .options(joinedload(Delegate.municipality))
    )
    return [(number, delegate) for number, delegate in rows]


def _of_groups(conference: Conference, groups: Mapping[int, str]) -> list[tuple[int, Delegate]]:
    """Those entered for a working group, but who chose another that meets beside it."""
    if not groups:
        return []
    delegates = db.session.scalars(
        select(Delegate)
        .where(
            Delegate.conference_id == conference.id,
            Delegate.working_group != "",
            Delegate.accreditation == Accreditation.GRANTED,
        )
        .order_by(*in_order_of(conference))
        .options(joinedload(Delegate.municipality))
    ).all()
    sessions = {
        item.id: item
        for item in db.session.scalars(
            select(ProgrammeSession).where(
                ProgrammeSession.conference_id == conference.id, ProgrammeSession.kind == SessionKind.WORKING_GROUP
            )
        )
    }
    chosen: dict[int, list[ProgrammeSession]] = {}
    for row in db.session.execute(
        select(SessionSignUp.session_id, SessionSignUp.delegate_id).where(
            SessionSignUp.session_id.in_(sessions), SessionSignUp.standing == SignUpStanding.HAS_PLACE
        )
    ):
        chosen.setdefault(row.delegate_id, []).append(sessions[row.session_id])
    by_group: dict[str, list[Delegate]] = {}
    for delegate in delegates:
        by_group.setdefault(group_told(delegate.working_group), []).append(delegate)
    return [
        (number, delegate)
        for number, group in groups.items()
        for delegate in by_group.get(group, ())
        if part_in(
            delegate.attendance, held_as(sessions[number], conference.format), cancelled=sessions[number].cancelled
        ).on_screen
        and not any(_beside(sessions[number], other) for other in chosen.get(delegate.id, ()))
    ]


def _beside(one: ProgrammeSession, other: ProgrammeSession) -> bool:
    """Whether they are held at the same hours."""
    if one.id == other.id or not (one.starts_at and one.ends_at and other.starts_at and other.ends_at):
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
