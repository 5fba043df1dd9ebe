"""Who comes through the door of a room, and as what: its server is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VisitorRole(StrEnum):
    """What somebody is in a room. Of several, the one that stands first here wins."""

    MODERATOR = "moderator"  # leads, lets others in
    INTERPRETER = "interpreter"
    SPEAKER = "speaker"
    DELEGATE = "delegate"
    PRESS = "press"  # listens only


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
