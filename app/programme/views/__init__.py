"""Pages of the programme: for everyone, and for the staff."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.navigation import Door
from app.permissions import Permission
from app.programme.views import (
    booklet,
    changes,
    confirming,
    desk_sign_up,
    feeds,
    grid,
    grid_news,
    houses,
    importing,
    links,
    materials,
    meeting_edit,
    meetings,
    mine,
    papers,
    public,
    releases,
    rooms,
    sessions,
    sign_up,
    tracks,
    warnings,
)
from app.programme.views.blueprint import programme

blueprints = (programme, feeds.blueprint)
doors = (Door(_l("Programme"), "programme.editor", Permission.READ_PROGRAMME, 40, of_conference=True),)

__all__ = [
    "blueprints", "booklet", "changes", "confirming", "desk_sign_up", "doors", "feeds", "grid", "grid_news",
    "houses", "importing", "links", "materials", "meeting_edit", "meetings", "mine", "papers", "public", "releases",
    "rooms", "sessions", "sign_up", "tracks", "warnings",
]  # fmt: skip
