"""The parts of a session as forms and files hand them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.programme.rules import PersonRole


@dataclass(frozen=True)
class PersonDetails:
    """Somebody with a part in a session; ``delegate_id`` when it is a delegate of the conference."""

    name: str
    role: PersonRole
    name_latin: str = ""
    office_ru: str = ""
    office_de: str = ""
    office_en: str = ""
    email: str = ""
    language: str = ""
    delegate_id: int | None = None


@dataclass(frozen=True)
class FilePerson:
    """The same as a file names it: ``given`` are only the fields that stand there; ``delegate`` is a number."""

    name: str
    role: PersonRole
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AgreementDetails:
    """A document signed in a session, with the names of its parties in their order."""

    title_ru: str = ""
    title_de: str = ""
    title_en: str = ""
    parties: tuple[str, ...] = ()


@dataclass(frozen=True)
class MaterialDetails:
    """A paper of a session: a file of the house by its ``sha256``, or a ``link``."""

    title: str
    language: str = ""
    link: str = ""
    sha256: str = ""
    file_name: str = ""
    media_type: str = ""
    public: bool = True
