"""For whom a session is: everybody, those of a kind, or a working group. No database."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from app.delegations.rules import DelegateRole
from app.programme.rules import SessionKind

# Everybody at the conference may simply come to these; a break is no item of anybody's own.
FOR_EVERYONE = frozenset(
    {
        SessionKind.PLENARY, SessionKind.CEREMONY, SessionKind.SIGNING, SessionKind.RECEPTION, SessionKind.MEAL,
        SessionKind.EXCURSION, SessionKind.TRANSFER, SessionKind.REGISTRATION, SessionKind.FAIR, SessionKind.SPORT,
    }
)  # fmt: skip
_OF_ROLES = {
    "heads": {DelegateRole.HEAD, DelegateRole.MINISTER, DelegateRole.GUEST_OF_HONOUR},
    "youth": {DelegateRole.YOUTH},
    "press": {DelegateRole.PRESS},
}
_NAMED = re.compile(
    r"(?:рабочая\s+группа|arbeitsgruppe|working\s+group|\b(?:РГ|AG|WG))\s*(?:№|nr\.?|no\.?)?\s*0*(\d{1,3})\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}")


def is_meant(audience: str, roles: Collection[str], *, leads_delegation: bool = False) -> bool:
    """Whether people of these roles are among those a session is named for: the heads, young people, the press.

    >>> is_meant("youth", ["youth"]), is_meant("youth", ["member"]), is_meant("all", ["youth"])
    (True, False, False)
    """
    if audience not in _OF_ROLES:
        return False
    return bool(_OF_ROLES[audience] & set(roles)) or (audience == "heads" and leads_delegation)


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
