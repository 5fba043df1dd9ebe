"""What a delegate is found by, and how words of either script are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, or_

from app.delegations.models import Delegate
from app.delegations.rules import is_cyrillic
from app.delegations.rules.sounds import plain_letters, sound_of, without_accents, words_of
from invitations.translit import de_to_ru, ru_to_duden, ru_to_icao

_NAMES = ("last", "first", "patronymic", "last_latin", "first_latin", "badge_ru", "badge_de")
_SEARCHED = (*_NAMES, "organisation", "city_slug", "email", "public_id")

_EDITION = "~4"  # the last word of a text made by these rules; raise it when they change


@lru_cache(maxsize=50_000)
def _other_scripts(word: str) -> tuple[str, ...]:
    if not any(sign.isalpha() for sign in word):
        return ()
    return (ru_to_duden(word), ru_to_icao(word)) if is_cyrillic(word) else (de_to_ru(word),)


def search_text(values: Mapping[str, Any]) -> str:
    """What a delegate is found by: the folded names as written and in the other script, organisation, place, address,
    number; then, each after a ``~``, how the names sound."""
    said = [plain_letters(" ".join(str(values.get(name) or "").split())) for name in _SEARCHED]
    names = list(dict.fromkeys(word for text in said[: len(_NAMES)] for word in words_of(text)))
    others = [form for word in names for form in (*_other_scripts(word), without_accents(word))]
    # From the letters as given: ё is one sound in names, е in what is folded.
    given = [word for name in _NAMES for word in words_of(" ".join(str(values.get(name) or "").split()))]
    sounds = (sound_of(word) for word in (*given, *names, *others))
    parts = [*said, *(plain_letters(form) for form in others if form not in names)]
    return " ".join([*dict.fromkeys(part for part in parts if part),
                     *dict.fromkeys(f"~{sound}" for sound in sounds if sound), _EDITION])  # fmt: skip


def is_up_to_date() -> ColumnElement[bool]:
    """Whether the search text of a row was made by the rules of today."""
    return Delegate.search.like(f"%{_EDITION}")


def _like(text: str) -> ColumnElement[bool]:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Delegate.search.like(f"%{escaped}%", escape="\\")


def found_by(words: str) -> list[ColumnElement[bool]]:
    """One condition for each of ``words``: it stands in the text, or a name begins with its sound."""
    conditions = []
    for word in plain_letters(words).split():
        sound = "".join(sound_of(part) for part in words_of(word)[:1]) if "@" not in word else ""
        many = len(words_of(word)) > 1
        conditions.append(or_(_like(word), _like(f"~{sound}")) if len(sound) > 1 and not many else _like(word))
    return conditions


def sort_name(values: Mapping[str, Any]) -> str:
    """By what lists are put in order: family name, given name, patronymic, folded; ä stands with a (DIN 5007-1)."""
    said = (" ".join(str(values.get(name) or "").split()) for name in ("last", "first", "patronymic"))
    return without_accents(plain_letters(" ".join(text for text in said if text)))[:160]
