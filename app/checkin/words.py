"""What the entrance desk says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.checkin.rules import How
from app.i18n import date_time

HOW_WORDS: Mapping[How, LazyString] = {How.SCANNED: _l("badge scanned"), How.BY_NAME: _l("found by name")}


def moment_words(moment: datetime, at: datetime, zone: str) -> str:
    """The time alone where it is of the same day in ``zone``, else with its date."""
    whole = date_time(moment, zone)
    same = moment.astimezone(ZoneInfo(zone)).date() == at.astimezone(ZoneInfo(zone)).date()
    return whole.rpartition(", ")[2] if same else whole
