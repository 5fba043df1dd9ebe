"""Numbers with their nouns: «5 делегатов», "1 Delegierte", "21 delegates"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from invitations.dates import NBSP

FORMS: Final = {"ru": 3, "de": 2, "en": 2}

_NOUNS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "delegates": {
        "ru": ("делегат", "делегата", "делегатов"),
        "de": ("delegierte Person", "Delegierte"),
        "en": ("delegate", "delegates"),
    },
    "people": {"ru": ("человек", "человека", "человек"), "de": ("Person", "Personen"), "en": ("person", "people")},
    "days": {"ru": ("день", "дня", "дней"), "de": ("Tag", "Tage"), "en": ("day", "days")},
    "partners": {
        "ru": ("город-партнёр", "города-партнёра", "городов-партнёров"),
        "de": ("Partnerstadt", "Partnerstädte"),
        "en": ("partner city", "partner cities"),
    },
}
# From two on: of one the form depends on the sentence.
_DAYS_IN_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "ru": ("два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"),
    "de": ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
# After «из», "aus", "from": the genitive in Russian, the dative in German.
_FROM: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "countries": {"ru": ("из", "страны", "стран"), "de": ("aus", "Land", "Ländern"), "en": ("from", "country",
                                                                                        "countries")},
}  # fmt: skip


def plural(n: int, language: str, forms: Sequence[str]) -> str:
    """The one of ``forms`` that stands beside ``n``: three in Russian (1, 2, 5), two elsewhere (1, 2).

    Raises ValueError for a wrong number of forms.
    """
    if len(forms) != FORMS[language]:
        raise ValueError(f"{FORMS[language]} forms are needed beside a number, not {len(forms)}")
    n = abs(n)
    if language != "ru":
        return forms[n != 1]
    if n % 10 == 1 and n % 100 != 11:
        return forms[0]
    return forms[1 if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else 2]


def number(n: int, language: str) -> str:
    """Four digits stand close; from five on groups of three: «12 500», "12.500", "12,500"."""
    if abs(n) < 10_000:
        return str(n)
    return f"{n:,}".replace(",", {"ru": NBSP, "de": ".", "en": ","}[language])


def counted(n: int, language: str, what: str) -> str:
    """``n`` with the noun ``what`` in the nominative: «21 делегат»."""
    return f"{number(n, language)}{NBSP}{plural(n, language, _NOUNS[what][language])}"


def days_in_words(n: int, language: str) -> str:
    """A few days in words, as a letter writes them: «три дня», "drei Tage", "three days"; more in digits."""
    words = _DAYS_IN_WORDS[language]
    if not 2 <= n < len(words) + 2:
        return counted(n, language, "days")
    return f"{words[n - 2]}{NBSP}{plural(n, language, _NOUNS['days'][language])}"


def from_counted(n: int, language: str, what: str) -> str:
    """``n`` of ``what`` as an origin: «из 12 стран», "aus 12 Ländern", "from 12 countries"."""
    before, one, many = _FROM[what][language]
    single = n % 10 == 1 and n % 100 != 11 if language == "ru" else n == 1
    return f"{before}{NBSP}{number(n, language)}{NBSP}{one if single else many}"
