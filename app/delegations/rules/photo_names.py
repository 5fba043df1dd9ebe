"""Whose photograph a file is, by its name: a number, or family name and given name in either script. No database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.delegations.rules.sounds import plain_letters

_BETWEEN = re.compile(r"[^\w]+|_+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_CROSSED = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ı": "i"})
_COUNTED = re.compile(r"\s*(?:\(\d{1,3}\)|\bcopy|\bкопия|\bkopie)\s*$", re.IGNORECASE)  # "Orlow Anna (1).jpg"


@dataclass(frozen=True)
class Known:
    """Somebody a photograph may be of: the number, and every form of the name."""

    delegate_id: int
    public_id: str
    names: tuple[str, ...]


class Owners:
    """Finds whose a file is."""

    def __init__(self, people: Iterable[Known]) -> None:
        self._numbers: dict[str, int] = {}
        self._words: dict[str, set[int]] = {}
        self._forms: dict[int, list[frozenset[str]]] = {}
        for one in people:
            self._numbers[" ".join(_words(one.public_id))] = one.delegate_id
            forms = [frozenset(_words(said)) for name in one.names for said in _spelled(name)]
            self._forms[one.delegate_id] = list(dict.fromkeys(form for form in forms if form))
            for word in {word for form in forms for word in form}:
                self._words.setdefault(word, set()).add(one.delegate_id)

    def of(self, file_name: str) -> frozenset[int]:
        """Everybody the file may be of: one when it is clear, none, or more."""
        stem = _COUNTED.sub("", PurePosixPath(file_name.replace("\\", "/")).stem)
        words = _words(stem)
        for end in range(len(words), 0, -1):  # the number may have a name behind it
            if (number := self._numbers.get(" ".join(words[:end]))) is not None:
                return frozenset({number})
        for said in _spelled(stem):
            if found := self._named(frozenset(word for word in _words(said) if not word.isdecimal())):
                return found
        return frozenset()

    def _named(self, named: frozenset[str]) -> frozenset[int]:
        if len(named) < 2:  # a family name alone is nobody's for certain
            return frozenset()
        able = set.intersection(*(self._words.get(word, set()) for word in named))
        found = {one for one in able if any(named <= form for form in self._forms[one])}
        whole = {one for one in found if any(named == form for form in self._forms[one])}
        return frozenset(whole or found)


def _spelled(text: str) -> tuple[str, ...]:
    """As it is; without its umlauts, as keyboards and passports write it; without any marks on Latin letters."""
    if text.isascii():
        return (text,)
    text = unicodedata.normalize("NFC", text)
    bare = "".join(
        unicodedata.normalize("NFD", sign)[0] if unicodedata.name(sign, "").startswith("LATIN") else sign
        for sign in text
    )  # fmt: skip
    return tuple(dict.fromkeys((text, text.translate(_UMLAUTS), bare.translate(_CROSSED))))


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(plain_letters(text)) if word]
