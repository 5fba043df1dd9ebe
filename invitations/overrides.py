"""Forms the organiser has decided: they win over every rule, for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# (kind, key, case) -> form. ``kind`` is one of KINDS_OF_FORMS, ``key`` the nominative as it is stored, ``case``
# dative, genitive or instrumental; empty for a salutation, an address and a transliteration.
#
#   ("name", "Кучерена Мария Ильинична", "dative")    -> the whole name: «Фамилия Имя Отчество»
#   ("last" | "first" | "patronymic", "Кучерена", "dative") -> one part of any name
#   ("title", "Глава города Калуги", "dative")        -> an office
#   ("salutation", "Кучерена Мария Ильинична", "")    -> the opening of the letter; the office where there is no name
#   ("address", "Кучерена Мария Ильинична", "")       -> the lines of office and name, separated by line feeds
Overrides = Mapping[tuple[str, str, str], str]

KINDS_OF_FORMS: Final = ("name", "last", "first", "patronymic", "title", "salutation", "address")


def decided(overrides: Overrides | None, kind: str, key: str, case: str = "") -> str | None:
    """The form the organiser has decided; None where the rules decide."""
    if not overrides:
        return None
    return overrides.get((kind, " ".join(key.split()), case)) or None
