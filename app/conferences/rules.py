"""What a conference may be, and how its format may move."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from invitations.dates import roman

MOST_EDITIONS = 399
LONGEST = timedelta(days=31)

#: A change of one of these is a change of the conference's entry in people's calendars (RFC 5545, SEQUENCE).
IN_CALENDARS = frozenset(
    {"title_ru", "title_de", "title_en", "host_id", "starts_on", "ends_on", "timezone", "edition"}
)  # fmt: skip


class ConferenceFormat(StrEnum):
    """How a conference is held."""

    IN_PERSON = "in-person"
    HYBRID = "hybrid"
    VIDEO = "video"


class Attendance(StrEnum):
    """How one person takes part. The spelling is that of the delegates' files."""

    ON_SITE = "onsite"
    VIDEO = "video"


class Access(StrEnum):
    """Whether somebody in a wheelchair reaches a room."""

    FREE = "free"
    WITH_HELP = "with-help"
    NONE = "none"


def edition_number(text: str) -> int | None:
    """The number meant by «16», «XVI», «xvi.»; None when it is none from 1 to 399."""
    value = text.strip().rstrip(".").upper()
    if re.fullmatch("[0-9]{1,3}", value):
        return int(value) if 1 <= int(value) <= MOST_EDITIONS else None
    value = value.translate(str.maketrans("ХСІ", "XCI"))  # Cyrillic letters of the same look
    return next((n for n in range(1, MOST_EDITIONS + 1) if roman(n) == value), None)


def days_of(starts_on: date, ends_on: date, zone: str) -> tuple[datetime, datetime]:
    """From the first midnight of a conference to the one behind its last day, where it is held. Only who is checked in
    or enters a room between them came for certain: on the eve desks and cameras are tried out."""
    held = ZoneInfo(zone)
    return datetime.combine(starts_on, time(), held), datetime.combine(ends_on + timedelta(days=1), time(), held)


def is_past(*, ends_on: date, timezone: str, at: datetime, registration_open: bool = False) -> bool:
    """Whether the conference is over: its last day has passed where it is held, and nobody can register any more."""
    return not registration_open and at.astimezone(ZoneInfo(timezone)).date() > ends_on
