"""Meeting rooms, and what happens at their doors."""

from app.video.models.rooms import MeetingRoom

__all__ = ["MeetingRoom"]
