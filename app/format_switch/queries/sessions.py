"""What becomes of the sessions, and whom those that change concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference, Room
from app.conferences.rules import ConferenceFormat
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.format_switch.queries.past import alterations
from app.format_switch.rules import (
    Alteration,
    Decision,
    Held,
    Scope,
    ScopeKind,
    SessionChange,
    decided,
    form_of,
    given_back,
    outcome_of_session,
    proposal,
    shorter,
    stands_apart,
    why,
)
from app.i18n import localized
from app.programme.models import ProgrammeSession, SessionParty, SessionPerson, SessionSignUp
from app.programme.rules.outdoors import has_door

NOTHING = Decision()


def held_now(session: ProgrammeSession) -> Held:
    """How a session stands in the draft."""
    return Held(session.format, session.cancelled, session.starts_at, session.ends_at)


def _taken_off(session: ProgrammeSession, before: Sequence[Alteration]) -> Sequence[Alteration]:
    """Who was taken off by a switch of which no more is known is held again when there is somebody on the spot."""
    if not session.cancelled or any(one.after.cancelled for one in before):
        return before
    now = held_now(session)
    living = Held(now.format, False, now.starts_at, now.ends_at)
    return [Alteration(ConferenceFormat.VIDEO, living, now), *before]


def place_of(session: ProgrammeSession) -> str:
    """House and room, to be shown."""
    room, house = session.room, session.house
    return ", ".join(localized(one, "name") or one.name for one in (house, room) if one is not None)


def _in_scope(session: ProgrammeSession, base: Held, scope: Scope, zone: ZoneInfo) -> bool:
    """A day holds what takes place then, and what an earlier switch has moved away from it."""
    if scope.kind is ScopeKind.DAY:
        meant = base.starts_at.astimezone(zone).date() if base.starts_at else None
        return scope.of in {day.isoformat() for day in (session.day_in(zone), meant) if day is not None}
    if scope.kind is ScopeKind.SESSION:
        return session.uid == scope.of
    return scope.kind is ScopeKind.WHOLE


def session_changes(
    conference: Conference, to: ConferenceFormat, scope: Scope, decisions: Mapping[str, Decision]
) -> list[SessionChange]:
    """Every session the switch looks at, with what becomes of it. Two queries.

    Who was taken off by a person stays off: no switch brings it back.
    """
    if scope.kind is ScopeKind.DELEGATION:
        return []
    found = db.session.scalars(
        select(ProgrammeSession)
        .where(ProgrammeSession.conference_id == conference.id)
        .options(joinedload(ProgrammeSession.room).joinedload(Room.venue), joinedload(ProgrammeSession.venue))
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
    )
    zone, before = ZoneInfo(conference.timezone), alterations(conference)
    after_format = to if scope.kind is ScopeKind.WHOLE else conference.format
    changes = []
    for item in found:
        if item.cancelled and not item.cancelled_by_switch:
            continue
        now = held_now(item)
        earlier = _taken_off(item, before.get(item.uid, ()))
        base = given_back(now, earlier, to, scope.kind)
        if not _in_scope(item, base, scope, zone):
            continue
        titles = (item.title_ru, item.title_de, item.title_en)
        outdoors = not has_door(item.house.name if item.house else "", item.room.name if item.room else "")
        meant = proposal(base, item.kind, scope, after_format, to, titles, outdoors=outdoors)
        then = decided(meant, decisions.get(item.uid, NOTHING), item.kind, after_format)
        was, will = form_of(now, item.kind, conference.format), form_of(then, item.kind, after_format)
        proposed, until = form_of(meant, item.kind, after_format), shorter(then, will)
        changes.append(
            SessionChange(
                item.id, item.code, localized(item, "title"), was, will, outcome_of_session(was, will, now, then),
                item.uid, item.kind, now, base, then, proposed, until,
                why(item.kind, titles, base, proposed, until is not None, outdoors=outdoors,
                    apart=meant == base and stands_apart(base, earlier, to, scope.kind)), place_of(item),
                (item.room_id, item.venue_id), item.interpretation,
            )
        )  # fmt: skip
    return changes


def concerned_by(conference: Conference, sessions: Sequence[SessionChange]) -> set[int] | None:
    """The delegates whom one of these concerns; None for everybody, because anybody may come. At most four queries."""
    ids = [change.session_id for change in sessions if change.now != change.then]
    if not ids:
        return set()
    sided = select(SessionParty.session_id).where(SessionParty.session_id.in_(ids))
    for_all = select(ProgrammeSession.id).where(
        ProgrammeSession.id.in_(ids), ProgrammeSession.audience == "all", ProgrammeSession.sign_up.is_(False),
        ProgrammeSession.id.not_in(sided),
    )  # fmt: skip
    if db.session.scalar(for_all.limit(1)) is not None:
        return None
    found = set(
        db.session.scalars(select(SessionSignUp.delegate_id).where(SessionSignUp.session_id.in_(ids)))
    ) | set(
        db.session.scalars(
            select(SessionPerson.delegate_id).where(
                SessionPerson.session_id.in_(ids), SessionPerson.delegate_id.is_not(None)
            )
        )
    )  # fmt: skip
    members = (
        select(Delegate.id)
        .join(Delegation, Delegation.id == Delegate.delegation_id)
        .join(SessionParty, SessionParty.municipality_id == Delegation.municipality_id)
        .where(SessionParty.session_id.in_(ids), Delegate.conference_id == conference.id)
    )
    return {number for number in found if number is not None} | set(db.session.scalars(members))


def days_of(conference: Conference) -> list[date]:
    """The days on which the draft has sessions, in order."""
    zone = ZoneInfo(conference.timezone)
    found = db.session.scalars(
        select(ProgrammeSession).where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False)
        )
    )
    return sorted({day for item in found if (day := item.day_in(zone)) is not None})


def conference_days(conference: Conference) -> list[date]:
    """The days of the conference."""
    length = (conference.ends_on - conference.starts_on).days
    return [conference.starts_on + timedelta(days=number) for number in range(length + 1)]


def session_titles(conference: Conference) -> dict[str, str]:
    """The title of each session by its sign, in the reader's language."""
    rows = db.session.execute(
        select(
            ProgrammeSession.code, ProgrammeSession.title_ru, ProgrammeSession.title_de, ProgrammeSession.title_en
        ).where(ProgrammeSession.conference_id == conference.id)
    )
    return {row.code: localized(row, "title") for row in rows}
