"""How people are greeted in mails of the programme when only their name as written is known, and how lists sort it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from invitations.address import salutation
from invitations.recipient import Gender, Recipient

_CYRILLIC = re.compile(r"[\u0400-\u04FF]")
# A patronymic says whether somebody is a man or a woman; first names and surnames do not always.
_PATRONYMIC = re.compile(r"(?:ович|евич|[иь]ич|овна|евна|ична|инична)$", re.IGNORECASE)
_DEGREE = re.compile(r"(?:Prof|Dr|Dipl|Mag|Ing|h|c)\.(?:-[A-Z]\w+\.?)*")
_PARTICLES = frozenset({"von", "vom", "zu", "zum", "zur", "van", "de", "der", "den", "di", "da", "du"})
_FORMS = {"herr": Gender.MALE, "herrn": Gender.MALE, "mr": Gender.MALE, "господин": Gender.MALE, "г-н": Gender.MALE,
          "frau": Gender.FEMALE, "mrs": Gender.FEMALE, "ms": Gender.FEMALE, "госпожа": Gender.FEMALE,
          "г-жа": Gender.FEMALE}  # fmt: skip


@dataclass(frozen=True)
class SpokenName:
    """A name by its parts, as far as they can be told apart without guessing."""

    last: str
    first: str = ""
    patronymic: str = ""
    degree: str = ""
    gender: Gender = Gender.UNKNOWN

    def sorted_first(self) -> str:
        """As lists have it, family name first: «Орлова Анна Павловна», "Meier, Jörg"."""
        if _CYRILLIC.search(self.last + self.first):
            return " ".join(part for part in (self.last, self.first, self.patronymic) if part)
        return ", ".join(part for part in (self.last, self.first) if part)


def parts_of(name: str) -> SpokenName:
    """Take a written name apart: «Гостев Иван Петрович», «Анна Орлова», "Frau Dr. Eva von Berg"."""
    words = name.split()
    gender = Gender.UNKNOWN
    if words and words[0].casefold().rstrip(".") in _FORMS:
        gender, words = _FORMS[words[0].casefold().rstrip(".")], words[1:]
    degrees = 0
    while degrees < len(words) - 1 and _DEGREE.fullmatch(words[degrees]):
        degrees += 1
    degree, words = " ".join(words[:degrees]), words[degrees:]
    if len(words) < 2:
        return SpokenName(" ".join(words), degree=degree, gender=gender)
    if not _CYRILLIC.search(name):
        start = next((at for at, word in enumerate(words[1:], start=1) if word in _PARTICLES), len(words) - 1)
        return SpokenName(" ".join(words[start:]), " ".join(words[:start]), degree=degree, gender=gender)
    if len(words) == 3:
        for at, (last, first) in ((2, (0, 1)), (1, (2, 0))):
            if _PATRONYMIC.search(words[at]):
                told = Gender.FEMALE if words[at].endswith("на") else Gender.MALE
                return SpokenName(words[last], words[first], words[at], degree, told)
    return SpokenName(words[-1], " ".join(words[:-1]), degree=degree, gender=gender)


def greeting(name: str, language: str, *, latin: str = "", gender: Gender = Gender.UNKNOWN) -> str:
    """«Уважаемый Иван Петрович!», "Sehr geehrter Herr Dietrich,"; by the full name where nobody knows the gender.

    :param latin: the name in Latin letters, for who reads no Russian.
    :param gender: as somebody entered it; else what the name itself says.
    """
    found = parts_of(name)
    if gender is Gender.UNKNOWN:
        gender = found.gender
    if language != "ru" and latin and _CYRILLIC.search(name):
        found = parts_of(latin)
    return salutation(
        Recipient(
            language=language, office="", last=found.last, first=found.first,
            patronymic=found.patronymic if language == "ru" else "", degree=found.degree, gender=gender,
        )
    )  # fmt: skip
