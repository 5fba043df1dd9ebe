"""Where a draft stands, told by its steps: a short sign that differs whenever the draft does."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIGN = re.compile(r"\d{1,9}(\.\d{1,9}){0,200}", re.ASCII)


@dataclass(frozen=True)
class Tip:
    """The newest step of a draft, and those that are taken back at present."""

    number: int = 0
    undone: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return ".".join(str(number) for number in (self.number, *sorted(self.undone)))

    @classmethod
    def read(cls, sign: str) -> Tip | None:
        """What :meth:`__str__` wrote; None for anything else."""
        if not _SIGN.fullmatch(sign):
            return None
        number, *undone = (int(part) for part in sign.split("."))
        return cls(number, frozenset(undone))
