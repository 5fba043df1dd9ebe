"""What a municipality, a head and a tie may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


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


class InOffice(Protocol):
    """Whoever held an office in the years of ``as_of`` («2017;2019;2021»)."""

    @property
    def as_of(self) -> str:
        """The years, joined by ``;``."""
        raise NotImplementedError


Head = TypeVar("Head", bound=InOffice)


def years_of(as_of: str) -> list[int]:
    """The years of «2017;2019;2021», ascending."""
    return sorted(int(part) for part in as_of.split(";") if part.strip().isdecimal())


def serves_in(as_of: str, year: int) -> bool:
    """Whether ``as_of`` («2017;2019;2021») covers ``year``."""
    return year in years_of(as_of)


def latest_year(as_of: str) -> int:
    """The latest year of ``as_of``, 0 when none is given."""
    return max(years_of(as_of), default=0)


def head_of_year(heads: Sequence[Head], year: int) -> Head:
    """Of several heads of one municipality the one to address in ``year``.

    Whose years cover it; else whose last year before it is the latest; else whose first year comes earliest.
    Among equals the one entered first. ``heads`` must not be empty.
    """

    def distance(head: Head) -> tuple[int, int]:
        years = years_of(head.as_of)
        if year in years:
            return (0, 0)
        before = [known for known in years if known < year]
        if before:
            return (1, year - before[-1])
        return (2, years[0] - year) if years else (3, 0)

    return min(heads, key=distance)
