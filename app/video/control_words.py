"""What the desk says of the hours of rooms, and of what was done to them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.history.models import HistoryEntry
from app.i18n import date_short, time_range


def hours_of(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """«22.11.2026, 14:50–17:20» in ``zone``."""
    day = starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{date_short(day)}, {time_range(starts_at, ends_at, zone)}"


def deed_words(entry: HistoryEntry) -> str:
    """What was done on the control page."""
    code, to = entry.details.get("session", ""), entry.details.get("to", "")
    known = {
        "video.open_door": lambda: _("opened the room of %(code)s", code=code),
        "video.close_door": lambda: _("closed the room of %(code)s", code=code),
        "video.move_everybody": lambda: _("led everybody of %(code)s into the room of %(to)s", code=code, to=to),
        "video.lead_back": lambda: _("led everybody of %(code)s back into its own room", code=code),
        "video.broadcast": lambda: (
            _("said something in the lobby of %(code)s", code=code) if code else _("said something in the lobby")
        ),
        "video.withdraw_notice": lambda: _("took a notice back"),
        "video.enter_as_staff": lambda: _("went into the room of %(code)s", code=code),
        "video.end_room": lambda: _("sent everybody in a room out"),
    }
    return str(known[entry.deed]())
