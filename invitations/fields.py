"""How given values become the words of the merge fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from invitations import conference_names
from invitations.address import towns
from invitations.dates import NBSP, date_range, long_date, period, roman
from invitations.field_list import FIELDS, Field

__all__ = ["FIELDS", "Field", "Value", "fill", "is_empty", "needs_of"]

Value = object

_YES: Final = {"ru": "да", "de": "ja", "en": "yes"}
_UNSAFE: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ue000]"
)


_PARTNERS_ARE: Final = {
    "ru": ("Ваш город-партнёр", "Ваши города-партнёры"),
    "de": ("Ihre Partnerstadt", "Ihre Partnerstädte"),
    "en": ("Your partner city", "Your partner cities"),
}
_FORMATS: Final[dict[str, dict[str, str]]] = {
    "in-person": {"ru": "в очном формате", "de": "vor Ort", "en": "in person"},
    "hybrid": {
        "ru": "в смешанном формате: очно и по видеосвязи",
        "de": "hybrid, also vor Ort und per Video,",
        "en": "in hybrid form, on site and by video link",
    },
    "video": {"ru": "в формате видеоконференции", "de": "als Videokonferenz", "en": "as a video conference"},
}


def needs_of(name: str, language: str) -> tuple[str, ...]:
    """The given fields that ``name`` is made of; itself when it is given, not derived."""
    return tuple(need.format(language=language) for need in FIELDS[name].needs) or (name,)


def is_empty(value: Value) -> bool:
    """Whether a given value counts as missing: None, False, empty text, an empty list."""
    return value is None or value is False or (isinstance(value, str | tuple | list | Mapping) and not _any(value))


def _any(value: str | tuple[object, ...] | list[object] | Mapping[str, object]) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _clean(text: str) -> str:
    """One line of plain text: no control signs, no signs that turn the direction of writing."""
    return re.sub(r"[ \t\r\n\u2028\u2029]+", " ", _UNSAFE.sub("", text)).strip()


def _loose(written: str) -> str:
    """In running text a line may break before the year: day and month, year and «г.» stay together."""
    return re.sub(rf"{NBSP}(?=\d{{4}})", " ", written)


def _plain(value: Value, language: str) -> str:
    if value is True:
        return _YES[language]
    if isinstance(value, date):
        return _loose(long_date(value, language))
    if isinstance(value, tuple | list):
        return ", ".join(_clean(str(item)) for item in value)
    return _clean(str(value))


def _phrase(value: Value, language: str) -> str:
    """Words that stand inside a sentence: a full stop at the end is not theirs."""
    return re.sub(r"(?<!\.)[.;]$", "", _plain(value, language))


def _sentence(value: Value, language: str) -> str:
    text = _plain(value, language)
    return text if text.endswith((".", "!", "?", "…")) else text + "."


def _edition(value: Value, language: str) -> str:
    text = _plain(value, language)
    return roman(int(text)) if text.isdigit() else text


def _anniversary(value: Value, language: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
        return {
            "ru": f"{value}-летие со{NBSP}дня основания",
            "de": f"sein {value}-jähriges Bestehen",
            "en": f"its {value}{ending} anniversary",
        }[language]
    return _phrase(value, language)


def _format(value: Value) -> str:
    key = str(value).strip().lower().replace("_", "-")
    if key not in _FORMATS:
        raise ValueError(f"unknown conference format: {value}")
    return key


_GIVEN: Final[dict[str, Callable[[Value, str], str]]] = {
    "edition": _edition,
    "conference_title": _phrase,
    "theme": lambda value, language: conference_names.quoted(_phrase(value, language), language),
    "preparation": _sentence,
    "anniversary": _anniversary,
    "participants": _phrase,
    "guests": _phrase,
    "partners": _phrase,
    "reason": _phrase,
    "format": lambda value, _language: _format(value),
}


def _derived(name: str, given: Mapping[str, Value], language: str) -> str | None:
    start, end = given.get("start"), given.get("end")
    if name in ("dates", "period"):
        if not isinstance(start, date) or not isinstance(end, date):
            return None
        written = (date_range if name == "dates" else period)(start, end, language)
        return _loose(written)
    if name == "year":
        return str(start.year) if isinstance(start, date) else None
    if name.startswith("conference"):
        edition = _edition(given["edition"], language)
        title = _phrase(given["conference_title"], language)
        shape = {
            "conference_to": conference_names.towards,
            "conference_the": conference_names.the,
            "conference_of": conference_names.of,
        }
        return shape.get(name, conference_names.numbered)(edition, title, language)
    if name.startswith("host"):
        town = _plain(given[f"host_{language}"], language)
        shapes = {"host_in": towns.in_town, "host_of": towns.of_town}
        return shapes[name](town, language) if name in shapes else town
    if name == "partners_are":
        partners = given["partners"]
        several = len(partners) > 1 if isinstance(partners, tuple | list) else "," in str(partners)
        return _PARTNERS_ARE[language][several]
    chosen = _format(given["format"])
    if name == "format_as":
        return _FORMATS[chosen][language]
    there = chosen != ("video" if name == "on_site" else "in-person")
    return _YES[language] if there else None


def fill(fields: Mapping[str, Value], language: str) -> dict[str, str | None]:
    """Every known field as words in ``language``; None where it is missing or says no.

    A value may be one for all languages or a mapping by language.
    """
    given: dict[str, Value] = {}
    for name in FIELDS:
        value = fields.get(name)
        if isinstance(value, Mapping):
            value = value.get(language)
        if not is_empty(value):
            given[name] = value
    filled: dict[str, str | None] = {}
    for name, field in FIELDS.items():
        if field.needs:
            ready = all(need in given for need in needs_of(name, language))
            filled[name] = _derived(name, given, language) if ready else None
        elif name in given:
            filled[name] = _GIVEN.get(name, _plain)(given[name], language)
        else:
            filled[name] = None
    return filled
