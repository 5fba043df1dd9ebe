"""Imposition: badges set one by one, then put on sheets with cut marks and joined into one PDF."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Dictionary, Name

from app.printing.press import stamping
from app.printing.press.design import MM, Design, text_pages
from app.printing.press.fitting import Fitted, Line, fit
from app.printing.press.paper import SAFE, Sheet, Turn
from app.printing.press.qr import Code, code
from app.printing.press.stamping import number

__all__ = ["SAFE", "Batch", "Photo", "SetBack", "SetBadge", "Sheet", "Turn", "print_sheets", "set_badge"]


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
class SetBack:
    """The back of one badge, set."""

    design: Design
    slots: Mapping[str, Fitted]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all slots."""
        return tuple(line for fitted in self.slots.values() for line in fitted.lines)

    @property
    def plain(self) -> bool:
        """Whether stamping sets every line right."""
        return all(fitted.plain for fitted in self.slots.values())


@dataclass(frozen=True)
class SetBadge:
    """One badge, set: its design, its lines, its code. ``plain``: all lines can be stamped."""

    design: Design
    slots: Mapping[str, Fitted]
    code: Code
    photo: Photo | None = None
    back: SetBack | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all slots."""
        return tuple(line for fitted in self.slots.values() for line in fitted.lines)

    @property
    def plain(self) -> bool:
        """Whether stamping sets every line right (WeasyPrint sets those it does not)."""
        return all(fitted.plain for fitted in self.slots.values())


class Batch(NamedTuple):
    """Badges that go through the press together; ``divider``: the page of the dividers that lies before them."""

    badges: Sequence[SetBadge]
    divider: int | None = None


def set_badge(
    design: Design, texts: Mapping[str, str], token: str, photo: Photo | None = None, back: SetBack | None = None
) -> SetBadge:
    """Fit the texts into the slots of the design."""
    slots = {name: fit(slot.filled(texts), slot.box) for name, slot in design.slots.items() if slot.parts}
    return SetBadge(design, slots, code(token), photo if "photo" in design.slots else None, back)


def print_sheets(
    batches: Iterable[Batch],
    sheet: Sheet,
    *,
    title: str,
    set_apart: Callable[[Sequence[SetBadge | SetBack]], str],
    dividers: bytes | None = None,
) -> tuple[bytes, int]:
    """The sheets as one PDF, and how many pages they are. Backs follow their fronts where the sheet is turned.

    :param batches: the badges in their order; one with a divider begins a new sheet.
    :param set_apart: the HTML, a page each, of the lines of badges that cannot be stamped.
    :param dividers: a PDF with the pages that lie between.
    """
    places = sheet.places
    with pikepdf.new() as pdf:
        press = _Press(pdf, sheet)
        waiting: list[SetBadge] = []
        room = places[sheet.start :]

        def flush() -> None:
            nonlocal room
            if waiting:
                press.add_sheet(list(zip(waiting, room, strict=False)))
                waiting.clear()
                room = places

        for badges, divider in batches:
            if divider is not None and dividers is not None:
                flush()
                press.add_divider(dividers, divider)
            press.take_apart(badges, set_apart)
            for badge in badges:
                waiting.append(badge)
                if len(waiting) == len(room):
                    flush()
        flush()
        press.finish()
        pages = len(pdf.pages)
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Creator"] = "Ratusha"
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"))
        if sheet.turn is not None:
            pdf.Root.ViewerPreferences.Duplex = Name(
                "/DuplexFlipLongEdge" if sheet.turn is Turn.LONG else "/DuplexFlipShortEdge"
            )
        written = io.BytesIO()
        pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue(), pages


class _Press:
    """The sheets of one PDF while they are made."""

    def __init__(self, pdf: pikepdf.Pdf, sheet: Sheet) -> None:
        self.pdf = pdf
        self.sheet = sheet
        self.media = [0, 0, round(sheet.width * MM, 3), round(sheet.height * MM, 3)]
        self.marks = sheet.cut_marks()
        self.ink = stamping.Ink()
        self.drawings: dict[tuple[int, int], tuple[str, Any]] = {}
        self.apart: dict[int, tuple[str, Any]] = {}
        self.fonts = pdf.make_indirect(Dictionary())
        self._open: dict[int, pikepdf.Pdf] = {}

    def take_apart(self, badges: Sequence[SetBadge], set_apart: Callable[[Sequence[SetBadge | SetBack]], str]) -> None:
        """Let WeasyPrint set what cannot be stamped."""
        odd: list[SetBadge | SetBack] = [badge for badge in badges if not badge.plain]
        odd += [badge.back for badge in badges if badge.back is not None and not badge.back.plain]
        if not odd:
            return
        with pikepdf.open(io.BytesIO(text_pages(set_apart(odd)))) as layer:
            for page, badge in enumerate(odd):
                drawing = self.pdf.copy_foreign(layer.pages[page].as_form_xobject())
                self.apart[id(badge)] = (f"/T{page}-{len(self.pdf.pages)}", drawing)

    def add_divider(self, dividers: bytes, number_of: int) -> None:
        """A sheet that lies before a group; its back stays empty where sheets are turned."""
        source = self._open.get(id(dividers))
        if source is None:
            source = self._open[id(dividers)] = pikepdf.open(io.BytesIO(dividers))
        self.pdf.pages.append(source.pages[number_of])
        if self.sheet.turn is not None:
            self.pdf.add_blank_page(page_size=(self.media[2], self.media[3]))

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
        drawn: dict[str, Any] = {}
        parts = []
        for badge, (left, top) in placed:
            if self.sheet.folded and badge.back is not None:
                parts.append(self._back(badge.back, left, top, drawn, turned=True))
            if self.sheet.folded:
                top -= self.sheet.paper_height * MM / 2
            parts.append(self._front(badge, left, top, drawn))
        self._add_page(parts, drawn)
        if self.sheet.turn is not None:
            drawn, parts = {}, []
            for badge, place in placed:
                if badge.back is not None:
                    left, top, turned = self.sheet.mirrored(place)
                    parts.append(self._back(badge.back, left, top, drawn, turned=turned))
            self._add_page(parts, drawn, marks=False)

    def _front(self, badge: SetBadge, left: float, top: float, drawn: dict[str, Any]) -> str:
        name, drawing = self._drawing(badge.design)
        drawn[name] = drawing
        low = number(top - float(drawing.BBox[3]))
        parts = [f"q 1 0 0 1 {number(left)} {low} cm {name} Do Q\n"]
        if badge.photo is not None:
            portrait = f"/P{len(drawn)}"
            drawn[portrait] = self._portrait(badge.photo)
            parts.append(stamping.picture(portrait, badge.design.slots["photo"].box, left=left, top=top))
        parts.append(stamping.qr(badge.code, badge.design.slots["qr"].box, left=left, top=top))
        parts.append(self.ink.text([line for line in badge.lines if line.plain], left=left, top=top))
        if not badge.plain:
            name, layer = self.apart.pop(id(badge))
            drawn[name] = layer
            parts.append(f"q 1 0 0 1 {number(left)} {low} cm {name} Do Q\n")
        return "".join(parts)

    def _back(self, back: SetBack, left: float, top: float, drawn: dict[str, Any], *, turned: bool) -> str:
        """Operators of a back; turned: upside down in the same place."""
        name, drawing = self._drawing(back.design)
        drawn[name] = drawing
        wide, high = float(drawing.BBox[2]), float(drawing.BBox[3])
        place = f"-1 0 0 -1 {number(left + wide)} {number(top)}" if turned else (
            f"1 0 0 1 {number(left)} {number(top - high)}"
        )  # fmt: skip
        parts = [f"q {place} cm {name} Do\n"]
        parts.append(self.ink.text([line for line in back.lines if line.plain], left=0.0, top=high))
        if not back.plain:
            name, layer = self.apart.pop(id(back))
            drawn[name] = layer
            parts.append(f"{name} Do\n")
        return "".join([*parts, "Q\n"])

    def _add_page(self, parts: list[str], drawn: dict[str, Any], *, marks: bool = True) -> None:
        if marks:
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
