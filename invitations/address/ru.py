"""Russian: office in the dative, then «Фамилия И.О.» in the dative (GOST R 7.0.97), «Уважаемый Имя Отчество!»."""

from __future__ import annotations

import re
from typing import Final

from invitations.address import names
from invitations.address.names import inflect_name, initials
from invitations.address.titles import UnknownOffice, inflect_title
from invitations.overrides import Overrides, decided
from invitations.recipient import Gender, Recipient

__all__ = ["UnknownOffice", "address_lines", "inflect_name", "inflect_title", "initials_dative", "salutation"]

_AMBASSADOR: Final = re.compile(
    r"(?i)(чрезвычайный и полномочный )?(посол|президент (республики|государства|федеративной республики)|король)\b"
)
# Republics within the Russian Federation: their presidents are not addressed as heads of state.
_SUBJECT: Final = re.compile(r"Республики (Татарстан|Башкортостан|Карелия|Коми|Саха|Чуваш|Удмурт|Мордов|Марий)")


def initials_dative(last: str, first: str, patronymic: str, gender: Gender) -> str:
    """The house form of the association's letters: «Д.А.Денисову»."""
    surname = names.inflect_name(last, "", "", gender, "dative", foreign=names.is_foreign(first, patronymic))
    letters = initials(first, patronymic)
    space = " " if surname[:1].islower() else ""
    return f"{letters}{space}{surname}"


def _is_excellency(office: str) -> bool:
    return bool(_AMBASSADOR.match(office)) and not _SUBJECT.search(office)


def _surname(recipient: Recipient, overrides: Overrides | None) -> str:
    """The surname in the dative; of a whole name the organiser has decided, its first words."""
    nominative = " ".join(part for part in (recipient.last, recipient.first, recipient.patronymic) if part)
    whole = decided(overrides, "name", nominative, "dative")
    if whole is not None and len(whole.split()) == len(nominative.split()):
        return " ".join(whole.split()[: len(recipient.last.split())])
    return names.inflect_name(
        recipient.last,
        "",
        "",
        recipient.gender,
        "dative",
        foreign=names.is_foreign(recipient.first, recipient.patronymic),
        overrides=overrides,
    )


def address_lines(recipient: Recipient, overrides: Overrides | None = None) -> tuple[str, ...]:
    """Organisation in the nominative, office and name in the dative; a group has its office alone."""
    office = recipient.office.strip()
    gender = recipient.gender
    title = inflect_title(office, "dative", gender, overrides=overrides) if office else ""
    above = (recipient.organisation.strip(), title)
    if gender is Gender.GROUP or not (recipient.last or recipient.first):
        return tuple(line for line in above if line)
    if gender is Gender.UNKNOWN:
        name = f"{recipient.last} {initials(recipient.first, recipient.patronymic)}".strip()
        return tuple(line for line in (*above, name) if line)
    if _is_excellency(office):
        male = gender is Gender.MALE
        whole = names.inflect_name(
            recipient.last, recipient.first, recipient.patronymic, gender, "dative", overrides=overrides
        )
        return (
            "Его Превосходительству" if male else "Её Превосходительству",
            f"{'господину' if male else 'госпоже'} {whole}",
            title,
        )
    name = f"{_surname(recipient, overrides)} {initials(recipient.first, recipient.patronymic)}".strip()
    return tuple(line for line in (*above, name) if line)


def salutation(recipient: Recipient) -> str:
    """By name and patronymic; a foreigner by «господин» and surname; an ambassador by «Ваше Превосходительство!»."""
    office, gender = recipient.office.strip(), recipient.gender
    if gender is Gender.GROUP or not (recipient.last or recipient.first):
        return "Уважаемые коллеги!" if office and not recipient.organisation else "Уважаемые дамы и господа!"
    if _is_excellency(office):
        return "Ваше Превосходительство!"
    if gender is Gender.UNKNOWN:
        return f"Здравствуйте, {' '.join(p for p in (recipient.first, recipient.patronymic or recipient.last) if p)}!"
    dear = "Уважаемый" if gender is Gender.MALE else "Уважаемая"
    spoken = (recipient.first, recipient.patronymic)
    if all(spoken) and not any(name.endswith(".") for name in spoken):  # an initial cannot be spoken
        return f"{dear} {recipient.first} {recipient.patronymic}!"
    form = "господин" if gender is Gender.MALE else "госпожа"
    return f"{dear} {form} {recipient.last}!"
