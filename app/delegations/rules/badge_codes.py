"""Codes of badges, and why one opens nothing any more."""

from __future__ import annotations

import hashlib
from enum import StrEnum


class WhyWithdrawn(StrEnum):
    """Why the code of a badge was withdrawn."""

    LOST = "lost"  # and printed anew
    DOUBLE = "double"  # the person had been entered twice
    PASSED_ON = "passed-on"  # somebody else comes instead


def code_digest(code: str) -> str:
    """As a withdrawn code is kept."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
