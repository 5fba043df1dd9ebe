"""Rules of one language: at each place of a word the first that fits says what is written in Russian letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

_TABLES: Final = Path(__file__).parent / "tables"
_RUSSIAN: Final = re.compile("[а-яё]")
_AFTER_VOWEL: Final = frozenset("аеёиоуыэюя")
_HISSING: Final = re.compile("([жшчщ])ы")
# Signs of a rule beside Russian letters. E: «э» at the start and after a vowel, else «е». J: a jot that joins the vowel
# behind it. ': the consonant before is soft. L: «ль» but before a vowel.
_JOT: Final = {"а": "я", "у": "ю", "о": "йо", "E": "е", "э": "е", "е": "е", "и": "и", "ы": "ы", "ю": "ю", "я": "я"}
_SOFT: Final = {"а": "я", "у": "ю", "о": "ё", "E": "е", "э": "е", "е": "е", "и": "и", "ы": "и", "ю": "ю", "я": "я",
                "ё": "ё"}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """``steps`` in the order they are tried; ``words``: what no rule tells; ``folded``: letters that read as others."""

    steps: tuple[tuple[re.Pattern[str], str], ...]
    words: Mapping[str, str] = field(default_factory=dict)
    folded: Mapping[int, str] = field(default_factory=dict)

    def read(self, low: str) -> str:
        """A word of small letters in Russian ones; what no rule knows is left as it is."""
        known = self.words.get(low)
        if known:
            return known
        low = low.translate(self.folded)
        known = self.words.get(low)
        if known:
            return known
        said, at = "", 0
        while at < len(low):
            for pattern, written in self.steps:
                found = pattern.match(low, at)
                if found and found.end() > at:
                    said += written
                    at = found.end()
                    break
            else:
                said += low[at]
                at += 1
        return _settled(said)


@lru_cache(maxsize=64)
def table(code: str) -> Rules:
    """The rules of ``tables/<code>.txt``: ``pattern=letters`` between spaces, each a regular expression, ^ and $ being
    the ends of the word, @other standing for the rules of another file; then [words] and [letters].
    """
    parts = {"rules": [""], "words": [""], "letters": [""]}
    part = parts["rules"]
    for line in _lines(code):
        if line.startswith("["):
            part = parts[line.strip("[]")]
        else:
            part.append(line)
    steps, words, letters = (_pairs(" ".join(lines)) for lines in parts.values())
    return Rules(
        tuple((re.compile(pattern), written) for pattern, written in steps),
        {word: said for word, said in words if word},
        {ord(letter): other for letter, other in letters},
    )


def _lines(code: str) -> list[str]:
    lines = (_TABLES / f"{code}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split():
        if pair.startswith("@"):
            yield from _pairs(" ".join(_lines(pair[1:])))
        else:
            pattern, _, written = pair.rpartition("=")
            yield pattern, written


def _settled(said: str) -> str:
    out = ""
    for at, sign in enumerate(said):
        after = said[at + 1 : at + 2]
        last = out[-1:]
        if last == "\0":  # the letter was joined to the sign before it
            out = out[:-1]
            continue
        if sign == "J":
            joined = _JOT.get(after)
            if joined is None:
                out += "й"
            else:
                consonant = bool(_RUSSIAN.match(last)) and last not in _AFTER_VOWEL and last not in "ьъ"
                out += ("ь" if consonant else "") + ("о" if joined == "йо" and consonant else joined) + "\0"
        elif sign == "'":
            joined = _SOFT.get(after)
            out += "ь" if joined is None else joined + "\0"
        elif sign == "L":
            out += "л" if after and (after in _AFTER_VOWEL or after in "EJ'ь") else "ль"
        elif sign == "E":
            out += "э" if not last or last in _AFTER_VOWEL - {"и", "е"} else "е"
        else:
            out += sign
    return _HISSING.sub(r"\1и", out.replace("\0", ""))
