"""Whose photograph a file is, by its name: a number, or family name and given name in either script. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.delegations.rules.sounds import plain_letters

_BETWEEN = re.compile(r"[^\w]+|_+")
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
            forms = [frozenset(_words(name)) for name in one.names]
            self._forms[one.delegate_id] = [form for form in forms if form]
            for word in {word for form in forms for word in form}:
                self._words.setdefault(word, set()).add(one.delegate_id)

    def of(self, file_name: str) -> frozenset[int]:
        """Everybody the file may be of: one when it is clear, none, or more."""
        stem = _COUNTED.sub("", PurePosixPath(file_name.replace("\\", "/")).stem)
        words = _words(stem)
        for end in range(len(words), 0, -1):  # the number may have a name behind it
            if (number := self._numbers.get(" ".join(words[:end]))) is not None:
                return frozenset({number})
        named = frozenset(word for word in words if not word.isdecimal())
        if len(named) < 2:  # a family name alone is nobody's for certain
            return frozenset()
        able = set.intersection(*(self._words.get(word, set()) for word in named))
        found = {one for one in able if any(named <= form for form in self._forms[one])}
        whole = {one for one in found if any(named == form for form in self._forms[one])}
        return frozenset(whole or found)


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(plain_letters(text)) if word]
