"""Who comes through the door of a room, as its server is told."""

from __future__ import annotations

from dataclasses import dataclass

from app.video.rules.visits import GuestRole


@dataclass(frozen=True)
class Visitor:
    """One person at the door. ``id`` tells a server people apart and means nothing outside of the house."""

    id: str
    name: str
    role: GuestRole
    language: str = "en"
    listen_only: bool = False

    @property
    def only_listens(self) -> bool:
        """Whether neither microphone nor camera of the person is wanted."""
        return self.listen_only or self.role is GuestRole.PRESS

    @property
    def waits(self) -> bool:
        """Whether a moderator has to let the person in, where the room has a waiting room."""
        return self.role in {GuestRole.DELEGATE, GuestRole.PRESS}
