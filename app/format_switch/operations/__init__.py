"""The deed of this room: to switch."""

from app.format_switch.operations.apply import switch

__all__ = ["switch"]
