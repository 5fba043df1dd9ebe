"""Where on a page a session stands."""

from __future__ import annotations

import hashlib
import re

# Ids the pages use themselves, and pages beside those of sessions.
_TAKEN = frozenset(
    {
        "content",
        "q",
        "warnings",
        "zone",
        "stars",
        "filters",
        "now",
        "people",
        "mine",
        "changes",
        "changes.atom",
        "venues",
    }
)


def anchor(code: str) -> str:
    """The fragment of a session: its sign, or a stand-in when that cannot be one (HTML: no blanks, unique)."""
    if re.fullmatch(r"[\w.-]+", code) and code not in _TAKEN and not code.startswith("day-"):
        return code
    return f"s-{hashlib.sha256(code.encode()).hexdigest()[:8]}"
