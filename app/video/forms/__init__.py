"""Forms about meeting rooms."""

from app.video.forms.rooms import RoomForm, ServerForm

__all__ = ["RoomForm", "ServerForm"]
