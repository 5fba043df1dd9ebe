"""Who is addressed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Gender(StrEnum):
    """Grammatical gender of the form of address; asked for, never guessed."""

    MALE = "m"
    FEMALE = "f"
    UNKNOWN = "u"
    GROUP = "g"


@dataclass(frozen=True)
class Recipient:
    """One addressee: office and name in the letter's language, in the nominative.

    ``address`` holds the postal lines (street, town), ``country`` the country of foreign post.
    A group (``Gender.GROUP``) has an office in the plural and no name. ``organisation`` alone addresses an
    organisation; with an office and a name, its official.
    """

    language: str
    office: str
    last: str
    first: str
    patronymic: str = ""
    degree: str = ""
    gender: Gender = Gender.UNKNOWN
    municipality: str = ""
    address: tuple[str, ...] = ()
    country: str = ""
    email: str = ""
    organisation: str = ""

    @property
    def is_organisation(self) -> bool:
        """Whether nobody in particular is addressed, only the organisation."""
        return bool(self.organisation.strip()) and not (self.office or self.last or self.first)
