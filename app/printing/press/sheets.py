"""Imposition: badges set one by one, then put on sheets with cut marks and joined into one PDF."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from app.printing.press import stamping
from app.printing.press.design import MM, Design, text_pages
from app.printing.press.fitting import Fitted, Line, fit
from app.printing.press.qr import Code, code
from app.printing.press.stamping import number

SAFE = 4.0  # mm from each edge in which nothing stands: printers and knives are not exact
HAIR = 0.25  # pt, of a cut mark


@dataclass(frozen=True)
class Photo:
    """A portrait as JPEG, red, green and blue; its size in dots."""

    content: bytes
    width: int
    height: int

    @property
    def base64(self) -> str:
        """For a preview in the browser."""
        return base64.b64encode(self.content).decode()


@dataclass(frozen=True)
class SetBadge:
    """One badge, set: its design, its lines, its code. ``plain``: all lines can be stamped."""

    design: Design
    slots: Mapping[str, Fitted]
    code: Code
    photo: Photo | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all slots."""
        return tuple(line for fitted in self.slots.values() for line in fitted.lines)

    @property
    def plain(self) -> bool:
        """Whether stamping sets every line right (WeasyPrint sets those it does not)."""
        return all(fitted.plain for fitted in self.slots.values())


def set_badge(design: Design, texts: Mapping[str, str], token: str, photo: Photo | None = None) -> SetBadge:
    """Fit the texts into the slots of the design."""
    slots = {name: fit(slot.filled(texts), slot.box) for name, slot in design.slots.items() if slot.parts}
    return SetBadge(design, slots, code(token), photo if "photo" in design.slots else None)


@dataclass(frozen=True)
class Sheet:
    """The paper that is printed, and how papers stand on it. Millimetres."""

    width: float
    height: float
    paper_width: float
    paper_height: float
    across: int
    down: int

    @property
    def places(self) -> list[tuple[float, float]]:
        """Upper left corner of each place, in points, the height counted from below; row by row."""
        left = (self.width - self.across * self.paper_width) / 2
        top = (self.height - self.down * self.paper_height) / 2
        return [
            ((left + column * self.paper_width) * MM, (self.height - top - row * self.paper_height) * MM)
            for row in range(self.down)
            for column in range(self.across)
        ]

    def cut_marks(self) -> str:
        """Operators: short lines where the knife goes, inside the strip that stays empty on each badge."""
        left = (self.width - self.across * self.paper_width) / 2
        top = (self.height - self.down * self.paper_height) / 2
        upright = [x for n in range(self.across + 1) if SAFE < (x := left + n * self.paper_width) < self.width - SAFE]
        level = [y for n in range(self.down + 1) if SAFE < (y := top + n * self.paper_height) < self.height - SAFE]
        strokes = []
        for x in upright:
            strokes += [(x, SAFE, x, 3 * SAFE), (x, self.height - 3 * SAFE, x, self.height - SAFE)]
            strokes += [(x, y - SAFE, x, y + SAFE) for y in level]
        for y in level:
            strokes += [(SAFE, y, 3 * SAFE, y), (self.width - 3 * SAFE, y, self.width - SAFE, y)]
            strokes += [(x - SAFE, y, x + SAFE, y) for x in upright]
        if not strokes:
            return ""
        drawn = "\n".join(" ".join([*_at(x, y), "m", *_at(to_x, to_y), "l"]) for x, y, to_x, to_y in strokes)
        return f"q 0 G {HAIR} w\n{drawn}\nS Q\n"


def _at(x: float, y: float) -> list[str]:
    return [number(x * MM), number(y * MM)]


def print_sheets(
    batches: Iterable[Sequence[SetBadge]],
    sheet: Sheet,
    *,
    title: str,
    set_apart: Callable[[Sequence[SetBadge]], str],
) -> tuple[bytes, int]:
    """The sheets as one PDF, and how many they are.

    :param batches: the badges in their order; every batch but the last fills its sheets.
    :param set_apart: the HTML, a page each, of the lines of badges that cannot be stamped.
    """
    places = sheet.places
    with pikepdf.new() as pdf:
        press = _Press(pdf, sheet)
        for badges in batches:
            press.take_apart(badges, set_apart)
            for first in range(0, len(badges), len(places)):
                press.add_sheet(list(zip(badges[first : first + len(places)], places, strict=False)))
        press.finish()
        pages = len(pdf.pages)
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Creator"] = "Ratusha"
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"))
        written = io.BytesIO()
        pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue(), pages


class _Press:
    """The sheets of one PDF while they are made."""

    def __init__(self, pdf: pikepdf.Pdf, sheet: Sheet) -> None:
        self.pdf = pdf
        self.media = [0, 0, round(sheet.width * MM, 3), round(sheet.height * MM, 3)]
        self.marks = sheet.cut_marks()
        self.ink = stamping.Ink()
        self.drawings: dict[tuple[int, int], tuple[str, Any]] = {}
        self.apart: dict[int, tuple[str, Any]] = {}
        self.fonts = pdf.make_indirect(Dictionary())
        self._open: dict[int, pikepdf.Pdf] = {}

    def take_apart(self, badges: Sequence[SetBadge], set_apart: Callable[[Sequence[SetBadge]], str]) -> None:
        """Let WeasyPrint set what cannot be stamped."""
        odd = [badge for badge in badges if not badge.plain]
        self.apart = {}
        if not odd:
            return
        with pikepdf.open(io.BytesIO(text_pages(set_apart(odd)))) as layer:
            for page, badge in enumerate(odd):
                drawing = self.pdf.copy_foreign(layer.pages[page].as_form_xobject())
                self.apart[id(badge)] = (f"/T{page}", drawing)

    def _drawing(self, design: Design) -> tuple[str, Any]:
        key = (id(design.drawing), design.number)
        if key not in self.drawings:
            source = self._open.get(id(design.drawing))
            if source is None:
                source = self._open[id(design.drawing)] = pikepdf.open(io.BytesIO(design.drawing))
            drawing = self.pdf.copy_foreign(source.pages[design.number].as_form_xobject())
            self.drawings[key] = (f"/D{len(self.drawings)}", drawing)
        return self.drawings[key]

    def add_sheet(self, placed: Sequence[tuple[SetBadge, tuple[float, float]]]) -> None:
        """One sheet with its badges; nothing of another sheet's persons is in its resources."""
        drawn, parts = {}, []
        for badge, (left, top) in placed:
            name, drawing = self._drawing(badge.design)
            drawn[name] = drawing
            low = number(top - float(drawing.BBox[3]))
            parts.append(f"q 1 0 0 1 {number(left)} {low} cm {name} Do Q\n")
            if badge.photo is not None:
                portrait = f"/P{len(drawn)}"
                drawn[portrait] = self._portrait(badge.photo)
                parts.append(stamping.picture(portrait, badge.design.slots["photo"].box, left=left, top=top))
            parts.append(stamping.qr(badge.code, badge.design.slots["qr"].box, left=left, top=top))
            parts.append(self.ink.text([line for line in badge.lines if line.plain], left=left, top=top))
            if not badge.plain:
                name, layer = self.apart[id(badge)]
                drawn[name] = layer
                parts.append(f"q 1 0 0 1 {number(left)} {low} cm {name} Do Q\n")
        parts.append(self.marks)
        content = pikepdf.Stream(self.pdf, zlib.compress("".join(parts).encode("ascii"), 6))
        content.Filter = Name.FlateDecode
        resources = Dictionary(Font=self.fonts, XObject=Dictionary(drawn))
        page = Dictionary(
            Type=Name.Page, MediaBox=self.media, Resources=resources, Contents=self.pdf.make_indirect(content)
        )
        self.pdf.pages.append(pikepdf.Page(self.pdf.make_indirect(page)))

    def _portrait(self, photo: Photo) -> Any:
        """The photograph as it is, for this sheet alone."""
        image = pikepdf.Stream(self.pdf, photo.content)
        image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.DCTDecode
        image.Width, image.Height, image.BitsPerComponent = photo.width, photo.height, 8
        image.ColorSpace, image.Interpolate = Name.DeviceRGB, False
        return self.pdf.make_indirect(image)

    def finish(self) -> None:
        """Give the sheets the fonts of what was stamped on them."""
        for name, font in self.ink.fonts(self.pdf).items():
            self.fonts[name] = font
        for source in self._open.values():
            source.close()
