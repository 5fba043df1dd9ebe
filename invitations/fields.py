"""How given values become the words of the merge fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from invitations import conference_names, counts, persons
from invitations.address import towns
from invitations.dates import NBSP, date_range, long_date, period, roman
from invitations.field_list import Field, conference_fields
from invitations.field_list_people import people_fields
from invitations.overrides import Overrides
from invitations.recipient import Gender, Recipient

__all__ = ["ATTENDANCE", "FIELDS", "Field", "Value", "fill", "is_empty", "needs_of"]

Value = object

FIELDS: Final[dict[str, Field]] = {field.name: field for field in (*conference_fields(), *people_fields())}
DATES: Final = frozenset(("birth_date", "passport_issued", "passport_expires", "stay_from", "stay_to"))

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


_SEX: Final = {
    "m": {"ru": "мужской", "de": "männlich", "en": "male"},
    "f": {"ru": "женский", "de": "weiblich", "en": "female"},
}
_ENTRIES: Final = {
    "1": {"ru": "однократная", "de": "eine", "en": "single"},
    "2": {"ru": "двукратная", "de": "zwei", "en": "double"},
    "multiple": {"ru": "многократная", "de": "mehrere", "en": "multiple"},
}
ATTENDANCE: Final = ("on-site", "video")


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
    if isinstance(value, Recipient | Mapping):
        raise ValueError("a person stands only in the fields of a person")
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


def _day(value: Value) -> date | None:
    """A date given as such or as ``2021-04-06``; None for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _word(table: Mapping[str, Mapping[str, str]]) -> Callable[[Value, str], str]:
    """A word from a table; what is not in it stands as it is."""
    return lambda value, language: table.get(str(value).strip().lower(), {}).get(language) or _phrase(value, language)


def _paragraphs(value: Value, _language: str) -> str:
    """Text of several paragraphs: blank lines and the dashes of a list keep their meaning."""
    lines = [_clean(line) for line in re.split(r"\r\n|\r|\n|\u2028|\u2029", _UNSAFE.sub("", str(value)))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _number(value: Value) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    bare = str(value).strip()
    return int(bare) if re.fullmatch(r"\d{1,9}", bare) else None


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
    "sex": _word(_SEX),
    "visa_entries": _word(_ENTRIES),
    "text": _paragraphs,
    "practical": _sentence,
    "programme_changes": _sentence,
    "results": _sentence,
    "next_conference": _sentence,
    **dict.fromkeys(
        ("purpose", "costs", "contribution", "programme_version", "subject", "towns", "minors", "citizenship"), _phrase
    ),
    **dict.fromkeys(DATES, lambda value, language: _plain(_day(value) or value, language)),
}
_COUNTED: Final = {"delegates_count": "delegates", "people_count": "people"}


def _span(name: str, given: Mapping[str, Value], language: str) -> str | None:
    """Two dates as one: dates, period, their number of days; None when one is no date."""
    start, end = (_day(given[need]) for need in needs_of(name, language))
    if start is None or end is None:
        return None
    if name.endswith(("_count", "_days")):
        if end < start:
            raise ValueError("the end lies before the start")
        days = (end - start).days + 1
        return counts.days_in_words(days, language) if name == "days_count" else counts.counted(days, language, "days")
    return _loose((date_range if name == "dates" else period)(start, end, language))


def _person(name: str, given: Mapping[str, Value], language: str, overrides: Overrides | None) -> str | None:
    head, _, shape = name.partition("_")
    person = persons.as_person(given["person" if head == "participant" else head], language)
    if person is None:
        return None
    if head == "participant":
        return persons.participant(person, shape, language)
    return persons.form(person, shape, language, overrides)


def _count(name: str, given: Mapping[str, Value], language: str) -> str | None:
    value = given[FIELDS[name].needs[0]]
    if name == "partners_count":
        several = value if isinstance(value, tuple | list) else str(value).split(",")
        return counts.counted(len(several), language, "partners")
    number = _number(value)
    if number is None:
        return None
    if name == "countries_from":
        return counts.from_counted(number, language, "countries")
    return counts.counted(number, language, _COUNTED[name])


def _derived(name: str, given: Mapping[str, Value], language: str, overrides: Overrides | None) -> str | None:
    if name == "to_group":
        person = given["addressee"]
        return _YES[language] if isinstance(person, Recipient) and person.gender is Gender.GROUP else None
    if name.startswith(("person", "addressee", "participant_")) or name == "participant":
        return _person(name, given, language, overrides)
    if name in ("dates", "period", "days_count", "stay", "stay_days"):
        return _span(name, given, language)
    if name.endswith("_count") or name == "countries_from":
        return _count(name, given, language)
    if name.startswith("attends_"):
        chosen = str(given["attendance"]).strip().lower().replace("_", "-")
        if chosen not in ATTENDANCE:
            raise ValueError(f"unknown way to attend: {chosen}")
        return _YES[language] if (chosen == "video") is (name == "attends_by_video") else None
    start = given.get("start")
    if name == "year":
        return str(start.year) if isinstance(start, date) else None
    if name.startswith("conference"):
        edition = _edition(given["edition"], language)
        title = _phrase(given["conference_title"], language)
        shape = {
            "conference_to": conference_names.towards,
            "conference_the": conference_names.the,
            "conference_of": conference_names.of,
            "conference_in": conference_names.within,
        }
        return shape.get(name, conference_names.numbered)(edition, title, language)
    if name.startswith("host"):
        town = _plain(given[f"host_{language}"], language)
        shapes = {"host_in": towns.in_town, "host_of": towns.of_town}
        return shapes[name](town, language) if name in shapes else town
    if name in ("partners_are", "several_partners"):
        partners = given["partners"]
        several = len(partners) > 1 if isinstance(partners, tuple | list) else "," in str(partners)
        if name == "several_partners":
            return _YES[language] if several else None
        return _PARTNERS_ARE[language][several]
    if name == "format_was_as":
        return _FORMATS[_format(given["format_was"])][language]
    chosen = _format(given["format"])
    if name == "format_as":
        return _FORMATS[chosen][language]
    if name == "video_only":
        return _YES[language] if chosen == "video" else None
    there = chosen != ("video" if name == "on_site" else "in-person")
    return _YES[language] if there else None


def _by_language(value: Value, language: str) -> Value:
    """A value of its own for each language, or one for all; a mapping that holds a person's parts is one value."""
    if isinstance(value, Mapping) and not ("last" in value or "first" in value):
        return value.get(language)
    return value


def fill(
    fields: Mapping[str, Value],
    language: str,
    *,
    names: Iterable[str] | None = None,
    overrides: Overrides | None = None,
) -> dict[str, str | None]:
    """Known fields as words in ``language``; None where one is missing or says no. ``names`` asks for some only.

    A value may be one for all languages or a mapping by language. Raises UnknownOffice for a Russian office whose
    head word is not known, ValueError for a format, an attendance or a span of days that cannot be.
    """
    given: dict[str, Value] = {}
    for name in FIELDS:
        value = _by_language(fields.get(name), language)
        if not is_empty(value):
            given[name] = value
    filled: dict[str, str | None] = {}
    for name in FIELDS if names is None else names:
        field = FIELDS[name]
        if field.needs or name in ("person", "addressee"):
            ready = all(need in given for need in needs_of(name, language))
            filled[name] = _derived(name, given, language, overrides) if ready else None
        elif name in given:
            filled[name] = _GIVEN.get(name, _plain)(given[name], language)
        else:
            filled[name] = None
    return filled
