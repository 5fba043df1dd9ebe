"""Imposition: badges set one by one, then put on sheets with cut marks and joined into one PDF."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Name

from app.printing.press import stamping
from app.printing.press.design import MM, Design
from app.printing.press.emblem import Emblem
from app.printing.press.fitting import fit
from app.printing.press.pages import Panel, Press, SetApart, written
from app.printing.press.paper import SAFE, Sheet, Turn
from app.printing.press.qr import Code, code
from app.printing.press.stamping import number

__all__ = ["SAFE", "Batch", "Panel", "Photo", "SetBadge", "Sheet", "Turn", "print_sheets", "set_badge"]

_DUPLEX = {Turn.LONG: "/DuplexFlipLongEdge", Turn.SHORT: "/DuplexFlipShortEdge"}


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
class SetBadge(Panel):
    """One badge, set: its front, its code, its portrait, the arms of its municipality and its back."""

    code: Code
    photo: Photo | None = None
    back: Panel | None = None
    arms: Emblem | None = None


class Batch(NamedTuple):
    """Badges that go through the press together; ``divider``: the page of the dividers that lies before them."""

    badges: Sequence[SetBadge]
    divider: int | None = None


def set_badge(
    design: Design,
    texts: Mapping[str, str],
    token: str,
    photo: Photo | None = None,
    back: Panel | None = None,
    arms: Emblem | None = None,
) -> SetBadge:
    """Fit the texts into the slots of the design."""
    slots = {name: fit(slot.filled(texts), slot.box) for name, slot in design.slots.items() if slot.parts}
    arms = arms if "arms" in design.slots else None
    return SetBadge(design, slots, code(token), photo if "photo" in design.slots else None, back, arms)


def print_sheets(
    batches: Iterable[Batch],
    sheet: Sheet,
    *,
    title: str,
    set_apart: SetApart,
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
            faces = [face for badge in badges for face in (badge, badge.back) if face is not None and not face.plain]
            press.take_apart(faces, set_apart)
            for badge in badges:
                waiting.append(badge)
                if len(waiting) == len(room):
                    flush()
        flush()
        press.finish()
        pages = len(pdf.pages)
        return written(pdf, title, duplex=_DUPLEX.get(sheet.turn) if sheet.turn is not None else None), pages


class _Press(Press):
    """The sheets of one PDF while they are made."""

    def __init__(self, pdf: pikepdf.Pdf, sheet: Sheet) -> None:
        width, height = sheet.page
        super().__init__(pdf, width=width, height=height, marks=sheet.cut_marks(), on_page=sheet.on_page)
        self.sheet = sheet
        self.emblems: dict[bytes, tuple[str, Any]] = {}

    def add_divider(self, dividers: bytes, number_of: int) -> None:
        """A sheet that lies before a group; its back stays empty where sheets are turned."""
        self.pdf.pages.append(self.source(dividers).pages[number_of])
        if self.sheet.turn is not None:
            self.pdf.add_blank_page(page_size=(self.media[2], self.media[3]))

    def add_sheet(self, placed: Sequence[tuple[SetBadge, tuple[float, float]]]) -> None:
        """One sheet with its badges; nothing of another sheet's persons is in its resources."""
        drawn: dict[str, Any] = {}
        parts = []
        for badge, (left, top) in placed:
            if self.sheet.folded and badge.back is not None:
                parts.append(self.panel(badge.back, left, top, drawn, turned=True))
            if self.sheet.folded:
                top -= self.sheet.paper_height * MM / 2
            parts.append(self._front(badge, left, top, drawn))
        self.add_page(parts, drawn)
        if self.sheet.turn is not None:
            drawn, parts = {}, []
            for badge, place in placed:
                if badge.back is not None:
                    left, top, turned = self.sheet.mirrored(place)
                    parts.append(self.panel(badge.back, left, top, drawn, turned=turned))
            self.add_page(parts, drawn, marks=False)

    def _front(self, badge: SetBadge, left: float, top: float, drawn: dict[str, Any]) -> str:
        name, drawing = self.drawing(badge.design)
        drawn[name] = drawing
        low = number(top - float(drawing.BBox[3]))
        parts = [f"q 1 0 0 1 {number(left)} {low} cm {name} Do Q\n"]
        if badge.photo is not None:
            portrait = f"/P{len(drawn)}"
            drawn[portrait] = self._portrait(badge.photo)
            parts.append(stamping.picture(portrait, badge.design.slots["photo"].box, left=left, top=top))
        if badge.arms is not None:
            name, drawn[name] = self._emblem(badge.arms)
            box = badge.arms.inside(badge.design.slots["arms"].box)
            parts.append(stamping.picture(name, box, left=left, top=top))
        parts.append(stamping.qr(badge.code, badge.design.slots["qr"].box, left=left, top=top))
        parts.append(self.ink.text([line for line in badge.lines if line.plain], left=left, top=top))
        if not badge.plain:
            name, layer = self.apart[id(badge)]
            drawn[name] = layer
            parts.append(f"q 1 0 0 1 {number(left)} {low} cm {name} Do Q\n")
        return "".join(parts)

    def _emblem(self, arms: Emblem) -> tuple[str, Any]:
        """The arms, in the file once."""
        if arms.png not in self.emblems:
            self.emblems[arms.png] = (f"/A{len(self.emblems)}", arms.image(self.pdf))
        return self.emblems[arms.png]

    def _portrait(self, photo: Photo) -> Any:
        """The photograph as it is, for this sheet alone."""
        image = pikepdf.Stream(self.pdf, photo.content)
        image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.DCTDecode
        image.Width, image.Height, image.BitsPerComponent = photo.width, photo.height, 8
        image.ColorSpace, image.Interpolate = Name.DeviceRGB, False
        return self.pdf.make_indirect(image)
