"""Meetings of partner cities: their times, whose wish they are, why one found no place. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.programme.rules.hours import require_after

PRIORITIES = (1, 2, 3)  # of a wish, the most urgent first
LONGEST_SLOT = 240
MOST_TABLES = 200
MOST_SLOTS = 500
LONGEST_WINDOW = timedelta(hours=24)
NOON = 13  # the half of a day ends at this hour, when people have their lunch

# What a municipality speaks with its guests; other countries speak with nobody but themselves.
_SPOKEN = {
    "RU": "ru", "BY": "ru", "KZ": "ru", "KG": "ru", "TJ": "ru", "DE": "de", "AT": "de", "CH": "de", "LI": "de",
    "LU": "de", "CN": "zh", "GB": "en", "US": "en", "IE": "en", "CA": "en", "AU": "en", "NZ": "en", "ZA": "en",
    "IN": "en", "UA": "uk", "CZ": "cs", "JP": "ja", "KR": "ko", "GR": "el", "CY": "el", "SE": "sv", "DK": "da",
    "EE": "et", "SI": "sl", "RS": "sr", "ME": "sr", "AM": "hy", "GE": "ka", "IL": "he", "AL": "sq", "XK": "sq",
    "BA": "bs", "MD": "ro", "BE": "nl", "VN": "vi", "IR": "fa", "BR": "pt", "MX": "es", "AR": "es", "CU": "es",
    "VE": "es", "EG": "ar", "SY": "ar", "PS": "ar", "TN": "ar", "MA": "ar",
}  # fmt: skip
HOUSE = "de-ru"  # what an interpreter speaks of whom nothing else is said
_WITH_LANGUAGES = re.compile(r"(?P<name>.*\S)\s*\((?P<one>[a-z]{2})\s*[-–/↔]\s*(?P<other>[a-z]{2})\)", re.IGNORECASE)


class MeetingState(StrEnum):
    """How a meeting came to its place, or lost it."""

    PLACED = "placed"
    FIXED = "fixed"  # by hand: another run keeps it
    CANCELLED = "cancelled"  # by hand: another run does not propose it again
    FREED = "freed"  # a side left, or a later run found no place


TAKES_PLACE = frozenset({MeetingState.PLACED, MeetingState.FIXED})


class Why(StrEnum):
    """Why a meeting has no place."""

    ABSENT = "absent"
    NO_WINDOW = "no-window"
    NO_TIME = "no-time"
    LIMIT = "limit"
    NO_COMMON_TIME = "no-common-time"
    NO_TABLE = "no-table"
    NO_ROOM = "no-room"
    NO_INTERPRETER = "no-interpreter"


@dataclass(frozen=True)
class Window:
    """Hours in which meetings are held, and who interprets then. A name of digits only is a number."""

    starts_at: datetime
    ends_at: datetime
    interpreters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slot:
    """One time for meetings at all tables; ``closed``: their room is needed for something else, no table is free."""

    starts_at: datetime
    ends_at: datetime
    half_day: str
    interpreters: tuple[str, ...] = ()
    closed: bool = False


def spoken_in(country: str) -> str:
    """The language of a country's municipalities at a table."""
    return _SPOKEN.get(country, country.lower())


def need_interpreter(one: str, other: str) -> bool:
    """Whether municipalities of these two countries need somebody between them."""
    return spoken_in(one) != spoken_in(other)


def speech_between(one: str, other: str) -> str:
    """The languages between which two countries need somebody, "de-ru", "ro-de" in the order of the alphabet."""
    return "-".join(sorted((spoken_in(one), spoken_in(other))))


def speech_of(interpreter: str) -> str:
    """Between which languages an interpreter works: those behind the name («Ли Вэй (ru-zh)»), else the house's."""
    found = _WITH_LANGUAGES.fullmatch(interpreter)
    return "-".join(sorted((found["one"].lower(), found["other"].lower()))) if found else HOUSE


def interpreter_name(interpreter: str) -> str:
    """The name without the languages."""
    found = _WITH_LANGUAGES.fullmatch(interpreter)
    return found["name"] if found else interpreter


def half_day(moment: datetime, zone: ZoneInfo) -> str:
    """The half of a day a moment belongs to, for the limit of a delegation."""
    local = moment.astimezone(zone)
    return f"{local.date().isoformat()} {'am' if local.hour < NOON else 'pm'}"


def names_of(text: str) -> tuple[str, ...]:
    """What was entered for tables or interpreters: a number, or one name a line (or between commas or semicolons).

    >>> names_of("3"), names_of("Rathaus, Oka")
    (('1', '2', '3'), ('Rathaus', 'Oka'))

    :raises Refusal: when a name stands twice or there are too many.
    """
    plain = text.strip()
    if plain.isascii() and plain.isdigit():
        if len(plain) > 4 or int(plain) > MOST_TABLES:
            raise Refusal(_l("At most %(count)s, please.", count=MOST_TABLES))
        return tuple(str(number) for number in range(1, int(plain) + 1))
    for sign in ",;":
        plain = plain.replace(sign, "\n")
    found = [" ".join(line.split()) for line in plain.splitlines()]
    named = [name for name in found if name]
    twice = next((name for number, name in enumerate(named) if name in named[:number]), None)
    if twice is not None:
        raise Refusal(_l("“%(name)s” stands twice.", name=twice[:80]))
    if any(len(name) > 80 for name in named):
        raise Refusal(_l("A name may have 80 characters at most."))
    if len(named) > MOST_TABLES:
        raise Refusal(_l("At most %(count)s, please.", count=MOST_TABLES))
    return tuple(named)


def text_of(names: Sequence[str]) -> str:
    """The names as they are entered: a number when they are one, else one a line."""
    return str(len(names)) if names and tuple(names) == names_of(str(len(names))) else "\n".join(names)


def require_windows(windows: Sequence[Window]) -> None:
    """:raises Refusal: naming the window (``windows-0-end``) that ends before it begins, is too long, or overlaps."""
    for number, window in enumerate(windows):
        require_after(window.starts_at, window.ends_at, field=f"windows-{number}-end")
        if window.ends_at - window.starts_at > LONGEST_WINDOW:
            raise Refusal(_l("A window may last a day at most."), field=f"windows-{number}-end")
        for before in windows[:number]:
            if window.starts_at < before.ends_at and before.starts_at < window.ends_at:
                raise Refusal(_l("This window overlaps another one."), field=f"windows-{number}-start")


def slots_of(windows: Iterable[Window], *, minutes: int, pause: int, zone: str) -> list[Slot]:
    """The times for meetings in the windows, in order; what is left of a window and too short stays free.

    Counted in UTC, so that a night in which clocks are changed has as many minutes as it really has.
    """
    place = ZoneInfo(zone)
    length, step = timedelta(minutes=minutes), timedelta(minutes=minutes + pause)
    found: list[Slot] = []
    for window in sorted(windows, key=lambda one: one.starts_at):
        begins = window.starts_at.astimezone(UTC)
        while begins + length <= window.ends_at and len(found) < MOST_SLOTS:
            found.append(Slot(begins, begins + length, half_day(begins, place), window.interpreters))
            begins += step
    return found


def importance(*, wishes: Sequence[int], since_year: int, tie: bool, now_year: int) -> tuple[int, int]:
    """What comes first: (rank, bonus), the greater before the smaller.

    A wish of priority 1 before one of 2 before one of 3, then ties without a wish. Among equals: what both
    sides wish and are tied by, then the older tie. A meeting of lower rank never costs one of higher rank its place.

    :param wishes: the priorities of the wishes of either side.
    :param since_year: 0 when not known.
    """
    rank = 4 - min(wishes) if wishes else 0
    age = min(max(now_year - since_year, 0), 200) if tie and since_year else 0
    return rank, 400 * (len(wishes) > 1) + 200 * tie + age


_TITLES: Mapping[str, Mapping[str, str]] = {
    "city": {
        "ru": "встреча городов-партнёров", "de": "Treffen der Partnerstädte", "en": "meeting of partner cities",
    },
    "region": {
        "ru": "встреча регионов-партнёров", "de": "Treffen der Partnerregionen", "en": "meeting of partner regions",
    },
    "partner": {"ru": "встреча партнёров", "de": "Partnertreffen", "en": "meeting of partners"},
    "other": {"ru": "двусторонняя встреча", "de": "bilaterales Treffen", "en": "bilateral meeting"},
}  # fmt: skip
_BETWEEN = {"ru": " — ", "de": " – ", "en": " – "}


def title_of(names: tuple[str, str], kinds: tuple[str, str], language: str, *, tied: bool) -> str:
    """«Калуга — Зуль: встреча городов-партнёров», "Kaluga – Suhl: Treffen der Partnerstädte"; the names come first, for
    they tell one from the next where a title is cut.

    :param kinds: of the two municipalities; districts and counties are no cities and are not called so.
    :param tied: whether they are partners; else it is a bilateral meeting.
    """
    one, other = kinds
    which = "other" if not tied else one if one == other and one in {"city", "region"} else "partner"
    return f"{_BETWEEN[language].join(names)[:360]}: {_TITLES[which][language]}"
