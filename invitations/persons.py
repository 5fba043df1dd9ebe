"""A person inside a sentence: «Анны Мюллер, обер-бургомистра города Зуля», "von Frau Dr. Anna Müller"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from invitations.address import de, en
from invitations.address.names import inflect_name, is_eastern
from invitations.address.titles import inflect_title
from invitations.overrides import Overrides
from invitations.recipient import Gender, Recipient

CASES: Final = {"to": "dative", "of": "genitive", "by": "instrumental"}
_PARTS: Final = ("last", "first", "patronymic", "degree", "office", "gender")
_FORM_RU: Final = {
    Gender.MALE: {"": "господин", "dative": "господину", "genitive": "господина", "instrumental": "господином"},
    Gender.FEMALE: {"": "госпожа", "dative": "госпоже", "genitive": "госпожи", "instrumental": "госпожой"},
}
# Offices that keep their capital inside a sentence.
_HIGHEST: Final = re.compile(
    r"Президент (Российской|Федеративной|[А-Я]\w+ Республики|Республики)|Председатель Правительства|Чрезвычайный и|"
    r"Федеральный (президент|канцлер)|Патриарх|Король|Королева|Городской Голова"
)
_PARTICIPANT: Final = {
    "ru": {
        False: ("участник", "участнику", "участника", "участником"),
        True: ("участница", "участнице", "участницы", "участницей"),
    },
    "de": {
        False: ("der Teilnehmer", "dem Teilnehmer", "des Teilnehmers", "vom Teilnehmer"),
        True: ("die Teilnehmerin", "der Teilnehmerin", "der Teilnehmerin", "von der Teilnehmerin"),
    },
    "en": {
        False: ("the participant", "to the participant", "of the participant", "by the participant"),
        True: ("the participant", "to the participant", "of the participant", "by the participant"),
    },
}


def as_person(value: object, language: str) -> Recipient | None:
    """A person given as Recipient or as a mapping of its parts (``last``, ``first``, ``gender``); else None."""
    if isinstance(value, Recipient):
        return value if value.last or value.first else None
    if not isinstance(value, Mapping) or not (value.get("last") or value.get("first")):
        return None
    parts = {name: " ".join(str(value.get(name) or "").split()) for name in _PARTS}
    return Recipient(
        language=language,
        office=parts["office"],
        last=parts["last"],
        first=parts["first"],
        patronymic=parts["patronymic"],
        degree=parts["degree"],
        gender=Gender(parts["gender"] or "u"),
    )


def _name_ru(person: Recipient, case: str, overrides: Overrides | None) -> str:
    """First name, patronymic, surname; without a patronymic «господин» goes before."""
    known = person.gender in _FORM_RU
    whole = " ".join(part for part in (person.last, person.first, person.patronymic) if part)
    if case and known:
        whole = inflect_name(
            person.last, person.first, person.patronymic, person.gender, case, overrides=overrides
        )  # fmt: skip
    if person.last and person.first and not (is_eastern(person.last, person.first) and not person.patronymic):
        words = whole.split(" ")
        count = len(person.last.split(" "))
        whole = " ".join([*words[count:], *words[:count]])
    if known and not person.patronymic:
        whole = f"{_FORM_RU[person.gender][case]} {whole}"
    return whole


def _name(person: Recipient, way: str, language: str, overrides: Overrides | None) -> str:
    if language == "ru":
        before = "для " if way == "for" else ""
        return before + _name_ru(person, "genitive" if way == "for" else CASES.get(way, ""), overrides)
    if language == "de":
        accusative = de.named(person, "accusative")
        return {
            "": de.named(person, "nominative"), "to": accusative, "of": f"von {accusative}",
            "by": f"von {accusative}", "for": f"für {accusative}",
        }[way]  # fmt: skip
    before = f"{way} " if way else ""
    return before + en.named(person)


def _office(person: Recipient, way: str, language: str, overrides: Overrides | None) -> str | None:
    office = person.office.strip()
    if not office:
        return None
    if language == "ru":
        shown = inflect_title(office, CASES[way], person.gender, overrides=overrides) if way else office
        return shown if _HIGHEST.match(office) or shown[1:2].isupper() else shown[0].lower() + shown[1:]
    if language == "de":
        return de.office_as(office, person.gender, way)
    return f"{way} the {office}" if way else office


def form(person: Recipient, shape: str, language: str, overrides: Overrides | None = None) -> str | None:
    """``shape`` is "", to, of, by, for; office, office_to, office_of, office_by; woman. None where it says no.

    Raises UnknownOffice for a Russian office whose head word is not known.
    """
    if shape == "woman":
        return "1" if person.gender is Gender.FEMALE else None
    if shape.startswith("office"):
        return _office(person, shape.removeprefix("office").lstrip("_"), language, overrides)
    return _name(person, shape, language, overrides)


def participant(person: Recipient, shape: str, language: str) -> str:
    """«участнику», «участнице»: the word that stands for the person; ``shape`` is "", to, of, by."""
    return _PARTICIPANT[language][person.gender is Gender.FEMALE][("", "to", "of", "by").index(shape)]
