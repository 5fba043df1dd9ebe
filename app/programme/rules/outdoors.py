"""Places without walls: told by the names organisers gave them. No database."""

from __future__ import annotations

import re
from typing import Final

_NO_DOOR: Final = re.compile(
    r"открытым небом|пешком|\b(микро)?автобус|^поле\b|спортивная площадка|^площадь|отправление|улиц|парк\b|набережн"
    r"|freiem himmel|zu fuß|\bbuss?e?s?\b|sportplatz|^(spiel)?feld\b|^platz\b|\babfahrt"
    r"|open air|outdoor|on foot|\bfield\b",
    re.IGNORECASE,
)


def has_door(venue: str, room: str) -> bool:
    """Whether a place has a door: it is not in the open air, on foot, in a bus or on a field.

    >>> has_door("Конгресс-центр", "Зал 1"), has_door("Спортивная площадка", "поле 1")
    (True, False)
    """
    return not _NO_DOOR.search(room or venue)
