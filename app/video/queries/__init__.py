"""Which rooms there are, whose they are, and which is open now."""

from app.video.queries.doors import doors_of
from app.video.queries.joining import guest, next_one, open_now
from app.video.queries.rooms import rooms, rooms_of, sessions_on_video

__all__ = ["doors_of", "guest", "next_one", "open_now", "rooms", "rooms_of", "sessions_on_video"]
