"""Opening, changing and withdrawing meeting rooms."""

from app.video.operations.rooms import change_room, open_rooms, withdraw_rooms

__all__ = ["change_room", "open_rooms", "withdraw_rooms"]
