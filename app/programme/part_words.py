"""Hours and places of a session of the draft, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import day_heading, language, localized, time_range
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules import Confirmation
from app.programme.rules.persons import name_for

CONFIRMATIONS: dict[Confirmation, tuple[LazyString, str]] = {
    Confirmation.NOT_ASKED: (_l("not asked yet"), "quiet"),
    Confirmation.ASKED: (_l("asked, no answer yet"), "waiting"),
    Confirmation.CONFIRMED: (_l("takes part"), "done"),
    Confirmation.DECLINED: (_l("does not take part"), "stop"),
}


def moments_in_words(starts: datetime, ends: datetime | None, zone: str) -> str:
    """«Среда, 28 июня 2017 г., 18:00–20:00» on the clocks of ``zone``."""
    there = starts.astimezone(ZoneInfo(zone))
    hours = time_range(starts, ends, zone) if ends is not None else f"{there:%H:%M}"
    return f"{day_heading(there.date())}, {hours}"


def hours_in_words(session: ProgrammeSession) -> str:
    """When it takes place, on the host's clock; as much as is known."""
    if session.starts_at is not None:
        return moments_in_words(session.starts_at, session.ends_at, session.conference.timezone)
    return day_heading(session.day) if session.day is not None else str(_("not settled yet"))


def name_in_words(person: SessionPerson) -> str:
    """The name in letters the reader knows."""
    return name_for(person.name, language(), person.name_latin)


def place_in_words(session: ProgrammeSession) -> str:
    """House and room in the reader's language; nothing while they are not known."""
    parts = [localized(place, "name") or place.name for place in (session.house, session.room) if place is not None]
    return ", ".join(parts)
