"""Whose rooms they are, who is led where, and when."""

from app.video.rules.rooms import OPENS_BEFORE, Provider, require_address

__all__ = ["OPENS_BEFORE", "Provider", "require_address"]
