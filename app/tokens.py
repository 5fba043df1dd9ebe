"""Tokens of links that also stand on paper: easy to read aloud and to type."""

from __future__ import annotations

import secrets
from typing import Final

# No sign looks like another one: neither i, l, 1 nor o, 0; no hyphen at which a line could break.
SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH: Final = 26  # 128 bits


def paper_token() -> str:
    """A new token nobody guesses; a line breaks before it, after the slash, and not within."""
    first = secrets.choice(SIGNS[:-8])  # lines break between a slash and a letter, not a digit
    return first + "".join(secrets.choice(SIGNS) for _ in range(LENGTH - 1))
