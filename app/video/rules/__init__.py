"""Whose rooms they are, who is led where, and when."""

from app.video.rules.rooms import OPENS_BEFORE, Provider, new_address, require_address

__all__ = ["OPENS_BEFORE", "Provider", "new_address", "require_address"]
