"""Which clock a delegate lives by."""

from __future__ import annotations

from app.delegations.models import Delegate
from app.directory.zones import town_zone


def home_zone(delegate: Delegate) -> str:
    """The zone of a delegate's town, else of the town of the delegation, else of the country; empty when unknown."""
    town = delegate.municipality or (delegate.delegation.municipality if delegate.delegation is not None else None)
    return town_zone(town, delegate.country)
