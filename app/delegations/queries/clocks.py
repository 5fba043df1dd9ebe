"""Which clock a delegate lives by."""

from __future__ import annotations

from app.delegations.models import Delegate
from app.directory.zones import zone_of


def home_zone(delegate: Delegate) -> str:
    """The zone of a delegate's town, else of the town of the delegation, else of the country; empty when unknown."""
    town = delegate.municipality or (delegate.delegation.municipality if delegate.delegation is not None else None)
    if town is not None:
        return zone_of(timezone=town.timezone, region=town.iso3166_2, country=town.country)
    return zone_of(timezone="", region="", country=delegate.country)
