"""What the desk says of the hours of rooms."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.i18n import date_short, time_range


def hours_of(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """«22.11.2026, 14:50–17:20» in ``zone``."""
    day = starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{date_short(day)}, {time_range(starts_at, ends_at, zone)}"
