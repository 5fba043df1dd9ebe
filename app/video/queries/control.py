"""The control page: each room now and next, who should be there, and who is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_screen, joins_by_video_in_sql
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.history.models import HistoryEntry
from app.programme.rules import PersonRole
from app.programme.rules.planned import folded_name
from app.video.models import EquipmentTest, MeetingRoom, RoomVisit
from app.video.queries.accounts import makes_rooms
from app.video.queries.expected import Expected, expected_in
from app.video.queries.rooms import rooms_of
from app.video.queries.scene import Notice, SceneSession, scene_of
from app.video.queries.visits import equipment_of
from app.video.rules.joining import Doorway, Phase, Tie, sits_in_hall

DEEDS = (
    "video.open_door", "video.close_door", "video.move_everybody", "video.lead_back", "video.broadcast",
    "video.withdraw_notice", "video.end_room", "video.enter_as_staff",
)  # fmt: skip
JUST_ENDED = timedelta(minutes=30)  # for so long a session that is over can still be seen


@dataclass(frozen=True)
class Presence:
    """One person of a room. ``since`` None: not there; ``elsewhere``: the session whose room they are in instead.

    ``in_hall``: they sit in the hall of a hybrid session, where no link leads them. ``guest``: somebody with a part who
    is no delegate, with the ``email`` they can be reached by.
    """

    name: str
    delegate: Delegate | None
    roles: tuple[PersonRole, ...]
    since: datetime | None
    elsewhere: SceneSession | None
    test: EquipmentTest | None
    in_hall: bool = False
    guest: bool = False
    email: str = ""

    @property
    def is_there(self) -> bool:
        """Whether they came, as far as anybody knows."""
        return self.since is not None


@dataclass(frozen=True)
class RoomNow:
    """One room: its door, those with a part, those expected besides, and who else came."""

    session: SceneSession
    phase: Phase
    room: MeetingRoom | None
    leads_to: SceneSession | None
    led_here: Sequence[SceneSession]
    parts: Sequence[Presence]
    expected: Sequence[Presence]
    others: Sequence[Presence]

    @property
    def inside(self) -> int:
        """How many are there."""
        return sum(one.is_there for one in (*self.parts, *self.expected, *self.others))

    @property
    def missing(self) -> list[Presence]:
        """Those with a part who are neither there nor in the hall."""
        return [one for one in self.parts if not one.is_there and not one.in_hall]

    @property
    def all_in_hall(self) -> bool:
        """Whether everybody with a part follows from the hall, so that nobody of them comes into the room."""
        return bool(self.parts) and all(one.in_hall and not one.is_there for one in self.parts)

    @property
    def absent(self) -> list[Presence]:
        """Those expected without a part who are not there."""
        return [one for one in self.expected if not one.is_there]

    @property
    def expected_people(self) -> int:
        """How many are expected here; those in the hall and people without a join link are not counted."""
        return sum((one.delegate is not None or one.guest) and not one.in_hall for one in (*self.parts, *self.expected))

    @property
    def expected_there(self) -> int:
        """How many of them came."""
        return sum(one.is_there and not one.in_hall for one in (*self.parts, *self.expected))

    @property
    def can_end(self) -> bool:
        """Whether its server can send everybody home."""
        return self.room is not None and self.leads_to is None and makes_rooms(self.room)

    @property
    def is_ready(self) -> bool:
        """Whether there is a room to enter."""
        return self.session.ready


@dataclass(frozen=True)
class Board:
    """All rooms of a conference at a moment. ``later``: sessions whose rooms are not shown in full."""

    at: datetime
    chosen: RoomNow | None
    present: Sequence[RoomNow]
    following: Sequence[RoomNow]
    later: Sequence[SceneSession]
    sessions: Sequence[SceneSession]
    notices: Sequence[Notice]
    by_video: int
    inside: int


def _phase(session: SceneSession, at: datetime) -> Phase:
    door = Doorway(
        session_id=session.id, starts_at=session.starts_at, ends_at=session.ends_at, tie=Tie.OPEN,
        leads_to=session.leads_to, door=session.door, cancelled=session.cancelled,
    )  # fmt: skip
    return door.phase(at)


def board_of(conference: Conference, at: datetime, *, code: str = "") -> Board:
    """What the control page shows. A fixed number of queries, whatever the size.

    :param code: of a session that is shown in full besides.
    """
    scene = scene_of(conference)
    sessions = [
        one for one in scene.sessions if has_screen(one.held) and not one.cancelled
    ]  # fmt: skip
    phases = {one.id: _phase(one, at) for one in sessions}
    now = [
        one
        for one in sessions
        if phases[one.id] in {Phase.EARLY, Phase.RUNNING, Phase.SHUT}
        or (phases[one.id] is Phase.OVER and at < one.ends_at + JUST_ENDED)
    ]
    ahead = [one for one in sessions if phases[one.id] is Phase.BEFORE]
    begins = min((one.starts_at for one in ahead), default=None)
    following = [one for one in ahead if one.starts_at == begins]
    chosen = next((one for one in sessions if code and one.code == code), None)
    shown = {one.id: one for one in (*now, *following, *filter(None, [chosen]))}
    known = {one.id: one for one in sessions}
    visits = _visits(conference)
    groups = {one.id: one.group for one in shown.values() if one.group and not one.limited}
    fill = _Filling(
        expected=expected_in(conference, list(shown), groups=groups),
        rooms=rooms_of([*shown, *(one.leads_to for one in shown.values())]),
        visits=visits, sessions=known, phases=phases,
    )  # fmt: skip
    fill.test()
    listed = {one.id for one in (*now, *following)}
    return Board(
        at=at,
        chosen=fill.room(chosen) if chosen is not None and chosen.id not in listed else None,
        present=[fill.room(one) for one in now],
        following=[fill.room(one) for one in following],
        later=[one for one in ahead if one.id not in shown],
        sessions=sessions,
        notices=[one for one in scene.notices if one.until is None or at < one.until],
        by_video=_by_video(conference),
        inside=len(visits),
    )


def _who(delegate: Delegate | None, name: str) -> str:
    """The same for the same person: a delegate by number, a guest by name."""
    return str(delegate.id) if delegate is not None else f"guest {folded_name(name)}"


def _visits(conference: Conference) -> dict[str, RoomVisit]:
    """Who is in any room now, by :func:`_who`; one query, with the people."""
    rows = db.session.scalars(
        select(RoomVisit)
        .where(RoomVisit.conference_id == conference.id, RoomVisit.left_at.is_(None))
        .options(joinedload(RoomVisit.delegate).joinedload(Delegate.municipality))
        .order_by(RoomVisit.id)
    )
    return {_who(row.delegate, row.name): row for row in rows}


def _by_video(conference: Conference) -> int:
    return db.session.scalar(
        select(func.count(Delegate.id)).where(
            Delegate.conference_id == conference.id,
            Delegate.accreditation == Accreditation.GRANTED,
            joins_by_video_in_sql(Delegate.attendance, conference.format),
        )
    ) or 0  # fmt: skip


def deeds_of(conference: Conference, *, limit: int = 12) -> Sequence[HistoryEntry]:
    """What was done on the control page, the latest first."""
    return db.session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.conference_id == conference.id, HistoryEntry.deed.in_(DEEDS))
        .order_by(HistoryEntry.id.desc())
        .limit(limit)
    ).all()


class _Filling:
    """Puts people into rooms."""

    def __init__(
        self,
        *,
        expected: Mapping[int, Sequence[Expected]],
        rooms: Mapping[int, MeetingRoom],
        visits: Mapping[str, RoomVisit],
        sessions: Mapping[int, SceneSession],
        phases: Mapping[int, Phase],
    ) -> None:
        self.expected, self.rooms, self.visits = expected, rooms, visits
        self.sessions, self.phases = sessions, phases
        self.tests: Mapping[int, EquipmentTest] = {}

    def test(self) -> None:
        """Learn whose equipment was tried."""
        self.tests = equipment_of(
            {one.delegate.id for people in self.expected.values() for one in people if one.delegate is not None}
        )

    def room(self, session: SceneSession) -> RoomNow:
        """One room with its people: who was led elsewhere is looked for there."""
        places = {session.id, session.leads_to}
        known = [self._presence(one, places, session.held) for one in self.expected[session.id]]
        named = {_who(one.delegate, one.name) for one in known}
        others = [
            Presence(visit.name, visit.delegate, (), visit.joined_at, None, None, guest=visit.delegate is None)
            for who, visit in self.visits.items()
            if visit.session_id == session.id and who not in named
        ]
        others.sort(key=lambda one: one.delegate.sort_name if one.delegate is not None else one.name)
        return RoomNow(
            session=session, phase=self.phases[session.id], room=self.rooms.get(session.leads_to),
            leads_to=self.sessions.get(session.leads_to) if session.leads_to != session.id else None,
            led_here=[
                one for one in self.sessions.values() if one.leads_to == session.id and one.id != session.id
            ],
            parts=[one for one in known if one.roles], expected=[one for one in known if not one.roles], others=others,
        )  # fmt: skip

    def _presence(self, one: Expected, places: Collection[int], held: ConferenceFormat) -> Presence:
        visit = self.visits.get(_who(one.delegate, one.name)) if one.delegate is not None or one.guest else None
        there = visit is not None and visit.session_id in places
        return Presence(
            name=one.name,
            delegate=one.delegate,
            roles=tuple(one.roles),
            since=visit.joined_at if visit is not None and there else None,
            elsewhere=self.sessions.get(visit.session_id or 0) if visit is not None and not there else None,
            test=self.tests.get(one.delegate.id) if one.delegate is not None else None,
            in_hall=sits_in_hall(held, one.delegate.attendance if one.delegate is not None else Attendance.ON_SITE),
            guest=one.guest,
            email=one.email,
        )
