"""What a municipality, a head and a tie may be."""

from __future__ import annotations

import re
from enum import StrEnum

SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$")


class MunicipalityKind(StrEnum):
    """What kind of place it is."""

    CITY = "city"
    DISTRICT = "district"
    COUNTY = "county"
    REGION = "region"


class PartnershipKind(StrEnum):
    """What ties two municipalities."""

    PARTNERSHIP = "partnership"
    FRIENDSHIP = "friendship"
    TRILATERAL = "trilateral"
    REGION = "region"


class Gender(StrEnum):
    """As the forms of address need it. ``u``: unknown or diverse, ``""`` is never stored."""

    MALE = "m"
    FEMALE = "f"
    UNKNOWN = "u"


def serves_in(as_of: str, year: int) -> bool:
    """Whether ``as_of`` («2017;2019;2021») covers ``year``."""
    return str(year) in as_of.split(";")


def latest_year(as_of: str) -> int:
    """The latest year of ``as_of``, 0 when none is given."""
    return max((int(part) for part in as_of.split(";") if part.strip().isdecimal()), default=0)
