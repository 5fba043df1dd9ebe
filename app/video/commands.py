"""``ratusha video …``."""

from __future__ import annotations

from typing import Any

import click

from app.command_line import verb
from app.conferences.queries import get
from app.video.queries import rooms


@verb("video", "rooms", text=lambda found: "\n".join(f"{room['session']:<8} {room['url']}" for room in found))
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
def list_rooms(slug: str) -> list[dict[str, Any]]:
    """For staff: the raw addresses of the rooms in use."""
    return [{"session": room.session.code, "url": room.url} for room in rooms(get(slug))]
