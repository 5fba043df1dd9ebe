"""QR codes as rectangles (ISO/IEC 18004), for PDF operators and for SVG.

segno encodes; which of the eight masks is best is found here, because weighing them module by module is what takes its
time: the symbol is one integer, a mask is another, and the four penalties are shifts of it. Weighed is the whole symbol
with its format information, as a reader sees it.

Every module is a sum, without carry, of bits of the text (its check words are a linear code, too). So the symbols of
all texts of one length are sums of a few that segno makes once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import segno

QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004 clause 9.1
_GAP = 4  # light columns between two rows of the integer, as the quiet zone would be
_DARK = re.compile("1+")
_BAR = re.compile(r"(\d+) (\d+) (\d+) 1 re ?")
_LONGEST = 14  # signs of a text that is added up: each length is made once. Version 2 of level H holds no more
# A short text would fit version 1, but that has no alignment pattern: of ten on a sheet zbar missed one in twenty. It
# lays its grid through points it draws at random, so on a full sheet it now and then sees modules wrongly: of 2,100
# codes of 20 mm it missed 59 of level M, 18 of level Q and none of level H.
_SHORT = {"version": 2, "error": "h", "boost_error": False}
_LONG = {"error": "m"}
_SHORTER = re.compile(r"[0-9A-Z $%*+./:-]*")  # texts that segno does not take letter by letter as bytes

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Code:
    """Dark modules as PDF draws them: a rectangle for each run in a row (x, y, width, height), in modules from the
    upper left corner, quiet zone counted in ``size``. As one text, because thousands of codes are kept.
    """

    size: int
    bars: str

    @property
    def path(self) -> str:
        """As the ``d`` of an SVG path."""
        return _BAR.sub(r"M\1 \2h\3v1h-\3z", self.bars)


@lru_cache(maxsize=1024)
def code(token: str) -> Code:
    """A full QR code (never Micro QR): short texts as version 2 of error level H, others of level M."""
    rows, size = _masked(token)
    bars = [
        f"{bar.start() + QUIET_ZONE} {y} {bar.end() - bar.start()} 1 re"
        for y, row in enumerate(_rows(rows, size), start=QUIET_ZONE)
        for bar in _DARK.finditer(row)
    ]
    return Code(size + 2 * QUIET_ZONE, " ".join(bars))


def modules(token: str) -> Matrix:
    """The modules of the code, 1 is dark."""
    return [[int(module) for module in row] for row in _rows(*_masked(token))]


def _rows(rows: int, size: int) -> list[str]:
    """The rows of a packed symbol, from above, as ones and zeros."""
    stride = size + _GAP
    text = f"{rows >> _GAP:0{size * stride}b}"[::-1]
    return [text[start : start + size] for start in range(0, size * stride, stride)]


def _masked(token: str) -> tuple[int, int]:
    """The symbol, packed, masked by the pattern with the least penalty (clause 7.8.3), and how many modules wide."""
    as_bytes = len(token) <= _LONGEST and token.isascii() and not _SHORTER.fullmatch(token)
    rows, columns, about = _texts(len(token)).symbol(token) if as_bytes else _made(token)
    best, least = rows, -1
    for change_rows, change_columns in about.changes:
        masked = rows ^ change_rows
        penalty = about.penalty(masked, columns ^ change_columns)
        if least < 0 or penalty < least:
            best, least = masked, penalty
    return best, about.size


def _made(text: str | bytes, mode: str | None = None) -> tuple[int, int, _Field]:
    """The symbol of any text as segno makes it with mask 0, by rows and by columns."""
    plain = segno.make(text, micro=False, mask=0, mode=mode, **(_SHORT if len(text) <= _LONGEST else _LONG))
    about = _field(int(plain.version), str(plain.error))
    return _packed(plain.matrix), _packed(list(zip(*plain.matrix, strict=True))), about


@dataclass(frozen=True)
class _Texts:
    """The symbols of all texts of one length: that of zeros, and what each bit of a place changes in it."""

    zeros: tuple[int, int, _Field]
    bits: tuple[tuple[tuple[int, int], ...], ...]
    signs: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)

    def symbol(self, token: str) -> tuple[int, int, _Field]:
        rows, columns, about = self.zeros
        for place in enumerate(token):
            change = self.signs.get(place)
            if change is None:
                change = self.signs[place] = self._change(*place)
            rows ^= change[0]
            columns ^= change[1]
        return rows, columns, about

    def _change(self, place: int, sign: str) -> tuple[int, int]:
        rows = columns = 0
        for bit, (of_rows, of_columns) in enumerate(self.bits[place]):
            if ord(sign) >> bit & 1:
                rows, columns = rows ^ of_rows, columns ^ of_columns
        return rows, columns


@lru_cache(maxsize=4)
def _texts(length: int) -> _Texts:
    zeros = _made(bytes(length), "byte")

    def change(place: int, bit: int) -> tuple[int, int]:
        rows, columns, _about = _made(bytes(place) + bytes([1 << bit]) + bytes(length - place - 1), "byte")
        return rows ^ zeros[0], columns ^ zeros[1]

    return _Texts(zeros, tuple(tuple(change(place, bit) for bit in range(7)) for place in range(length)))


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
