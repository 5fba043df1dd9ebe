"""Lines of an address in a box: as large as they may be and still all there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

MM_PER_POINT: Final = 25.4 / 72
LEADING: Final = 1.22
_UNKNOWN_SIGN: Final = 0.62  # of the size: a sign the face lacks is taken from another one
_SMALLEST: Final = 4.0
_READABLE: Final = 8.0  # above it a word is made smaller rather than cut where it has no hyphen
_HYPHENS: Final = "-‐–"


@dataclass(frozen=True)
class Fitted:
    """Lines broken for a box, and the size in points in which they fit."""

    size: float
    lines: tuple[str, ...]


@lru_cache(maxsize=8)
def _advances(face: Path) -> dict[str, float]:
    """The width of each sign of a face, as a part of the size."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    if not face.is_file():
        return {}
    with TTFont(face, lazy=True) as font:
        units = font["head"].unitsPerEm
        widths = font["hmtx"]
        return {chr(code): widths[name][0] / units for code, name in font.getBestCmap().items()}


def width_mm(text: str, size: float, face: Path) -> float:
    """How wide a text is in ``size`` points."""
    advances = _advances(face)
    return sum(advances.get(sign, _UNKNOWN_SIGN) for sign in text) * size * MM_PER_POINT


def _broken(line: str, size: float, width: float, face: Path) -> list[str]:
    """One line over as many as it needs; a word wider than the box is cut, at a hyphen where it has one."""
    out, current = [], ""
    for word in line.split():
        tried = f"{current} {word}".strip()
        if width_mm(tried, size, face) <= width:
            current = tried
            continue
        if current:
            out.append(current)
        current = word
        while width_mm(current, size, face) > width and len(current) > 1:
            cut = len(current)
            while cut > 1 and width_mm(current[:cut], size, face) > width:
                cut -= 1
            cut = max(current.rfind(sign, 1, cut) for sign in _HYPHENS) + 1 or cut
            out.append(current[:cut])
            current = current[cut:]
    return [*out, current] if current else out


def fit(lines: Sequence[str], *, width: float, height: float, face: Path, largest: float) -> Fitted:
    """Break ``lines`` for a box of so many millimetres, in the largest size in which all of them stand in it.

    Nothing is left out; in the smallest size the last lines may stand below the box.
    """
    size = largest
    while True:
        broken = [part for line in lines for part in _broken(line, size, width, face)]
        whole = size <= _READABLE or not _torn(lines, broken)
        if (whole and len(broken) * size * LEADING * MM_PER_POINT <= height) or size <= _SMALLEST:
            return Fitted(size, tuple(broken))
        size = max(_SMALLEST, size - 0.5)


def _torn(lines: Sequence[str], broken: Sequence[str]) -> bool:
    """Whether a word was cut where it has no hyphen."""
    words = {word for line in lines for word in line.split()}
    pieces = {piece for word in words for piece in _pieces(word)}
    return any(part not in pieces for line in broken for word in line.split() for part in _pieces(word))


def _pieces(word: str) -> list[str]:
    return re.findall(rf"[^{_HYPHENS}]*[{_HYPHENS}]+|[^{_HYPHENS}]+", word)
