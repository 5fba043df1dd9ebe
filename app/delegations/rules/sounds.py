"""How a name sounds, whatever the script and the transcription: for finding people, never for writing them.

«Денисов», "Denisov" and "Denissow" sound the same here, as do "Müller", "Mueller" and «Мюллер». Coarse on purpose:
kinds of s, of sh and of kh are told apart no further than every transcription in use does (ICAO Doc 9303, Duden,
English).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.database import fold
from app.delegations.rules import HIDDEN

# In what follows σ is any kind of sh, χ of kh, α the sound of «ай», ω that of «ой».
_LETTERS = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэіґўәө", "abvgdesijklmnoprstuvyeigveo", strict=True))
    | {
        "ё": "o", "ж": "σ", "х": "χ", "ц": "s", "ч": "χ", "ш": "σ", "щ": "σ", "ю": "ju", "я": "ja",
        "ї": "ji", "є": "je", "һ": "χ", "җ": "σ", "ь": "", "ъ": "", "қ": "k", "ң": "n", "ү": "u",
        "ä": "ae", "æ": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "ß": "s", "ž": "σ", "š": "σ", "č": "χ", "ł": "l",
    }
)  # fmt: skip
_GROUPS = re.compile("schtsch|shch|tsch|tch|sch|sh|zh|kh|ch|ck|ph|th|rh|tz|ts|[zcqwfx]")
_SOUNDS = {
    "schtsch": "σ", "shch": "σ", "tsch": "χ", "tch": "χ", "sch": "σ", "sh": "σ", "zh": "σ", "kh": "χ", "ch": "χ",
    "ck": "k", "ph": "v", "th": "t", "rh": "r", "tz": "s", "ts": "s", "z": "s", "c": "k", "q": "k", "w": "v", "f": "v",
    "x": "ks",
}  # fmt: skip
_STEPS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(?<=[aeiouy])h(?![aeiouyj])", ""),  # Kohl, Hahn: only lengthens
        (r"h", "χ"),
        (r"tσ", "χ"),
        (r"[ijy]+([aeou])", r"\1"),  # ia, ja, ya
        (r"ae", "e"),
        (r"oe", "o"),
        (r"ue", "u"),
        (r"[ae][ijy]+", "α"),
        (r"eu|o[ijy]+", "ω"),
        (r"[ijy]+", "e"),
        (r"[^\w]|_", ""),
        (r"(.)\1+", r"\1"),
        (r"([bdgkpt])r$", r"\1er"),  # Александр, Пётр
    )
)
_SPLIT = re.compile(r"[\s\-‐-―/.,;()]+")


def _readable(value: str) -> str:
    text = unicodedata.normalize("NFC", HIDDEN.sub("", value)).casefold()
    return text if text.isascii() else "".join(sign for sign in text if not unicodedata.combining(sign))


def plain_letters(value: str) -> str:
    """Folded, without hidden characters and without accents that no alphabet has as a letter of its own."""
    return fold(_readable(value)) or ""


def without_accents(value: str) -> str:
    """``muller`` of ``müller``; Cyrillic letters stay what they are."""
    if value.isascii():
        return value
    return "".join(
        sign if "\u0400" <= sign <= "\u052f" else unicodedata.normalize("NFKD", sign)[:1] or sign for sign in value
    )


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """The key of one word; the same for every usual spelling of a name, empty for what has no letters.

    >>> sound_of("Шмидт") == sound_of("Schmidt")
    """
    text = without_accents(_readable(word).translate(_LETTERS))
    text = _GROUPS.sub(lambda found: _SOUNDS[found.group()], text)
    for pattern, by in _STEPS:
        text = pattern.sub(by, text)
    return text if any(sign.isalpha() for sign in text) else ""


def words_of(value: str) -> list[str]:
    """The words of a name; hyphens divide too."""
    return [word for word in _SPLIT.split(value) if word]
