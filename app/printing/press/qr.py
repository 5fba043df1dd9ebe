"""QR codes as rectangles (ISO/IEC 18004), for PDF operators and for SVG.

segno encodes; which of the eight masks is best is found here, because weighing them module by module is what takes its
time: the symbol is one integer, a mask is another, and the four penalties are shifts of it. Weighed is the whole symbol
with its format information, as a reader sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004 clause 9.1
_GAP = 4  # light columns between two rows of the integer, as the quiet zone would be
_FINDER = 0b1011101

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Code:
    """Rows of dark modules as (x, y, width), in modules from the upper left corner, quiet zone counted in ``size``."""

    size: int
    bars: tuple[tuple[int, int, int], ...]

    @property
    def path(self) -> str:
        """As the ``d`` of an SVG path."""
        return "".join(f"M{x} {y}h{wide}v1h-{wide}z" for x, y, wide in self.bars)


@lru_cache(maxsize=4096)
def code(token: str) -> Code:
    """A full QR code (never Micro QR) of error level M."""
    bars = []
    matrix = modules(token)
    for y, row in enumerate(matrix, start=QUIET_ZONE):
        start = None
        for x, dark in enumerate([*row, 0], start=QUIET_ZONE):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                bars.append((start, y, x - start))
                start = None
    return Code(len(matrix) + 2 * QUIET_ZONE, tuple(bars))


def modules(token: str) -> Matrix:
    """The modules of the code, 1 is dark, masked by the pattern with the least penalty (clause 7.8.3)."""
    plain = segno.make(token, micro=False, error="m", mask=0)
    field = _field(int(plain.version), str(plain.error))
    rows, columns = _packed(plain.matrix), _packed(list(zip(*plain.matrix, strict=True)))
    best, least = rows, -1
    for change_rows, change_columns in field.changes:
        masked = rows ^ change_rows
        penalty = field.penalty(masked, columns ^ change_columns)
        if least < 0 or penalty < least:
            best, least = masked, penalty
    size, stride = len(plain.matrix), len(plain.matrix) + _GAP
    return [[best >> (_GAP + y * stride + x) & 1 for x in range(size)] for y in range(size)]


def _packed(matrix: Matrix) -> int:
    """The rows one after the other in one integer, with a gap before each; the first module is the lowest bit."""
    text = "".join("".join(map(str, row)) + "0" * _GAP for row in matrix)
    return int(text[::-1], 2) << _GAP


@dataclass(frozen=True)
class _Field:
    """What is the same for all codes of a version and error level."""

    full: int  # all modules, without the gaps
    stride: int
    size: int
    changes: tuple[tuple[int, int], ...]  # what turns mask 0 into each mask, by rows and by columns

    def penalty(self, rows: int, columns: int) -> int:
        """Runs, blocks, finder-like patterns, balance: ISO/IEC 18004 table 11."""
        share = rows.bit_count() * 100 / self.size**2
        return self._in_lines(rows) + self._in_lines(columns) + self._blocks(rows) + 10 * int(abs(share - 50) / 5)

    def _in_lines(self, dark: int) -> int:
        found = 0
        for same in (dark, self.full ^ dark):
            pairs = same & same >> 1
            runs = pairs & pairs >> 2 & same >> 4  # begins of five in a row
            if runs:
                found += runs.bit_count() + 2 * (runs & ~(runs << 1)).bit_count()
        light = ~dark
        finder = dark & light >> 1 & dark >> 2 & dark >> 3 & dark >> 4 & light >> 5 & dark >> 6
        if finder:
            after = light >> 7 & light >> 8 & light >> 9 & light >> 10
            before = light << 1 & light << 2 & light << 3 & light << 4
            found += 40 * (finder & (before | after)).bit_count()
        return found

    def _blocks(self, dark: int) -> int:
        found = 0
        for same in (dark, self.full ^ dark):
            pairs = same & same >> 1
            found += 3 * (pairs & pairs >> self.stride).bit_count()
        return found


@lru_cache(maxsize=64)
def _field(version: int, error: str) -> _Field:
    made = [
        segno.make("0", version=version, error=error, boost_error=False, micro=False, mask=mask).matrix
        for mask in range(8)
    ]
    size = len(made[0])
    rows = [_packed(matrix) for matrix in made]
    columns = [_packed(list(zip(*matrix, strict=True))) for matrix in made]
    return _Field(
        full=_packed([[1] * size] * size),
        stride=size + _GAP,
        size=size,
        changes=tuple((rows[0] ^ row, columns[0] ^ column) for row, column in zip(rows, columns, strict=True)),
    )
