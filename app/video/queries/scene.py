"""The sessions of a conference as its doors and lobby know them: read once, and kept while nothing has changed.

Whether anything has is asked of the database every time, with one small query; nothing of one person is kept here.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, reduce
from typing import Any

from flask import current_app
from sqlalchemy import BindParameter, Select, String, bindparam, case, cast, func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference, Room
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_screen
from app.database import db
from app.i18n import LANGUAGES
from app.programme.models import ProgrammeSession, Release, SessionParty, SessionPerson
from app.programme.queries.published import published
from app.programme.rules import PersonRole, SessionKind, held_as
from app.programme.rules.whose import group_in
from app.video.models import LobbyNotice, MeetingRoom, RoomDoor
from app.video.queries.accounts import channels_of
from app.video.queries.doors import doors_of
from app.video.queries.rooms import rooms_of

_KEPT = "ratusha.lobby"
_SECONDS = 60.0  # at the latest a scene is read anew after so long
_A_LOOK = 2.0
_MOST = 6  # conferences at once
Stamp = tuple[Any, ...]


@dataclass(frozen=True)
class DoorState:
    """What was decided by hand about a door."""

    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class SceneSession:
    """A session with its hours.

    ``parts``: what delegates do in it, by their id; ``towns``: whose sides it belongs to; ``told``: it stands in the
    newest release; ``ready``: its room, or the one its links lead to, is in use and in no trouble; ``channels``: what
    can be heard there beside the floor; ``group``: the number of its working group.
    """

    id: int
    code: str
    kind: SessionKind
    title_ru: str
    title_de: str
    title_en: str
    places: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    held: ConferenceFormat
    cancelled: bool
    audience: str
    limited: bool
    languages: tuple[str, ...]
    interpretation: bool
    parts: Mapping[int, tuple[PersonRole, ...]]
    towns: frozenset[int]
    told: bool
    ready: bool
    leads_to: int
    channels: tuple[str, ...]
    group: str
    door: DoorState | None


@dataclass(frozen=True)
class Notice:
    """A word of the organisers; ``session_id`` None: to everybody."""

    id: int
    session_id: int | None
    text_ru: str
    text_de: str
    text_en: str
    urgent: bool
    sent_at: datetime
    until: datetime | None


@dataclass(frozen=True)
class Scene:
    """All of it; ``stamp`` is another when anything is."""

    stamp: Stamp
    sessions: Sequence[SceneSession]
    notices: Sequence[Notice]
    by_id: Mapping[int, SceneSession] = field(default_factory=dict)

    @property
    def has_video(self) -> bool:
        """Whether anything is held by video."""
        return any(has_screen(one.held) and not one.cancelled for one in self.sessions)


@lru_cache(maxsize=1)
def _stamp_question() -> Select[Any]:
    """What differs whenever a scene does; written once, because writing it takes longer than answering it."""
    conference: BindParameter[int] = bindparam("conference")
    own = ProgrammeSession.conference_id == conference

    def of(table: Any, *columns: Any) -> list[Any]:
        if table is ProgrammeSession:
            condition = own
        elif table in (LobbyNotice, Release):
            condition = table.conference_id == conference
        else:
            condition = table.session_id.in_(select(ProgrammeSession.id).where(own))
        return [select(column).select_from(table).where(condition).scalar_subquery() for column in columns]

    told = (
        cast(MeetingRoom.id, String), case((MeetingRoom.withdrawn_at.is_(None), "+"), else_="-"),
        case((MeetingRoom.url == "", "-"), else_="+"), cast(MeetingRoom.provider, String),
        cast(MeetingRoom.tries, String), cast(MeetingRoom.channels, String),
    )  # fmt: skip
    rooms = func.aggregate_strings(reduce(lambda text, part: text + part, told), ";")
    return select(
        *of(
            ProgrammeSession,
            func.count(),
            func.sum(ProgrammeSession.version),
            func.max(ProgrammeSession.updated_at),
            func.min(ProgrammeSession.starts_at),
            func.max(ProgrammeSession.ends_at),
        ),
        *of(
            SessionPerson,
            func.count(SessionPerson.delegate_id),
            func.max(SessionPerson.id),
            func.sum(SessionPerson.delegate_id),
        ),
        *of(SessionParty, func.max(SessionParty.id), func.count()),
        *of(MeetingRoom, rooms),
        *of(RoomDoor, func.max(RoomDoor.changed_at), func.count()),
        *of(LobbyNotice, func.max(LobbyNotice.id), func.count(LobbyNotice.withdrawn_at), func.max(LobbyNotice.until)),
        *of(Release, func.max(Release.number)),
    )


def _stamp(conference: Conference) -> Stamp:
    row = db.session.execute(_stamp_question(), {"conference": conference.id}).one()
    return (conference.format.value, conference.updated_at, *row)


def scene_of(conference: Conference, *, for_a_look: bool = False) -> Scene:
    """The scene as it is now. One query when it has been asked for before and nothing has changed.

    :param for_a_look: it may be as old as :data:`_A_LOOK` seconds, and then costs nothing; not for who enters.
    """
    kept: OrderedDict[int, tuple[float, float, Scene]] = current_app.extensions.setdefault(_KEPT, OrderedDict())
    known, moment = kept.get(conference.id), time.monotonic()
    format_known = known is not None and known[2].stamp[:2] == (conference.format.value, conference.updated_at)
    if known is not None and format_known and for_a_look and moment - known[1] < _A_LOOK:
        return known[2]
    stamp = _stamp(conference)
    if known is not None and known[0] > moment and known[2].stamp == stamp:
        kept[conference.id] = (known[0], moment, known[2])
        return known[2]
    scene = _read(conference, stamp)
    while len(kept) >= _MOST:
        kept.popitem(last=False)
    kept[conference.id] = (moment + _SECONDS, moment, scene)
    return scene


def _read(conference: Conference, stamp: Stamp) -> Scene:
    rows = db.session.scalars(
        select(ProgrammeSession)
        .options(joinedload(ProgrammeSession.room).joinedload(Room.venue), joinedload(ProgrammeSession.venue))
        .where(
            ProgrammeSession.conference_id == conference.id,
            ProgrammeSession.starts_at.is_not(None),
            ProgrammeSession.ends_at.is_not(None),
        )
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
    ).all()
    ids = [row.id for row in rows]
    parts: dict[int, dict[int, list[PersonRole]]] = {}
    for number, delegate, role in db.session.execute(
        select(SessionPerson.session_id, SessionPerson.delegate_id, SessionPerson.role).where(
            SessionPerson.session_id.in_(ids), SessionPerson.delegate_id.is_not(None)
        )
    ):
        if delegate is not None:
            parts.setdefault(number, {}).setdefault(delegate, []).append(role)
    towns: dict[int, set[int]] = {}
    for number, town in db.session.execute(
        select(SessionParty.session_id, SessionParty.municipality_id).where(SessionParty.session_id.in_(ids))
    ):
        towns.setdefault(number, set()).add(town)
    rooms, doors, release = rooms_of(ids), doors_of(conference), published(conference)
    told = {item["uid"] for item in release.items} if release is not None else None

    in_use = {number: room for number, room in rooms.items() if room.withdrawn_at is None and room.url}
    sessions = []
    for row in rows:
        if row.starts_at is None or row.ends_at is None:
            continue
        door = doors.get(row.id)
        elsewhere = door.leads_to_id if door is not None else None
        leads_to = elsewhere if elsewhere is not None and elsewhere in ids else row.id
        sessions.append(
            SceneSession(
                id=row.id, code=row.code, kind=row.kind, title_ru=row.title_ru, title_de=row.title_de,
                title_en=row.title_en, places={code: _place(row, code) for code in LANGUAGES}, starts_at=row.starts_at,
                ends_at=row.ends_at, held=held_as(row, conference.format), cancelled=row.cancelled,
                audience=row.audience, limited=row.sign_up and row.seats.bind(Attendance.VIDEO),
                languages=tuple(filter(None, row.languages.split(";"))), interpretation=row.interpretation,
                parts={number: tuple(roles) for number, roles in parts.get(row.id, {}).items()},
                towns=frozenset(towns.get(row.id, ())), told=told is None or row.uid in told,
                ready=leads_to in in_use and not in_use[leads_to].trouble, leads_to=leads_to,
                channels=tuple(channels_of(in_use[leads_to])) if leads_to in in_use else (),
                group=group_in((row.title_ru, row.title_de, row.title_en))
                if row.kind is SessionKind.WORKING_GROUP else "",
                door=DoorState(door.opened_at, door.closed_at) if door is not None else None,
            )
        )  # fmt: skip
    notices = [
        Notice(one.id, one.session_id, one.text_ru, one.text_de, one.text_en, one.urgent, one.sent_at, one.until)
        for one in db.session.scalars(
            select(LobbyNotice)
            .where(LobbyNotice.conference_id == conference.id, LobbyNotice.withdrawn_at.is_(None))
            .order_by(LobbyNotice.sent_at.desc(), LobbyNotice.id.desc())
        )
    ]
    return Scene(stamp, sessions, notices, {one.id: one for one in sessions})


def _place(row: ProgrammeSession, code: str) -> str:
    found = (row.house, row.room)
    names = [
        next((str(name) for name in (getattr(place, f"name_{code}"), place.name) if name), "")
        for place in found
        if place is not None
    ]
    return ", ".join(filter(None, names))
