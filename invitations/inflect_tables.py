"""Tables of names, offices, salutations and transliterations: the answer columns filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from invitations import address, translit
from invitations.address import ru
from invitations.address.names import CASES, inflect_name, initials, is_foreign
from invitations.address.surnames import PARTICLES, inflect_surname
from invitations.address.titles import inflect_title
from invitations.recipient import Gender, Recipient

_PATRONYMIC: Final = re.compile(r"(вич|ьич|[иы]ч|[оеё]вна|[иы]чна|инична|вна|шна)$", re.IGNORECASE)
_TURKIC: Final = frozenset(("оглы", "оглу", "кызы", "кизи", "гызы", "улы", "уулу"))


def split_name(nominative: str) -> tuple[str, str, str]:
    """«Фамилия Имя [Отчество]» -> its three parts; particles stay with the surname."""
    words = nominative.split()
    at = 0
    while at < len(words) - 2 and words[at].lower() in PARTICLES and words[at][0].islower():
        at += 1
    last, rest = " ".join(words[: at + 1]), words[at + 1 :]
    if len(rest) > 2 and rest[-1].lower() in _TURKIC:
        return " ".join([last, *rest[:-3]]), rest[-3], " ".join(rest[-2:])
    if len(rest) > 1 and _PATRONYMIC.search(rest[-1]):
        return " ".join([last, *rest[:-2]]), rest[-2], rest[-1]
    return last, " ".join(rest), ""


def _gender(text: str) -> Gender:
    """The gender of a row; what is neither m, f nor g is unknown, and unknown is never guessed."""
    code = text.strip().lower()
    return Gender(code) if code in set(Gender) else Gender.UNKNOWN


def fill_names(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Columns nominative, gender -> dative, genitive, instrumental, initials_dative."""
    filled = []
    for row in rows:
        last, first, patronymic = split_name(row["nominative"])
        gender = _gender(row["gender"])
        done = dict(row)
        if gender in (Gender.MALE, Gender.FEMALE):
            for case in CASES:
                done[case] = inflect_name(last, first, patronymic, gender, case)
            done["initials_dative"] = ru.initials_dative(last, first, patronymic, gender)
        filled.append(done)
    return filled


def fill_titles(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Column nominative -> dative; an office with an unknown head word keeps its empty answer."""
    filled = []
    for row in rows:
        done = dict(row)
        try:
            done["dative"] = inflect_title(row["nominative"], "dative")
        except address.UnknownOffice:
            done["dative"] = ""
        filled.append(done)
    return filled


def fill_salutation(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Columns lang, title, academic, first, patronymic, last, gender -> address_lines (by `` | ``), salutation."""
    filled = []
    for row in rows:
        whom = Recipient(
            language=row["lang"],
            office=row.get("title", ""),
            last=row.get("last", ""),
            first=row.get("first", ""),
            patronymic=row.get("patronymic", ""),
            degree=row.get("academic", ""),
            gender=_gender(row.get("gender", "")),
        )
        done = dict(row)
        try:
            done["address_lines"] = " | ".join(address.address_lines(whom))
        except address.UnknownOffice:
            done["address_lines"] = ""
        done["salutation"] = address.salutation(whom)
        filled.append(done)
    return filled


_SCHEMES: Final = {
    "ru_icao9303": translit.ru_to_icao,
    "ru_de_duden": translit.ru_to_duden,
    "de_ru_practical": translit.de_to_ru,
    "ru_iso9_1995": translit.ru_to_iso9,
    "ru_din1460": translit.ru_to_din1460,
}


def fill_translit(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Columns source, scheme -> target; an unknown scheme keeps its empty answer."""
    filled = []
    for row in rows:
        done = dict(row)
        convert = _SCHEMES.get(row["scheme"])
        if convert is not None:
            done["target"] = convert(row["source"])
        filled.append(done)
    return filled


__all__ = [
    "fill_names",
    "fill_salutation",
    "fill_titles",
    "fill_translit",
    "inflect_surname",
    "initials",
    "is_foreign",
    "split_name",
]
