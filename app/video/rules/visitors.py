"""Who comes through the door of a room, and as what: its server is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class VisitorRole(StrEnum):
    """What somebody is in a room. Of several, the one that stands first here wins."""

    MODERATOR = "moderator"  # leads, lets others in
    INTERPRETER = "interpreter"
    SPEAKER = "speaker"
    DELEGATE = "delegate"
    PRESS = "press"  # listens only


_GUEST = re.compile(r"part-([1-9]\d{0,11})")


def guest_id(part_id: int | None) -> str:
    """How a server knows somebody with a part who is no delegate."""
    return f"part-{part_id or 0}"


def part_of_guest(visitor_id: str) -> int | None:
    """The part behind such a sign; None when it is none."""
    found = _GUEST.fullmatch(visitor_id)
    return int(found[1]) if found is not None else None


@dataclass(frozen=True)
class Visitor:
    """One person at the door. ``id`` tells a server people apart and means nothing outside of the house."""

    id: str
    name: str
    role: VisitorRole
    language: str = "en"
    listen_only: bool = False

    @property
    def only_listens(self) -> bool:
        """Whether neither microphone nor camera of the person is wanted."""
        return self.listen_only or self.role is VisitorRole.PRESS

    @property
    def waits(self) -> bool:
        """Whether a moderator has to let the person in, where the room has a waiting room."""
        return self.role in {VisitorRole.DELEGATE, VisitorRole.PRESS}
