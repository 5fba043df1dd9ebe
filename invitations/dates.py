"""Dates, times and numerals as each of the three languages writes them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

NBSP: Final = "\u00a0"
DASH: Final = "\u2013"

LANGUAGES: Final = ("ru", "de", "en")

_MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_WEEKDAYS: Final[dict[str, tuple[str, ...]]] = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_ROMAN: Final = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def roman(n: int) -> str:
    """Return ``n`` (1 to 3999) as a Roman numeral: 16 -> ``XVI``."""
    if not 1 <= n <= 3999:
        raise ValueError(f"no Roman numeral for {n}")
    written = ""
    for value, sign in _ROMAN:
        while n >= value:
            written += sign
            n -= value
    return written


def _day_month(d: date, language: str) -> str:
    day = f"{d.day}." if language == "de" else str(d.day)
    return f"{day}{NBSP}{_MONTHS[language][d.month - 1]}"


def day_month(d: date, language: str) -> str:
    """«6 апреля», "6. April", "6 April": where the year goes without saying."""
    return _day_month(d, language)


def long_date(d: date, language: str) -> str:
    """«6 апреля 2021 г.», "6. April 2021", "6 April 2021", held together by no-break spaces."""
    year = f"{d.year}{NBSP}г." if language == "ru" else str(d.year)
    return f"{_day_month(d, language)}{NBSP}{year}"


def short_date(d: date, language: str) -> str:
    """``06.04.2021`` in Russian and German, ``6 Apr 2021`` in English."""
    if language == "en":
        return f"{d.day}{NBSP}{_MONTHS['en'][d.month - 1][:3]}{NBSP}{d.year}"
    return f"{d:%d.%m.}{d.year:04d}"


def weekday_date(d: date, language: str) -> str:
    """«среда, 28 июня 2017 г.», "Mittwoch, 28. Juni 2017", "Wednesday, 28 June 2017"."""
    return f"{_WEEKDAYS[language][d.weekday()]}, {long_date(d, language)}"


def date_range(start: date, end: date, language: str) -> str:
    """«28–30 июня 2021 г.», "28.–30. Juni 2021", "28–30 June 2021"; month and year once where they are one.

    Raises ValueError when the end lies before the start.
    """
    start, end = _plain(start), _plain(end)
    if end < start:
        raise ValueError("the end lies before the start")
    if start == end:
        return long_date(start, language)
    if (start.year, start.month) == (end.year, end.month):
        first = f"{start.day}." if language == "de" else str(start.day)
        return f"{first}{DASH}{long_date(end, language)}"
    first = _day_month(start, language) if start.year == end.year else long_date(start, language)
    return f"{first}{NBSP}{DASH} {long_date(end, language)}"


def period(start: date, end: date, language: str) -> str:
    """The same days as an adverb: «с 28 по 30 июня 2021 г.», "vom 28. bis 30. Juni 2021", "from 28 to 30 June 2021"."""
    start, end = _plain(start), _plain(end)
    if end < start:
        raise ValueError("the end lies before the start")
    if start == end:
        on = {"ru": "", "de": f"am{NBSP}", "en": f"on{NBSP}"}[language]
        return on + long_date(start, language)
    if start.year != end.year:
        first = long_date(start, language)
    elif start.month != end.month:
        first = _day_month(start, language)
    else:
        first = f"{start.day}." if language == "de" else str(start.day)
    before, between = {"ru": ("с", "по"), "de": ("vom", "bis"), "en": ("from", "to")}[language]
    return f"{before}{NBSP}{first} {between}{NBSP}{long_date(end, language)}"


def _plain(d: date) -> date:
    return d.date() if isinstance(d, datetime) else d


def _clock(t: time | datetime) -> str:
    return f"{t:%H:%M}"


def time_range(start: time | datetime, end: time | datetime, language: str) -> str:
    """``10:00–11:30``, in German with ``Uhr``."""
    hour = f"{NBSP}Uhr" if language == "de" else ""
    return f"{_clock(start)}{DASH}{_clock(end)}{hour}"


def date_time(moment: datetime, language: str) -> str:
    """«6 апреля 2021 г., 10:00», "6. April 2021, 10:00 Uhr", "6 April 2021, 10:00"; the moment's own zone."""
    hour = f"{NBSP}Uhr" if language == "de" else ""
    return f"{long_date(moment, language)}, {_clock(moment)}{hour}"
