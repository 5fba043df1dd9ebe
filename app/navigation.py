"""The staff's way through the house: each feature names its pages, this file draws the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_security import current_user

from app.errors import Message
from app.permissions import Permission, may


@dataclass(frozen=True)
class Door:
    """One entry: a label, the endpoint it opens, who may, and where it stands.

    ``of_conference`` entries are shown only inside a conference and get its ``slug``.
    """

    label: Message
    endpoint: str
    permission: Permission
    order: int
    of_conference: bool = False


def add_doors(app: Flask, doors: Iterable[Door]) -> None:
    """Add a feature's entries."""
    known: list[Door] = app.extensions.setdefault("ratusha.doors", [])
    known.extend(doors)
    known.sort(key=lambda door: door.order)


def enter_conference(*, slug: str, title: str) -> None:
    """Say that this page belongs to a conference: its entries are shown too."""
    g.conference_door = (slug, title)


def desk_navigation() -> list[dict[str, Any]]:
    """The entries the person signed in may open; ``group`` is "" or the conference's title."""
    if not current_user.is_authenticated:
        return []
    slug, title = g.get("conference_door", (None, ""))
    here = request.endpoint or ""
    shown: list[Door] = [
        door
        for door in current_app.extensions.get("ratusha.doors", [])
        if may(door.permission) and (slug is not None or not door.of_conference)
    ]
    near = [
        door
        for door in shown
        if door.endpoint.split(".")[0] == here.split(".")[0] and door.of_conference == (slug is not None)
    ]
    current = next((door for door in shown if door.endpoint == here), near[0] if near else None)
    entries = []
    for door in shown:
        values = {"slug": slug} if door.of_conference else {}
        entries.append(
            {
                "label": str(door.label),
                "url": url_for(door.endpoint, **values),
                "current": door is current,
                "group": title if door.of_conference else "",
            }
        )
    return entries


def init_app(app: Flask) -> None:
    """Give templates ``desk_navigation`` (empty for the public)."""

    @app.context_processor
    def _navigation() -> dict[str, Any]:
        if not request or "/desk" not in request.path:
            return {"desk_navigation": []}
        return {"desk_navigation": desk_navigation()}
