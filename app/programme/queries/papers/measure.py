"""How wide words are in the faces of the house, and how many lines a text takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from app.programme.queries.setting import FONTS

PT: Final = 25.4 / 72  # mm
_FILES: Final = {
    "sans": "PT_Sans-Web-Regular.ttf",
    "sans-bold": "PT_Sans-Web-Bold.ttf",
    "serif": "PT_Serif-Web-Regular.ttf",
    "serif-bold": "PT_Serif-Web-Bold.ttf",
}
_SOFT: Final = "\u00ad"  # at the end of a piece: a hyphen if the line ends there
_NONE: Final = frozenset(f"\u2060{_SOFT}\u200b")  # signs without a width
_LONG: Final = re.compile(r"[^\W\d_]{9,}")
_CYRILLIC: Final = re.compile(r"[А-Яа-яЁё]")
_LOOSE: Final = " .,;:–—-("  # never before "…"
_WELL_FILLED: Final = 0.5  # of a line: there it may end with a whole word
_STRANGE: Final = 0.62  # em, of a sign the face does not have


@lru_cache(maxsize=4)
def _widths(face: str) -> dict[str, float]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(FONTS / _FILES[face]) as font:
        metrics, unit = font["hmtx"], font["head"].unitsPerEm
        return {chr(sign): metrics[name][0] / unit for sign, name in font.getBestCmap().items()}


@lru_cache(maxsize=32768)
def width(text: str, face: str) -> float:
    """The width in em."""
    widths = _widths(face)
    return sum(0.0 if sign in _NONE else widths.get(sign, _STRANGE) for sign in text)


@lru_cache(maxsize=3)
def _syllables(language: str) -> Any:
    import pyphen  # type: ignore[import-untyped]

    return pyphen.Pyphen(lang={"ru": "ru_RU", "de": "de_DE"}.get(language, "en_GB"))


@lru_cache(maxsize=8192)
def hyphenated(text: str, language: str) -> str:
    """Long words with soft hyphens, for browsers that know no syllables; Cyrillic ones are taken for Russian.

    >>> hyphenated("Kongresszentrum", "de").replace("\\u00ad", "|")
    'Kon|gress|zen|trum'
    """
    return _LONG.sub(
        lambda word: str(_syllables("ru" if _CYRILLIC.search(word[0]) else language).inserted(word[0], "\u00ad")), text
    )


def _parts(word: str, room: float, face: str, language: str) -> list[str]:
    """A word wider than the room: divided behind a dash or a stroke («09:00–», "10:00"), else between syllables with a
    hyphen, else where the room ends."""
    breaks = [end for end in range(2, len(word)) if word[end - 1] in "–—/-" and width(word[:end], face) <= room]
    if breaks:
        head, rest = word[: breaks[-1]], word[breaks[-1] :]
        return [head, rest] if width(rest, face) <= room else [head, *_parts(rest, room, face, language)]
    places = [int(place) for place in _syllables(language).positions(word)]
    fitting = [place for place in places if 1 < place < len(word) - 1 and width(word[:place] + "-", face) <= room]
    if fitting:
        head, rest = word[: fitting[-1]] + _SOFT, word[fitting[-1] :]
    else:
        end = next((end for end in range(len(word), 1, -1) if width(word[:end], face) <= room), 1)
        head, rest = word[:end], word[end:]
    if not rest:
        return [head]
    return [head, rest] if width(rest, face) <= room else [head, *_parts(rest, room, face, language)]


def _pieces(text: str, room: float, face: str, language: str) -> list[tuple[str, bool]]:
    """Words, and whether a space stands before; a word wider than the room in pieces that fit."""
    found: list[tuple[str, bool]] = []
    for word in text.split(" "):
        parts = [word] if width(word, face) <= room else _parts(word, room, face, language)
        found += [(part, number == 0) for number, part in enumerate(parts)]
    return found


def lines(text: str, *, millimetres: float, size: float, face: str, language: str = "en") -> list[str]:
    """The text in lines of at most that width, set in ``size`` points."""
    room = millimetres / (size * PT)
    done: list[str] = []
    line = ""
    for piece, spaced in _pieces(text, room, face, language):
        longer = f"{line} {piece}" if line and spaced else line.removesuffix(_SOFT) + piece if not spaced else piece
        if line and width(longer, face) > room:
            done.append(f"{line[:-1]}-" if line.endswith(_SOFT) else line)
            line = piece
        else:
            line = longer
    return [*done, line] if line else done


def cut(
    text: str, most: int, *, millimetres: float, size: float, face: str, language: str = "en", end: str = ""
) -> list[str]:
    """At most that many lines; what is left out is told by "…", behind a whole word where one fits.

    :param end: stands at the end in any case, behind "…" where that is.
    """
    found = lines(text + end, millimetres=millimetres, size=size, face=face, language=language)
    if len(found) <= most:
        return found
    room = millimetres / (size * PT)
    whole = lines(text, millimetres=millimetres, size=size, face=face, language=language)
    most = max(most, 1)
    last = _joined(whole[most - 1 : most + 2], text)
    while last and width(last + "…" + end, face) > room:
        last = last[:-1]
    at_a_word = text[text.find(last) + len(last) :][:1] in {"", " ", "\u00a0"} and last in text
    shorter = re.split(r"[ \u00a0](?=[^ \u00a0]*$)", last)[0]
    if not at_a_word and width(shorter, face) > room * _WELL_FILLED:
        last = shorter
    return [*whole[: most - 1], last.rstrip(_LOOSE) + "…" + end]


def _joined(parts: Sequence[str], text: str) -> str:
    """Lines of the text as one again."""
    found = parts[0] if parts else ""
    for part in parts[1:]:
        if found[-9:] + part[:3] in text:
            found += part
        elif found.endswith("-"):
            found = found[:-1] + part
        else:
            found = f"{found} {part}"
    return found
