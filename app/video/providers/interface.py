"""What the house asks of any meeting server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.video.rules.accounts import RoomPlan
from app.video.rules.trouble import Finding
from app.video.rules.visitors import Visitor


class Ability(StrEnum):
    """What not every server can do."""

    MAKES_ROOMS = "makes-rooms"  # a room has to be asked for before anybody can enter
    CHANNELS = "channels"  # it has a room for each language of its own accord
    ENDS = "ends"
    RECORDS = "records"
    TELLS_WHO = "tells-who"


@dataclass(frozen=True)
class Recording:
    """One recording that a server keeps; ``addresses`` are (kind, address) as it names them."""

    id: str
    name: str
    begins: datetime | None
    ends: datetime | None
    published: bool
    addresses: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PersonInside:
    """Somebody who is in a room now, by the id the house gave (:class:`Visitor`)."""

    id: str
    name: str
    moderator: bool
    speaks: bool = False


class MeetingServer(Protocol):
    """A provider of meeting rooms. Every call ends within its limits or raises ``Trouble``."""

    abilities: frozenset[Ability]

    def raw_address(self, key: str) -> str:
        """The address of a room without anybody's right to enter it, for staff."""

    def check(self, *, at: datetime) -> Finding:
        """Ask the server for something harmless; never raises ``Trouble``."""

    def ensure(self, room: RoomPlan) -> None:
        """See to it that the room is there. Asking twice makes one room."""

    def address_for(self, room: RoomPlan, visitor: Visitor, *, at: datetime) -> str:
        """Where this person enters this room now; made at the click and good for a limited time."""

    def end(self, room: RoomPlan) -> bool:
        """Send everybody home; False when the room was not open."""

    def recordings(self, room: RoomPlan) -> list[Recording]:
        """The recordings of the room, oldest first."""

    def people_in(self, room: RoomPlan) -> list[PersonInside]:
        """Who is in the room now."""
