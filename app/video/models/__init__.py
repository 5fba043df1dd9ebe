"""Meeting rooms, and what happens at their doors."""

from app.video.models.doors import RoomDoor
from app.video.models.notices import LobbyNotice
from app.video.models.rooms import MeetingRoom, VideoAccount
from app.video.models.visits import EquipmentTest, RoomVisit

__all__ = ["EquipmentTest", "LobbyNotice", "MeetingRoom", "RoomDoor", "RoomVisit", "VideoAccount"]
