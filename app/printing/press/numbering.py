"""Numbers and marks of pages, set when a paper is whole; fonts with only the glyphs that are used."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from app.printing.press import stamping
from app.printing.press.design import MM
from app.printing.press.faces import CHAINS, face, width
from app.printing.press.fitting import Line

SIZE, ABOVE = 8.5, 8.0  # points; mm from the lower edge
GREY = (0x55 / 255, 0x60 / 255, 0x6A / 255)
BRICK = (0xA2 / 255, 0x3E / 255, 0x22 / 255)
MARKED, BELOW, ASIDE = 11.0, 7.0, 6.0  # points; mm from the upper and the right edge


def number_pages(pdf: pikepdf.Pdf, *, right: float) -> None:
    """Set "3 / 12" at the foot of each page, so many millimetres from its right edge."""
    ink, count = stamping.Ink(), len(pdf.pages)
    fonts: list[Any] = []
    for number, page in enumerate(pdf.pages, start=1):
        text = f"{number} / {count}"
        _left, _low, wide, high = (float(part) for part in page.mediabox)
        x = wide - right * MM - width(text, "regular") * SIZE
        line = Line("number", text, "regular", GREY, SIZE, 1.2, x, high - ABOVE * MM, 0.0, plain=True)
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"Q\n" + ink.text([line], left=0.0, top=high).encode("ascii"))
        own: Any = Dictionary(dict(page.resources.items()))
        own.Font = Dictionary(own.get("/Font", Dictionary()))
        page.obj.Resources = own
        fonts.append(own.Font)
    for name, font in ink.fonts(pdf).items():
        slim(pdf, font, CHAINS["regular"][0], ink.used["regular"])
        for known in fonts:
            known[Name(name)] = font


def mark_pages(pdf: pikepdf.Pdf, text: str) -> None:
    """Set a word into the upper right corner of each page, whatever else stands there."""
    ink, wide = stamping.Ink(), width(text, "bold") * MARKED
    line = Line("mark", text, "bold", BRICK, MARKED, 1.2, 0.0, 0.0, 0.0, plain=True)
    mark = pikepdf.Stream(pdf, ink.text([line], left=0.0, top=0.0).encode("ascii"))
    mark.Type, mark.Subtype, mark.BBox = Name.XObject, Name.Form, [0, -MARKED / 2, wide + 1, MARKED]
    mark.Resources = Dictionary(Font=Dictionary(ink.fonts(pdf)))
    mark = pdf.make_indirect(mark)
    for page in pdf.pages:
        left, _low, right, high = (float(part) for part in page.mediabox)
        x = max(left + ASIDE * MM, right - ASIDE * MM - wide)
        own: Any = Dictionary(dict(page.resources.items()))
        own.XObject = Dictionary({**dict(own.get("/XObject", Dictionary()).items()), "/Mark": mark})
        page.obj.Resources = own
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(f"\nQ q 1 0 0 1 {x:.2f} {high - BELOW * MM:.2f} cm /Mark Do Q\n".encode())


def slim(pdf: pikepdf.Pdf, font: Any, stem: str, used: Iterable[int]) -> None:
    """Leave only the used glyphs in the font's file; their numbers stay."""
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options(
        retain_gids=True, layout_features=[], hinting=False, notdef_outline=True, glyph_names=False, legacy_kern=False
    )
    with TTFont(face(stem).path, lazy=True) as whole:
        cutter = subset.Subsetter(options)
        cutter.populate(gids=[0, *used])
        cutter.subset(whole)
        cut = io.BytesIO()
        whole.save(cut)
    content = cut.getvalue()
    file = pikepdf.Stream(pdf, zlib.compress(content, 9))
    file.Filter, file.Length1 = Name.FlateDecode, len(content)
    descendant = font.DescendantFonts[0]
    descendant.FontDescriptor.FontFile2 = pdf.make_indirect(file)
    name = Name(f"/RATUSH+{str(font.BaseFont)[1:]}")
    font.BaseFont = descendant.BaseFont = descendant.FontDescriptor.FontName = name
