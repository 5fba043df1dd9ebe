"""Which working group a session belongs to, and whose it is. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAMED = re.compile(
    r"(?:рабочая\s+группа|arbeitsgruppe|working\s+group|\b(?:РГ|AG|WG))\s*(?:№|nr\.?|no\.?)?\s*0*(\d{1,3})\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}")


def group_in(titles: Iterable[str]) -> str:
    """The number of the working group as the titles of a session tell it; empty when they tell none, or two.

    >>> group_in(("Рабочая группа 6: Социальные вопросы (часть 1)", "Arbeitsgruppe 6: Soziale Fragen", ""))
    '6'
    """
    found = {match[1] for title in titles if (match := _NAMED.search(title))}
    return found.pop() if len(found) == 1 else ""


def group_told(text: str) -> str:
    """The number of the group somebody was entered for: «6», "AG 6"; empty when there is none, or more than one."""
    found = {number.lstrip("0") or "0" for number in _NUMBER.findall(text)}
    return found.pop() if len(found) == 1 else ""
