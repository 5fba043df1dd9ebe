"""Where people of a programme have their page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from app.database import fold
from invitations.translit import ru_to_icao


@lru_cache(maxsize=20_000)
def person_key(name: str) -> str:
    """The last part of the address of a person's page: the name in Latin letters, and a sign of the name as written.

    The same name is the same person, as it is for the warnings.
    """
    said = unicodedata.normalize("NFC", " ".join((fold(name) or "").split()))
    latin = unicodedata.normalize("NFKD", ru_to_icao(said)).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:60].strip("-")
    sign = hashlib.sha256(said.encode()).hexdigest()[:6]
    return f"{readable}-{sign}" if readable else sign


def place_key(venue: str, room: str) -> str:
    """A short sign of a room of a venue, for addresses."""
    return hashlib.sha256(f"{venue}\n{room}".encode()).hexdigest()[:8]
