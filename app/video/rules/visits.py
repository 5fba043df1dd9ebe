"""How it is known that somebody came into a room, and that they left it."""

from __future__ import annotations

from enum import StrEnum


class Via(StrEnum):
    """How it is known that somebody came."""

    LINK = "link"  # they opened their join link, or chose the session on the lobby page
    PROVIDER = "provider"  # the provider said that they are there


class LeftBy(StrEnum):
    """How it is known that somebody left."""

    PERSON = "person"  # they said so on the lobby page
    MOVED = "moved"  # they entered another room
    SIGN = "sign"  # the lobby page beside the room gave its last sign then
    PROVIDER = "provider"  # the provider said so
    END = "end"  # the session ended; nothing else is known
