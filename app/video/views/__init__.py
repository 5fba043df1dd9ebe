"""Pages of the video rooms: the door for delegates, and the desk's."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.navigation import Door
from app.permissions import Permission
from app.video.views import control, joining, links, lobby, rooms, servers
from app.video.views.blueprint import desk_blueprint

blueprints = (joining.join_blueprint, desk_blueprint)
doors = (Door(_l("Video rooms"), "video_rooms.show", Permission.SEE_ROOM_ADDRESSES, 70, of_conference=True),)

__all__ = ["blueprints", "control", "doors", "joining", "links", "lobby", "rooms", "servers"]
