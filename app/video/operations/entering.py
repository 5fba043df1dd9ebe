"""Entering a room: its address is made at the click, for one person, and good for a limited time."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.history.operations import record
from app.history.rules import Actor
from app.video.models import MeetingRoom
from app.video.providers import Ability, PersonInside, Recording
from app.video.queries.accounts import channels_of, plan_of, server_for
from app.video.rules.accounts import FLOOR
from app.video.rules.making import next_try
from app.video.rules.trouble import Trouble, TroubleKind
from app.video.rules.visitors import Visitor

NOTED_AGAIN = timedelta(seconds=30)  # many click at once: not each click writes down the same


def address_for(*, room: MeetingRoom, visitor: Visitor, at: datetime, channel: str = FLOOR) -> str:
    """Where ``visitor`` enters ``room`` now. May ask the server, for some seconds at most.

    Not to be called inside of a transaction. The address goes into one header of the answer, and nowhere else.

    :param channel: ``floor``, or a language of :func:`app.video.queries.accounts.channels_of`.
    :raises Trouble: when there is no way in at present; the rooms' page tells of it.
    """
    if channel != FLOOR and channel not in channels_of(room):
        channel = FLOOR
    server = server_for(room, room.session.conference, waiting=True)
    plan = plan_of(room, channel, at=at)
    db.session.commit()  # what follows may take seconds: no connection is kept from others meanwhile
    try:
        address = server.address_for(plan, visitor, at=at)
    except Trouble as trouble:
        if trouble.kind is not TroubleKind.BUSY:
            note_trouble(room=room, trouble=trouble, at=at)
        raise
    if Ability.MAKES_ROOMS in server.abilities:
        note_made(room=room, at=at)
    return address


def people_in(*, room: MeetingRoom) -> list[PersonInside] | None:
    """Who is in the room now, channels included; None when its server does not tell. Not inside of a transaction.

    :raises Trouble: when the server does not answer.
    """
    server = server_for(room, room.session.conference)
    if Ability.TELLS_WHO not in server.abilities:
        return None
    plans = [plan_of(room, channel) for channel in (FLOOR, *channels_of(room))]
    db.session.commit()
    found = {person.id: person for plan in reversed(plans) for person in server.people_in(plan)}
    return list(found.values())


def end_room(*, room: MeetingRoom, actor: Actor, at: datetime) -> bool:
    """Send everybody in the room and its channels home; False when nobody was there, or its server cannot.

    Not inside of a transaction.

    :raises Trouble: when the server does not answer.
    """
    server = server_for(room, room.session.conference)
    plans = [plan_of(room, channel) for channel in (FLOOR, *channels_of(room))]
    db.session.commit()
    ended = [server.end(plan) for plan in plans]
    if any(ended):
        with transaction():
            record(deed="video.end_room", subject=room, actor=actor, at=at, conference_id=room.session.conference_id)
    return any(ended)


def note_addresses_seen(*, conference: Conference, actor: Actor, at: datetime) -> None:
    """Keep in the history that somebody of the staff had the raw addresses of the rooms shown."""
    with transaction():
        record(deed="video.see_addresses", subject=conference, actor=actor, at=at, conference_id=conference.id)


def note_staff_enters(*, room: MeetingRoom, actor: Actor, at: datetime) -> None:
    """Keep in the history that somebody of the staff went into a room."""
    with transaction():
        record(
            deed="video.enter_as_staff", subject=room, actor=actor, at=at, conference_id=room.session.conference_id,
            details={"session": room.session.code},
        )  # fmt: skip


def recordings_of(*, room: MeetingRoom) -> list[Recording]:
    """What its server keeps of the room. Not inside of a transaction.

    :raises Trouble: when the server does not answer.
    """
    server, plan = server_for(room, room.session.conference), plan_of(room)
    db.session.commit()
    return server.recordings(plan)


def note_made(*, room: MeetingRoom, at: datetime) -> None:
    """Its server has the room."""
    if not room.trouble and room.made_at is not None and room.made_at > at - NOTED_AGAIN:
        return
    with transaction():
        lock(room)
        room.made_at = room.tried_at = at
        room.tries, room.next_try_at, room.trouble = 0, None, {}


def note_trouble(*, room: MeetingRoom, trouble: Trouble, at: datetime) -> None:
    """Its server did not make the room; it is asked again by itself later."""
    told = trouble.as_json()
    if room.trouble == told and room.tried_at is not None and room.tried_at > at - NOTED_AGAIN:
        return
    begins = room.session.starts_at
    with transaction():
        lock(room)
        room.tried_at, room.trouble, room.tries = at, told, room.tries + 1
        room.next_try_at = next_try(tries=room.tries, begins=begins, at=at)
