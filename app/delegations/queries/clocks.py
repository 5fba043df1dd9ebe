"""Which clock a delegate lives by."""

from __future__ import annotations

from app.conferences.taking_part import comes
from app.delegations.models import Delegate
from app.directory.zones import town_zone


def home_zone(delegate: Delegate) -> str:
    """The zone of a delegate's town, else of the town of the delegation, else of the country; empty when unknown."""
    town = delegate.municipality or (delegate.delegation.municipality if delegate.delegation is not None else None)
    return town_zone(town, delegate.country)


def zone_beside(delegate: Delegate) -> str:
    """The zone told beside the host's: who comes lives by the host's clock during the conference."""
    return "" if comes(delegate.attendance, delegate.conference.format) else home_zone(delegate)
