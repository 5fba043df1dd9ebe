"""How sessions one can sign up for are told: hours, places, and how a person stands."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.i18n import date_time, number, time_range, weekday_date
from app.programme.queries.sign_up import Offered
from app.programme.rules import SignUpStanding


def hours(offered: Offered, zone: str) -> str:
    """Day and hours in the host's zone."""
    if offered.starts_at is None:
        day = date.fromisoformat(offered.item["date"]) if offered.item["date"] else None
        return f"{weekday_date(day)}, {_('hour open')}" if day else str(_("hour open"))
    if offered.ends_at is None:
        return date_time(offered.starts_at, zone)
    day = offered.starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{weekday_date(day)}, {time_range(offered.starts_at, offered.ends_at, zone)}"


def standing_words(offered: Offered, *, of_another: bool = False) -> tuple[str, str]:
    """How the person stands, in words and as a tone; empty for what they did not choose.

    :param of_another: said to the staff, not to the person.
    """
    if offered.standing is None:
        return "", "quiet"
    if offered.cancelled:
        return str(_("is cancelled")), "stop"
    if offered.standing is SignUpStanding.HAS_PLACE:
        return str(_("has a place") if of_another else _("You have a place")), "done"
    place = number(offered.place_in_line or 1)
    if of_another:
        return str(_("number %(number)s in line", number=place)), "waiting"
    return str(_("You are number %(number)s in line", number=place)), "waiting"


def places_words(offered: Offered, *, of_another: bool = False) -> str:
    """How many places are left, or how long the line is."""
    if not offered.open or offered.cancelled:
        return str(_("closed for sign-up"))
    if offered.waiting:
        return str(_("no place is left, waiting: %(number)s", number=number(offered.waiting)))
    if offered.left is None:
        return str(_("there is room for everybody"))
    if not offered.left:
        return str(_("no place is left") if of_another else _("no place is left; you would be the first in line"))
    return str(_("places left: %(number)s", number=number(offered.left)))
