"""Changing conferences, their venues and rooms."""

from app.conferences.operations.conferences import change_conference, create_conference
from app.conferences.operations.plans import add_plan, change_plan, move_plan, remove_plan
from app.conferences.operations.venues import (
    add_room,
    add_venue,
    change_room,
    change_venue,
    move_room,
    move_venue,
    remove_room,
    remove_venue,
)

__all__ = [
    "add_plan",
    "add_room",
    "add_venue",
    "change_conference",
    "change_plan",
    "change_room",
    "change_venue",
    "create_conference",
    "move_plan",
    "move_room",
    "move_venue",
    "remove_plan",
    "remove_room",
    "remove_venue",
]
