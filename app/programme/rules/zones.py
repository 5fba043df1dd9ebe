"""The reader's own time zone beside the host's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale

# Whose clock is told beside the host's to those whose town is not known, by their language.
HOME = {"ru": "Europe/Moscow", "de": "Europe/Berlin"}
# Where delegates of Russian and German cities and their guests come from, from west to east.
OFFERED = (
    "America/New_York", "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Vienna", "Europe/Zurich",
    "Europe/Warsaw", "Europe/Kaliningrad", "Europe/Helsinki", "Europe/Chisinau", "Europe/Kyiv", "Europe/Istanbul",
    "Europe/Minsk", "Europe/Moscow", "Europe/Simferopol", "Europe/Volgograd", "Europe/Samara", "Europe/Saratov",
    "Asia/Yerevan", "Asia/Tbilisi", "Asia/Baku", "Asia/Tashkent", "Asia/Yekaterinburg", "Asia/Almaty", "Asia/Omsk",
    "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Shanghai", "Asia/Yakutsk", "Asia/Vladivostok",
    "Asia/Magadan", "Asia/Kamchatka",
)  # fmt: skip


@dataclass(frozen=True)
class Elsewhere:
    """When a session takes place where the reader is; ``day`` only where it is not the host's."""

    starts: datetime
    ends: datetime | None
    day: date | None


_OLD_NAMES = {"Europe/Kyiv": "Europe/Kiev"}  # as the tables of cities still have them


@lru_cache(maxsize=2000)
def city(name: str, language: str) -> str:
    """What people call a zone: its city («Екатеринбург», "Jekaterinburg")."""
    told = Locale.parse(language).time_zones.get(_OLD_NAMES.get(name, name), {}).get("city")
    return str(told or name.rpartition("/")[2].replace("_", " "))


def elsewhere(starts: datetime, ends: datetime | None, *, host: str, zone: str) -> Elsewhere | None:
    """The same moments on the reader's clock; None when it shows what the host's does."""
    there, here = starts.astimezone(ZoneInfo(zone)), starts.astimezone(ZoneInfo(host))
    ending = ends.astimezone(ZoneInfo(zone)) if ends else None
    ending_here = ends.astimezone(ZoneInfo(host)) if ends else None
    same_end = ending is None or ending_here is None or ending.utcoffset() == ending_here.utcoffset()
    if there.utcoffset() == here.utcoffset() and same_end:
        return None
    return Elsewhere(there, ending, there.date() if there.date() != here.date() else None)
