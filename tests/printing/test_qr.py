"""QR codes: full ones, with the mask a reader likes best."""

from __future__ import annotations

import pytest
import segno

from app.printing.press import qr


def _penalty(matrix):
    """ISO/IEC 18004 table 11, counted module by module."""
    size = len(matrix)
    total = 0
    for lines in (matrix, list(zip(*matrix, strict=True))):
        for line in lines:
            text = "".join(map(str, line))
            for sign in "01":
                for run in "".join(s if s == sign else " " for s in text).split():
                    total += len(run) - 2 if len(run) >= 5 else 0
            padded = "0000" + text + "0000"
            for place in range(len(padded) - 6):
                if padded[place : place + 7] == "1011101" and (
                    padded[place - 4 : place] == "0000" or padded[place + 7 : place + 11] == "0000"
                ):
                    total += 40
    for y in range(size - 1):
        for x in range(size - 1):
            total += 3 * (len({matrix[y][x], matrix[y][x + 1], matrix[y + 1][x], matrix[y + 1][x + 1]}) == 1)
    share = 100 * sum(map(sum, matrix)) / size**2
    return total + 10 * int(abs(share - 50) / 5)


@pytest.mark.parametrize("token", ["q8Zr-1_kLmNo", "AAAAAAAAAAAA", "x" * 40, "0123456789abcdef" * 4, "7"])
def test_modules_are_those_of_the_mask_with_the_least_penalty(token):
    kind = {"version": 2, "error": "h", "boost_error": False} if len(token) <= 14 else {"error": "m"}
    masked = [[list(row) for row in segno.make(token, micro=False, mask=mask, **kind).matrix] for mask in range(8)]
    best = min(masked, key=_penalty)
    assert qr.modules(token) == best


def test_code_is_a_full_code_with_an_alignment_pattern_and_its_quiet_zone():
    assert qr.code("q8Zr-1_kLmNo").size == 25 + 2 * 4
