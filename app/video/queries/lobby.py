"""What the lobby shows one person: whose door it is, and every session as it concerns them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, String, bindparam, cast, func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.taking_part import has_screen
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries import merged_into
from app.delegations.rules import Accreditation
from app.delegations.rules.groups import DelegationFunction
from app.programme.models import SessionSignUp
from app.programme.rules import PersonRole, SessionKind, SignUpStanding
from app.programme.rules.whose import group_told
from app.video.models import RoomVisit
from app.video.queries.scene import Notice, Scene, SceneSession, scene_of
from app.video.rules.joining import Doorway, Phase, Tie, Way, is_audience, role_in, sits_in_hall, tie_of, way_now
from app.video.rules.visitors import VisitorRole


@dataclass(frozen=True)
class Guest:
    """Somebody with a place, by their join link; ``visit``: the room they are in, as far as anybody knows."""

    delegate: Delegate
    signed: frozenset[int]
    visit: RoomVisit | None


def guest_of(token: str) -> Guest | None:
    """Whose join link it is; None when it is forged, replaced, or the person has no place. One query."""
    if not token or len(token) > 64:
        return None
    found = _asked("join_token", token)
    if found is not None and found.delegate.merged_into_id is not None:
        found = _asked("id", merged_into(found.delegate).id)
    return found if found is not None and found.delegate.accreditation is Accreditation.GRANTED else None


@lru_cache(maxsize=2)
def _question(column: str) -> Select[Any]:
    """Somebody by ``join_token`` or ``id``, with what they signed up for and where they are; written once."""
    signed = (
        select(func.aggregate_strings(cast(SessionSignUp.session_id, String), ","))
        .where(SessionSignUp.delegate_id == Delegate.id, SessionSignUp.standing == SignUpStanding.HAS_PLACE)
        .correlate(Delegate)
        .scalar_subquery()
    )
    newest = (
        select(func.max(RoomVisit.id))
        .where(RoomVisit.delegate_id == Delegate.id, RoomVisit.left_at.is_(None))
        .correlate(Delegate)
        .scalar_subquery()
    )
    return (
        select(Delegate, signed, RoomVisit)
        .outerjoin(RoomVisit, RoomVisit.id == newest)
        .where(getattr(Delegate, column) == bindparam("value"))
        .options(
            joinedload(Delegate.conference).joinedload(Conference.issuer),
            joinedload(Delegate.municipality),
            joinedload(Delegate.delegation).joinedload(Delegation.municipality),
        )
    )


def _asked(column: str, value: str | int) -> Guest | None:
    row = db.session.execute(_question(column), {"value": value}).one_or_none()
    if row is None:
        return None
    delegate, numbers, visit = row
    return Guest(delegate, frozenset(int(number) for number in (numbers or "").split(",") if number), visit)


@dataclass(frozen=True)
class Entry:
    """A session as it concerns the person."""

    session: SceneSession
    doorway: Doorway
    parts: tuple[PersonRole, ...]
    role: VisitorRole


@dataclass(frozen=True)
class Lobby:
    """All that is shown, at one moment."""

    guest: Guest
    scene: Scene
    entries: Sequence[Entry]
    at: datetime

    @cached_property
    def way(self) -> Way:
        """Where a click leads now."""
        return way_now([one.doorway for one in self.entries], self.at)

    @cached_property
    def by_id(self) -> dict[int, Entry]:
        """Entries by session."""
        return {one.session.id: one for one in self.entries}

    def entry(self, doorway: Doorway) -> Entry:
        """The entry of a door."""
        return self.by_id[doorway.session_id]

    @cached_property
    def choice(self) -> list[Entry]:
        """The rooms a click leads to."""
        return [self.entry(one) for one in self.way.choice]

    @cached_property
    def following(self) -> Entry | None:
        """What comes next."""
        return self.entry(self.way.following) if self.way.following is not None else None

    def in_phase(self, *phases: Phase) -> list[Entry]:
        """Sessions that stand so now."""
        return [one for one in self.entries if one.doorway.phase(self.at) in phases]

    @cached_property
    def shown(self) -> list[Entry]:
        """What concerns the person and has been told: their own, and what is open to them."""
        return [
            one
            for one in self.entries
            if one.doorway.tie is not Tie.CLOSED and (one.session.told or one.doorway.is_open(self.at))
        ]

    @cached_property
    def day(self) -> list[Entry]:
        """The sessions of today at the host, else of the next day that has any; and one that runs over midnight."""
        zone = ZoneInfo(self.guest.delegate.conference.timezone)
        begin = [(one.session.starts_at.astimezone(zone).date(), one) for one in self.shown]
        today = self.at.astimezone(zone).date()
        meant = min((day for day, _ in begin if day >= today), default=None)
        return [one for day, one in begin if day == meant or one.session.starts_at <= self.at < one.session.ends_at]

    @cached_property
    def in_hall(self) -> list[Entry]:
        """What is on now in halls for who sits in one."""
        return [one for one in self.shown if one.doorway.in_hall and one.doorway.is_open(self.at)]

    @cached_property
    def expected(self) -> list[Entry]:
        """Of these, where the person is expected: what is their own, and what is open to all while nothing else is on
        in another hall."""
        return [one for one in self.in_hall if one.doorway.tie in {Tie.PART, Tie.OWN} or not any(
            _beside(one.session, other.session) for other in self.in_hall if other is not one
        )]  # fmt: skip

    @cached_property
    def notices(self) -> list[Notice]:
        """Words of the organisers to this person, the newest first."""
        near = {one.session.id for one in self.entries if one.doorway.tie in {Tie.PART, Tie.OWN}}
        near |= {one.session.id for one in self.choice}
        if self.guest.visit is not None and self.guest.visit.session_id is not None:
            near.add(self.guest.visit.session_id)
        return [
            one
            for one in self.scene.notices
            if one.sent_at <= self.at
            and (one.until is None or self.at < one.until)
            and (one.session_id is None or one.session_id in near)
        ]

    @property
    def has_doors(self) -> bool:
        """Whether anything is held by video for this person."""
        return any(one.doorway.tie is not Tie.CLOSED for one in self.entries if _by_video(one.session))


def _beside(one: SceneSession, other: SceneSession) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _by_video(session: SceneSession) -> bool:
    return has_screen(session.held) and not session.cancelled


def lobby_of(guest: Guest, at: datetime, *, for_a_look: bool = False) -> Lobby:
    """The lobby of one person at ``at``. One query when nothing has changed since somebody asked last.

    :param for_a_look: see :func:`app.video.queries.scene.scene_of`.
    """
    delegate = guest.delegate
    scene = scene_of(delegate.conference, for_a_look=for_a_look)
    roles = set(delegate.role.split(";"))
    delegation = delegate.delegation
    town = delegation.municipality_id if delegation is not None else delegate.municipality_id
    leads = delegate.function == DelegationFunction.HEAD.value
    group = group_told(delegate.working_group)
    chosen = [one for one in scene.sessions if one.id in guest.signed and one.kind is SessionKind.WORKING_GROUP]
    entries = []
    for one in scene.sessions:
        if not has_screen(one.held):
            continue
        parts = one.parts.get(delegate.id, ())
        tie = tie_of(
            parts=parts, signed_up=one.id in guest.signed, own_delegation=town is not None and town in one.towns,
            meeting=one.kind is SessionKind.BILATERAL and bool(one.towns),
            for_them=is_audience(one.audience, roles, leads_delegation=leads), full=one.limited,
            own_group=bool(group) and one.group == group and not any(_beside(one, other) for other in chosen),
        )  # fmt: skip
        doorway = Doorway(
            session_id=one.id, starts_at=one.starts_at, ends_at=one.ends_at, tie=tie, leads_to=one.leads_to,
            door=one.door, in_hall=sits_in_hall(one.held, delegate.attendance), cancelled=one.cancelled,
        )  # fmt: skip
        entries.append(Entry(one, doorway, parts, role_in(parts, roles)))
    return Lobby(guest, scene, entries, at)
