"""Stamping: lines and QR codes as PDF operators, without laying anything out again."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.printing.press.faces import CHAINS, Face, face, shaped
from app.printing.press.fitting import Box, Line
from app.printing.press.qr import Code

# What letters with their accents reach in the faces we stamp with, in thousandths of the size: lines set with a
# leading of 1.1 or more do not touch.
HIGHEST, LOWEST = 880, 220

RESOURCE = {"bold": "FB", "regular": "FR", "serif": "FS", "serif-bold": "FT"}


def number(value: float) -> str:
    """A number as PDF writes it: at most three decimals, never an exponent."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


class Ink:
    """Collects which glyphs were used, and writes the operators that set them."""

    def __init__(self) -> None:
        self.used: dict[str, dict[int, tuple[str, int]]] = {weight: {} for weight in RESOURCE}

    def text(self, lines: Iterable[Line], *, left: float, top: float) -> str:
        """Operators for ``lines`` of a paper whose upper left corner is at ``left``, ``top`` (from below)."""
        written = []
        for line in lines:
            red, green, blue = (number(value) for value in line.colour)
            colour = f"{red} g" if red == green == blue else f"{red} {green} {blue} rg"
            written.append(
                f"{colour} /{RESOURCE[line.weight]} {number(line.size)} Tf 1 0 0 1 {number(left + line.x)} "
                f"{number(top - line.baseline)} Tm {self._show(line.text, line.weight)}"
            )
        return "BT\n" + "\n".join(written) + "\nET\n" if written else ""

    def _show(self, text: str, weight: str) -> str:
        used = self.used[weight]
        lead = face(CHAINS[weight][0])
        pieces, run = [], ""
        for glyph in shaped(lead.stem, text):
            if glyph.number not in used:
                used[glyph.number] = (glyph.text, round(glyph.natural * 1000 / lead.units))
            run += f"{glyph.number:04X}"
            kern = glyph.natural - glyph.advance
            if kern:
                pieces.append(f"<{run}>{number(kern * 1000 / lead.units)}")
                run = ""
        if run:
            pieces.append(f"<{run}>")
        return f"[{''.join(pieces)}] TJ"

    def fonts(self, pdf: pikepdf.Pdf) -> dict[str, Any]:
        """The fonts of what was stamped, as entries of a resource dictionary."""
        return {
            f"/{RESOURCE[weight]}": _font(pdf, face(CHAINS[weight][0]), used)
            for weight, used in self.used.items()
            if used
        }


def qr(code: Code, box: Box, *, left: float, top: float) -> str:
    """Operators for a QR code, black, as large as its box with the quiet zone."""
    side = min(box.width, box.height)
    module = f"{side / code.size:.5f}"
    return f"q 0 g {module} 0 0 -{module} {number(left + box.x)} {number(top - box.y)} cm {code.bars} f Q\n"


def picture(name: str, box: Box, *, left: float, top: float) -> str:
    """Operators for the picture ``name``, which fills its box."""
    corner = f"{number(left + box.x)} {number(top - box.y - box.height)}"
    return f"q {number(box.width)} 0 0 {number(box.height)} {corner} cm {name} Do Q\n"


@lru_cache(maxsize=8)
def _packed(stem: str) -> tuple[bytes, int]:
    content = face(stem).path.read_bytes()
    return zlib.compress(content, 9), len(content)


def _font(pdf: pikepdf.Pdf, lead: Face, used: dict[int, tuple[str, int]]) -> Any:
    packed, length = _packed(lead.stem)
    file = pikepdf.Stream(pdf, packed)
    file.Filter, file.Length1 = Name.FlateDecode, length
    name = Name("/" + lead.stem.replace("_", "").replace("-Web", ""))
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=[-400, -280, 1200, 1020], ItalicAngle=0,
        Ascent=HIGHEST, Descent=-LOWEST, CapHeight=700,
        StemV=140 if "Bold" in lead.stem else 80, FontFile2=pdf.make_indirect(file),
    )  # fmt: skip
    widths = Array()
    for glyph in sorted(used):
        widths.append(glyph)
        widths.append(Array([used[glyph][1]]))
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, CIDToGIDMap=Name.Identity, DW=500, W=widths,
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]), ToUnicode=pikepdf.Stream(pdf, _to_unicode(used)),
        )
    )  # fmt: skip


def _to_unicode(used: dict[int, tuple[str, int]]) -> bytes:
    entries = [
        f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, (text, _) in sorted(used.items()) if text
    ]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
