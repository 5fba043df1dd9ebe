"""Marks over and under letters: as many as writing has, not towers of them."""

from __future__ import annotations

import unicodedata

MOST = 2  # on one letter, unless one letter of a script has more by itself
MOST_ELSEWHERE = 4  # points of Hebrew and vowels of Arabic
_OVERLAY = 1  # the class of strokes through a letter, which no name is written with


def without_towers(text: str) -> str:
    """The text with at most so many marks on each letter, composed; the same when it has no more."""
    if text.isascii() or not any(unicodedata.combining(sign) for sign in text):
        return text
    kept, here, elsewhere = [], 0, 0
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.combining(sign)
        if not kind:
            here, elsewhere = sum(map(_of_any_script, unicodedata.normalize("NFD", sign))), 0
        elif _of_any_script(sign):
            if kind == _OVERLAY or here >= MOST:
                continue
            here += 1
        else:
            if elsewhere >= MOST_ELSEWHERE:
                continue
            elsewhere += 1
        kept.append(sign)
    return "".join(kept)


def has_towers(text: str) -> bool:
    """Whether some marks of the text are not printed."""
    return without_towers(text) not in (text, unicodedata.normalize("NFC", text))


def _of_any_script(sign: str) -> bool:
    return unicodedata.combining(sign) > 0 and unicodedata.name(sign, "").startswith("COMBINING")
