"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who did a deed: ``kind`` is staff, head, delegate, contact, command or system."""

    kind: str
    id: int | None
    label: str


SYSTEM = Actor(kind="system", id=None, label="Ratusha")
COMMAND = Actor(kind="command", id=None, label="ratusha")
