"""Signs that stand in a letter as they are, and those that never reach the paper."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_KEPT_FORMATS: Final = ("\u00ad", "\u200c", "\u200d")  # soft hyphen and the joiners some scripts need
_KEPT_PICTURES: Final = ("№", "°", "™", "®")  # a kindergarten «№ 5»; these are no emotions
_LEFT_OUT: Final = frozenset(("Cc", "Cf", "Co", "Cs", "Cn", "So", "Zl", "Zp"))


def is_joiner(sign: str) -> bool:
    """Whether a sign says without a picture of its own how its neighbours join or part."""
    return sign in _KEPT_FORMATS


def is_left_out(sign: str) -> bool:
    """Whether a letter leaves a sign out: one of control, one that turns the direction of writing, an emoji."""
    return not is_joiner(sign) and sign not in _KEPT_PICTURES and unicodedata.category(sign) in _LEFT_OUT


def plain_text(text: str) -> str:
    """One line without the signs that are left out."""
    kept = (sign for sign in unicodedata.normalize("NFC", re.sub(r"\s", " ", text)) if not is_left_out(sign))
    return re.sub(r" {2,}", " ", "".join(kept)).strip()


def shown_with_codes(text: str) -> str:
    """The same with its invisible signs made visible: «Иванов[U+202E]»."""
    return "".join(
        f"[U+{ord(sign):04X}]" if unicodedata.category(sign) in _LEFT_OUT - {"So"} and is_left_out(sign) else sign
        for sign in text
    )
