"""Rooms that their servers have to make: asked for in the background, again and again until it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from app.conferences.models import Conference
from app.database import db, transaction
from app.programme.models import ProgrammeSession
from app.video.models import MeetingRoom
from app.video.operations.entering import note_made, note_trouble
from app.video.operations.rooms import open_rooms
from app.video.providers import server_of
from app.video.queries.accounts import account_for, channels_of, plan_of
from app.video.queries.rooms import lacking_rooms
from app.video.rules.accounts import FLOOR
from app.video.rules.making import Standing, is_due
from app.video.rules.rooms import Provider
from app.video.rules.trouble import OF_THE_WAY, Trouble, TroubleKind

MADE_BY_SERVERS = (Provider.BIGBLUEBUTTON,)


@dataclass(frozen=True)
class Round:
    """What one round did."""

    opened: int = 0
    made: int = 0
    failed: int = 0


def _standing(room: MeetingRoom) -> Standing:
    session = room.session
    return Standing(session.starts_at, session.ends_at, room.made_at, room.next_try_at, bool(room.trouble))


def due_rooms(at: datetime) -> list[MeetingRoom]:
    """The rooms to be asked for now, by conference, the next session first."""
    found = db.session.scalars(
        select(MeetingRoom)
        .join(MeetingRoom.session)
        .join(ProgrammeSession.conference)
        .where(
            MeetingRoom.withdrawn_at.is_(None),
            MeetingRoom.provider.in_(MADE_BY_SERVERS),
            ProgrammeSession.cancelled.is_(False),
            or_(ProgrammeSession.ends_at.is_(None), ProgrammeSession.ends_at > at),
            or_(MeetingRoom.next_try_at.is_(None), MeetingRoom.next_try_at <= at),
            Conference.ends_on >= (at - timedelta(days=2)).date(),
        )
        .options(contains_eager(MeetingRoom.session).contains_eager(ProgrammeSession.conference))
        .order_by(ProgrammeSession.conference_id, ProgrammeSession.starts_at, ProgrammeSession.id)
    )
    return [room for room in found if is_due(_standing(room), at)]


def make_rooms(*, at: datetime, stopped: Callable[[], bool] = lambda: False) -> Round:
    """Open rooms that are lacking, and ask servers for those that are due. Not inside of a transaction.

    One server that does not answer is asked once a round: the other rooms on it share the trouble.
    """
    opened = 0
    lacking = lacking_rooms(at)
    if lacking:
        opened = len(open_rooms(sessions=lacking, at=at))
    made = failed = 0
    for _number, rooms in groupby(due_rooms(at), key=lambda room: room.session.conference_id):
        trouble: Trouble | None = None
        for room in rooms:
            if stopped():
                return Round(opened, made, failed)
            if trouble is None or trouble.kind not in OF_THE_WAY:
                trouble = _ask(room)
            if trouble is None:
                note_made(room=room, at=at)
                made += 1
            else:
                note_trouble(room=room, trouble=trouble, at=at)
                failed += 1
    return Round(opened, made, failed)


def _ask(room: MeetingRoom) -> Trouble | None:
    account = account_for(room, room.session.conference)
    if room.provider is not account.provider or not account.base:  # the conference uses another server by now
        return Trouble(TroubleKind.NO_ADDRESS)
    server = server_of(account)
    plans = [plan_of(room, channel) for channel in (FLOOR, *channels_of(room))]
    db.session.commit()  # what follows may take seconds
    try:
        for plan in plans:
            server.ensure(plan)
    except Trouble as trouble:
        return trouble
    return None


def try_again(*, conference: Conference) -> int:
    """Let the worker ask at once for all rooms of a conference that are in trouble; returns how many."""
    with transaction() as session:
        found = session.scalars(
            select(MeetingRoom)
            .join(MeetingRoom.session)
            .where(
                ProgrammeSession.conference_id == conference.id,
                MeetingRoom.withdrawn_at.is_(None),
                MeetingRoom.next_try_at.is_not(None),
            )
        ).all()
        for room in found:
            room.next_try_at = None
    return len(found)
