"""Which clock a municipality lives by, when the directory does not say it.

Source of the Russian table: Federal Law of 3 June 2011 No. 107-FZ «Об исчислении времени», article 5, in the wording of
2020 and later (Moscow time and the ten others, counted from it: MSK−1 … MSK+9), with the names of the IANA time zone
database. Regions that are not in it live by Moscow time (MSK, UTC+3).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

if TYPE_CHECKING:
    from app.directory.models import Municipality

MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"

RUSSIAN_REGIONS: Mapping[str, str] = {
    "RU-KGD": "Europe/Kaliningrad",  # MSK−1
    "RU-AST": "Europe/Astrakhan",  # MSK+1
    "RU-SAM": "Europe/Samara",
    "RU-SAR": "Europe/Saratov",
    "RU-UD": "Europe/Samara",
    "RU-ULY": "Europe/Ulyanovsk",
    "RU-BA": "Asia/Yekaterinburg",  # MSK+2
    "RU-CHE": "Asia/Yekaterinburg",
    "RU-KGN": "Asia/Yekaterinburg",
    "RU-KHM": "Asia/Yekaterinburg",
    "RU-ORE": "Asia/Yekaterinburg",
    "RU-PER": "Asia/Yekaterinburg",
    "RU-SVE": "Asia/Yekaterinburg",
    "RU-TYU": "Asia/Yekaterinburg",
    "RU-YAN": "Asia/Yekaterinburg",
    "RU-OMS": "Asia/Omsk",  # MSK+3
    "RU-AL": "Asia/Barnaul",  # MSK+4
    "RU-ALT": "Asia/Barnaul",
    "RU-KEM": "Asia/Novokuznetsk",
    "RU-KK": "Asia/Krasnoyarsk",
    "RU-KYA": "Asia/Krasnoyarsk",
    "RU-NVS": "Asia/Novosibirsk",
    "RU-TOM": "Asia/Tomsk",
    "RU-TY": "Asia/Krasnoyarsk",
    "RU-BU": "Asia/Irkutsk",  # MSK+5
    "RU-IRK": "Asia/Irkutsk",
    "RU-AMU": "Asia/Yakutsk",  # MSK+6
    "RU-SA": "Asia/Yakutsk",
    "RU-ZAB": "Asia/Chita",
    "RU-KHA": "Asia/Vladivostok",  # MSK+7
    "RU-PRI": "Asia/Vladivostok",
    "RU-YEV": "Asia/Vladivostok",
    "RU-MAG": "Asia/Magadan",  # MSK+8
    "RU-SAK": "Asia/Sakhalin",
    "RU-CHU": "Asia/Anadyr",  # MSK+9
    "RU-KAM": "Asia/Kamchatka",
}

# Countries of guests that live by one clock.
COUNTRIES: Mapping[str, str] = {
    "AM": "Asia/Yerevan", "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "BY": "Europe/Minsk",
    "CH": "Europe/Zurich", "CN": "Asia/Shanghai", "CZ": "Europe/Prague", "DE": BERLIN, "EE": "Europe/Tallinn",
    "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London", "GE": "Asia/Tbilisi", "IT": "Europe/Rome",
    "LT": "Europe/Vilnius", "LV": "Europe/Riga", "MD": "Europe/Chisinau", "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw", "RO": "Europe/Bucharest", "RS": "Europe/Belgrade", "RU": MOSCOW, "TR": "Europe/Istanbul",
    "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}  # fmt: skip


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")) | {"UTC"}


def is_zone(name: str) -> bool:
    """Whether it is a zone a reader may choose."""
    return name in _known()


def zone_of(*, timezone: str, region: str, country: str) -> str:
    """The zone of a municipality: as it is entered, else of its region, else of its country; empty when not known.

    :param region: ISO 3166-2; ``country``: ISO 3166-1 alpha-2.
    """
    if timezone and is_zone(timezone):
        return timezone
    return RUSSIAN_REGIONS.get(region) or COUNTRIES.get(country or region.partition("-")[0], "")


def town_zone(town: Municipality | None, country: str = "") -> str:
    """The clock of somebody of ``town``, else of ``country``; empty when not known."""
    if town is not None:
        return zone_of(timezone=town.timezone, region=town.iso3166_2, country=town.country)
    return zone_of(timezone="", region="", country=country)
