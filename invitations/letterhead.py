"""The issuer's sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from invitations.pictures import Picture

_SECOND: Final = {"ru": "en", "de": "ru", "en": "ru"}


@dataclass(frozen=True)
class Letterhead:
    """Name, emblem and reference data of the issuer (GOST R 7.0.97, requisites 02, 05 and 08), names by language."""

    names: Mapping[str, str]
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    email: str = ""
    web: str = ""
    phones: tuple[str, ...] = ()
    fax: str = ""
    registration: str = ""
    logo: Picture | None = None

    def languages(self, language: str) -> tuple[str, ...]:
        """The languages of a bilingual sheet: the letter's own first, then its companion, as far as named."""
        chosen = [language] if language in self.names else []
        companion = _SECOND.get(language, "en")
        if companion in self.names and companion != language:
            chosen.append(companion)
        return tuple(chosen)

    def name(self, language: str) -> str:
        """The issuer's name in ``language``; empty when there is none."""
        return self.names.get(language, "")

    def address(self, language: str) -> tuple[str, ...]:
        """The postal lines in ``language``; empty when there are none."""
        return tuple(self.addresses.get(language, ()))
