"""Floors of rooms, and who reaches them, in words. Russia counts floors from the street, Germany from above it."""

from __future__ import annotations

from flask_babel import gettext as _

from app.conferences.details import HIGHEST_FLOOR, LOWEST_FLOOR
from app.conferences.rules import Access
from app.i18n import language


def floor_words(floor: int) -> str:
    """ "ground floor", «1-й этаж», "Erdgeschoss" for 0."""
    if floor == 0:
        return str(_("ground floor"))
    if floor > 0:
        return str(_("floor %(number)s", number=floor + (language() == "ru")))
    if floor == -1:
        return str(_("basement"))
    return str(_("basement %(number)s", number=-floor))


def floor_choices() -> list[tuple[str, str]]:
    """The floors a room may be on, from above, the usual ones; "" when it is not known."""
    floors = [str(floor) for floor in range(HIGHEST_FLOOR, LOWEST_FLOOR - 1, -1)]
    return [("", str(_("not known"))), *((floor, floor_words(int(floor))) for floor in floors)]


def access_words() -> dict[Access, str]:
    """Who reaches a room, for people in a wheelchair."""
    return {
        Access.FREE: str(_("wheelchair accessible")),
        Access.WITH_HELP: str(_("accessible to wheelchairs with help")),
        Access.NONE: str(_("not accessible to wheelchairs")),
    }


def access_choices() -> list[tuple[str, str]]:
    """The same to choose from."""
    return [("", str(_("not known"))), *((access.value, words) for access, words in access_words().items())]
