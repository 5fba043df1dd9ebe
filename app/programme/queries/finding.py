"""Finding sessions of a released programme by words of either script, however a name is transcribed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from app.delegations.rules import is_cyrillic
from app.delegations.rules.sounds import plain_letters, sound_of, without_accents, words_of
from invitations.translit import de_to_ru, ru_to_duden, ru_to_icao

_SHORTEST = 4  # letters of a word that is also looked for by its sound


@lru_cache(maxsize=50_000)
def _sounds(word: str) -> tuple[str, ...]:
    """How a word sounds, as written and in the other script."""
    if not any(sign.isalpha() for sign in word):
        return ()
    others = (ru_to_duden(word), ru_to_icao(word)) if is_cyrillic(word) else (de_to_ru(word),)
    return tuple(dict.fromkeys(sound for sound in map(sound_of, (word, *others)) if sound))


def _texts(item: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What an item says, and what of it are names of people, places and titles."""
    people = [str(person.get(name) or "") for person in item["people"] for name in ("name", "name_latin")]
    titles = [str(item.get(f"title_{code}") or "") for code in ("ru", "de", "en")]
    names = [*people, *titles, *item["venue_names"].values(), *item["room_names"].values()]
    names += [name for town in item.get("party_names") or () for name in town.values()]
    described = [str(item.get(f"description_{code}") or "") for code in ("ru", "de", "en")]
    return [*names, *described, str(item["id"])], names


def _joined(texts: Iterable[str], names: Iterable[str]) -> str:
    said = plain_letters(" ".join(" ".join(texts).split()))
    words = dict.fromkeys(word.casefold() for name in names for word in words_of(name) if len(word) >= _SHORTEST)
    sounds = dict.fromkeys(sound for word in words for sound in _sounds(word.strip("«»„“”\"'.,:;!?()")))
    return " ".join([said, without_accents(said), *(f"~{sound}" for sound in sounds)])


def search_text(item: Mapping[str, Any]) -> str:
    """Everything a session says, folded; then, each after a ``~``, how its names sound."""
    return _joined(*_texts(item))


def person_text(person: Mapping[str, Any]) -> str:
    """The same of somebody in the programme: name and office."""
    names = [str(person.get(name) or "") for name in ("name", "name_latin")]
    return _joined([*names, *(str(person.get(f"office_{code}") or "") for code in ("ru", "de", "en"))], names)


def looked_for(words: str) -> list[tuple[str, str]]:
    """Each word as it is looked for: its letters, and how a name that begins with it would sound (empty: not)."""
    found = []
    for word in plain_letters(words).split():
        parts = words_of(word)
        sound = sound_of(word) if len(word) >= _SHORTEST and len(parts) == 1 else ""
        found.append((word, f"~{sound}" if len(sound) > 2 else ""))
    return found


def mentions(text: str, words: Iterable[tuple[str, str]]) -> bool:
    """Whether every word stands in the search text."""
    return all(word in text or (sound and sound in text) for word, sound in words)
