"""Forms about meeting rooms."""

from app.video.forms.rooms import RoomForm

__all__ = ["RoomForm"]
