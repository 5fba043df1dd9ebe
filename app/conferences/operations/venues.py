"""The houses of a conference and their rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.conferences.details import PlaceNames
from app.conferences.models import Conference, Room, SitePlan, Venue
from app.conferences.operations.plans import drop_unused
from app.conferences.rules import Access
from app.conferences.spots import Spot
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def _taken() -> Refusal:
    return Refusal(_("There is one of this name already."), field="name_ru")


# Who says by which signs a house or a room is used in storeys above: the programme names its sessions.
who_uses: dict[str, Callable[[Venue | Room], list[str]]] = {}
NAMED = 8


def _in_use(place: Venue | Room) -> Refusal:
    signs = [sign for tell in who_uses.values() for sign in tell(place)]
    if not signs:
        return Refusal(_("The programme uses it: please move its sessions first."))
    named = ", ".join(signs[:NAMED]) + (", …" if len(signs) > NAMED else "")
    return Refusal(_("The programme uses it: please move its sessions first (%(sessions)s).", sessions=named))


def _tell(deed: str, conference_id: int, actor: Actor, at: datetime, **details: object) -> None:
    record(deed=deed, subject=None, actor=actor, at=at, conference_id=conference_id, details=details)


def add_venue(
    *, conference: Conference, names: PlaceNames, address: str, spot: Spot | None = None, actor: Actor, at: datetime
) -> Venue:
    """Enter a house, after those that are there.

    :raises Refusal: when the conference has one of this name.
    """
    try:
        with transaction() as session:
            lock(conference)
            last = session.scalar(select(func.max(Venue.position)).where(Venue.conference_id == conference.id))
            venue = Venue(
                **asdict(names), conference_id=conference.id, address=address, spot=spot, position=(last or 0) + 1
            )
            session.add(venue)
            session.flush()
            _tell("add-venue", conference.id, actor, at, venue=venue.id)
    except IntegrityError as error:
        raise _taken() from error
    return venue


def change_venue(
    *, venue: Venue, names: PlaceNames, address: str, spot: Spot | None, actor: Actor, at: datetime
) -> None:
    """Change the names people read, the address and where it stands; how files name it stays."""
    with transaction():
        lock(venue)
        venue.name_ru, venue.name_de, venue.name_en = names.name_ru, names.name_de, names.name_en
        venue.address, venue.spot = address, spot
        _tell("change-venue", venue.conference_id, actor, at, venue=venue.id)


def remove_venue(*, venue: Venue, actor: Actor, at: datetime) -> None:
    """Take a house out, with its rooms and plans.

    :raises Refusal: when the programme uses it.
    """
    try:
        with transaction() as session:
            _tell("remove-venue", venue.conference_id, actor, at, venue=venue.id)
            signs = session.scalars(select(SitePlan.sha256).where(SitePlan.venue_id == venue.id)).all()
            session.execute(delete(SitePlan).where(SitePlan.venue_id == venue.id))
            session.delete(venue)
            session.flush()
            drop_unused(signs)
    except IntegrityError as error:
        raise _in_use(venue) from error


def add_room(
    *, venue: Venue, names: PlaceNames, capacity: int | None, floor: int | None = None, access: Access | None = None,
    actor: Actor, at: datetime,
) -> Room:  # fmt: skip
    """Enter a room, after those of the house that are there. None: not known.

    :raises Refusal: when the house has one of this name.
    """
    try:
        with transaction() as session:
            lock(venue)
            last = session.scalar(select(func.max(Room.position)).where(Room.venue_id == venue.id))
            room = Room(
                **asdict(names), venue_id=venue.id, capacity=capacity, floor=floor, access=access,
                position=(last or 0) + 1,
            )  # fmt: skip
            session.add(room)
            session.flush()
            _tell("add-room", venue.conference_id, actor, at, room=room.id)
    except IntegrityError as error:
        raise _taken() from error
    return room


def change_room(
    *, room: Room, names: PlaceNames, capacity: int | None, floor: int | None, access: Access | None,
    actor: Actor, at: datetime,
) -> None:  # fmt: skip
    """Change the names people read and what is known of the room; how files name it stays."""
    with transaction():
        lock(room)
        room.name_ru, room.name_de, room.name_en = names.name_ru, names.name_de, names.name_en
        room.capacity, room.floor, room.access = capacity, floor, access
        _tell("change-room", room.venue.conference_id, actor, at, room=room.id)


def remove_room(*, room: Room, actor: Actor, at: datetime) -> None:
    """Take a room out.

    :raises Refusal: when the programme uses it.
    """
    try:
        with transaction() as session:
            _tell("remove-room", room.venue.conference_id, actor, at, room=room.id)
            session.delete(room)
            session.flush()
    except IntegrityError as error:
        raise _in_use(room) from error


def move_venue(*, venue: Venue, actor: Actor, at: datetime) -> None:
    """Put a house one place earlier in the conference's order."""
    with transaction() as session:
        ordered = list(
            session.scalars(
                select(Venue).where(Venue.conference_id == venue.conference_id).order_by(Venue.position, Venue.id)
            )
        )
        place = ordered.index(venue)
        ordered.insert(max(0, place - 1), ordered.pop(place))
        for position, row in enumerate(ordered, start=1):
            row.position = position
        _tell("move-venue", venue.conference_id, actor, at, venue=venue.id)


def move_room(*, room: Room, actor: Actor, at: datetime) -> None:
    """Put a room one place earlier in the order of its house."""
    with transaction() as session:
        ordered = list(
            session.scalars(select(Room).where(Room.venue_id == room.venue_id).order_by(Room.position, Room.id))
        )
        place = ordered.index(room)
        ordered.insert(max(0, place - 1), ordered.pop(place))
        for position, row in enumerate(ordered, start=1):
            row.position = position
        _tell("move-room", room.venue.conference_id, actor, at, room=room.id)
