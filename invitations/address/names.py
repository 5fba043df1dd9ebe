"""Russian personal names in their cases."""

from __future__ import annotations

from typing import Final

from pytrovich.enums import Case, NamePart
from pytrovich.enums import Gender as Sex
from pytrovich.maker import PetrovichDeclinationMaker

from invitations.recipient import Gender

CASES: Final = ("dative", "genitive", "instrumental")
_MAKER: Final = PetrovichDeclinationMaker()
_CASE: Final = {"dative": Case.DATIVE, "genitive": Case.GENITIVE, "instrumental": Case.INSTRUMENTAL}


def is_foreign(first: str, patronymic: str) -> bool:
    """No patronymic: the name follows foreign patterns."""
    return not patronymic


def initials(first: str, patronymic: str) -> str:
    """«Д.А.», «А.-М.»"""
    letters = ""
    for part in (first, patronymic):
        if part:
            letters += "-".join(piece[0] + "." for piece in part.split("-") if piece)
    return letters


def inflect_name(
    last: str, first: str, patronymic: str, gender: Gender, case: str, *, foreign: bool | None = None
) -> str:
    """«Фамилия Имя Отчество» in the ``dative``, ``genitive`` or ``instrumental``."""
    sex = Sex.MALE if gender is Gender.MALE else Sex.FEMALE
    done = []
    for part, word in (
        (NamePart.LASTNAME, last),
        (NamePart.FIRSTNAME, first),
        (NamePart.MIDDLENAME, patronymic),
    ):
        if word:
            done.append(str(_MAKER.make(part, sex, _CASE[case], word)))
    return " ".join(done)
