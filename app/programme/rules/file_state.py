"""How a file tells of which state of the draft it was taken: a sign beside each session, made when it goes out.

The sign is the session's version and a sum of its values. With it a file that comes back tells apart what its editor
changed from what others changed in the draft meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATE = "draft_state"
_SIGN = re.compile(r"(\d{1,9})-([0-9a-f]{10})", re.ASCII)
_NEVER = 0  # no session has this version


@dataclass(frozen=True)
class Seen:
    """The version a row was taken out at, and whether it comes back as it went out."""

    version: int
    untouched: bool


def _sum(values: Mapping[str, Any]) -> str:
    kept = {name: _even(value) for name, value in values.items() if name != STATE}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:10]


def _even(value: Any) -> Any:
    """Programs for tables change line ends and blanks at the end of a cell."""
    return "\n".join(line.rstrip() for line in value.splitlines()).strip() if isinstance(value, str) else value


def sign_of(values: Mapping[str, Any], version: int) -> str:
    """The sign of a session whose values go out like this."""
    return f"{version}-{_sum(values)}"


def seen_in(values: Mapping[str, Any]) -> Seen | None:
    """What the sign beside the values says; None without one. A damaged one fits no version."""
    sign = values.get(STATE)
    if not sign:
        return None
    found = _SIGN.fullmatch(str(sign).strip())
    if found is None:
        return Seen(_NEVER, untouched=False)
    return Seen(int(found[1]), untouched=found[2] == _sum(values))
