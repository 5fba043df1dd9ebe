"""What a delegate is found by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.database import fold

_SEARCHED = (
    "last", "first", "patronymic", "last_latin", "first_latin", "badge_ru", "badge_de", "organisation", "city_slug",
    "email", "public_id",
)  # fmt: skip


def search_text(values: Mapping[str, Any]) -> str:
    """What a delegate is found by: the folded names in both scripts, organisation, place, address, number."""
    return fold(" ".join(dict.fromkeys(" ".join(str(values.get(name) or "").split()) for name in _SEARCHED))) or ""
