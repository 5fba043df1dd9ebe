"""QR codes as rectangles (ISO/IEC 18004), for PDF operators and for SVG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004 clause 9.1


@dataclass(frozen=True)
class Code:
    """Rows of dark modules as (x, y, width), in modules from the upper left corner, quiet zone counted in ``size``."""

    size: int
    bars: tuple[tuple[int, int, int], ...]

    @property
    def path(self) -> str:
        """As the ``d`` of an SVG path."""
        return "".join(f"M{x} {y}h{wide}v1h-{wide}z" for x, y, wide in self.bars)


@lru_cache(maxsize=32768)
def code(token: str) -> Code:
    """A full QR code (never Micro QR) of error level M."""
    symbol = segno.make(token, micro=False, error="m")
    bars = []
    for y, row in enumerate(symbol.matrix, start=QUIET_ZONE):
        start = None
        for x, dark in enumerate([*row, 0], start=QUIET_ZONE):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                bars.append((start, y, x - start))
                start = None
    return Code(len(symbol.matrix) + 2 * QUIET_ZONE, tuple(bars))
