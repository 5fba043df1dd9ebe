"""Designs: HTML and CSS laid out once by WeasyPrint, which then tells where the slots are."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from app.printing.press.faces import FONTS
from app.printing.press.fitting import MOST, Box, Part

PT = 0.75  # points in a CSS pixel
PORTRAIT = "data:image/jpeg;base64,"  # how the address of a picture in the text itself begins
_PICTURES = {PORTRAIT: "image/jpeg", "data:image/png;base64,": "image/png"}
MM = 72 / 25.4  # points in a millimetre

_PRESS = threading.Lock()  # WeasyPrint's font set-up is not made for two threads at once


@dataclass(frozen=True)
class Slot:
    """A named place of a design; ``parts`` have no text yet. ``opacity`` is the least of the slot and its parts."""

    name: str
    box: Box
    parts: tuple[Part, ...]
    opacity: float = 1.0

    def filled(self, texts: Mapping[str, str]) -> tuple[Part, ...]:
        """The parts with their texts; those without are left empty."""
        return tuple(
            Part(part.name, texts.get(part.name, ""), part.weight, part.ratio, part.leading, part.colour, part.gap)
            for part in self.parts
        )

    def listed(self, lines: Sequence[tuple[str, str]]) -> tuple[Part, ...]:
        """As many parts as there are lines (name of the part, text), one under the other."""
        known = {part.name: part for part in self.parts}
        return tuple(replace(known[name], text=text) for name, text in lines)


@dataclass(frozen=True)
class Design:
    """One laid-out page of a design: its slots, and where its drawing is (page ``number`` of the PDF ``drawing``)."""

    slots: Mapping[str, Slot]
    drawing: bytes
    number: int


@lru_cache(maxsize=1)
def only_fonts() -> Any:
    """WeasyPrint's fetcher: the fonts of the house and pictures that stand in the text itself, nothing else, neither
    network nor disk. Else it stops.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002  # WeasyPrint's signature
            for begins, kind in _PICTURES.items():
                if url.startswith(begins):
                    return URLFetcherResponse(url, b64decode(url[len(begins) :]), {"Content-Type": kind})
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme == "file" and not parts.netloc and path.parent == FONTS and path.suffix == ".ttf":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            raise FatalURLFetchingError(f"a design may use only the fonts of the house: {url[:200]}")

    return Fetcher(allowed_protocols=())


@lru_cache(maxsize=1)
def _font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _rendered(html: str) -> Any:
    from weasyprint import HTML

    return HTML(string=html, url_fetcher=only_fonts()).render(font_config=_font_configuration())


def _written(document: Any) -> bytes:
    pdf: bytes = document.write_pdf(pdf_identifier=b"ratusha badge")
    return pdf


def text_pages(html: str) -> bytes:
    """The pages of ``html`` as a PDF."""
    with _PRESS:
        return _written(_rendered(html))


def lay_out(html: str) -> list[Design]:
    """Lay ``html`` out, a page for each design, and read the boxes of the slots."""
    with _PRESS:
        document = _rendered(html)
        slots = [{slot.name: slot for slot in _slots(page)} for page in document.pages]
        drawing = _written(document)
    return [Design(found, drawing, number) for number, found in enumerate(slots)]


def _slots(page: Any) -> Iterator[Slot]:
    seen: set[str] = set()
    for box in page._page_box.descendants(placeholders=True):  # WeasyPrint has no public way to a box yet
        name = box.element.get("data-slot") if box.element is not None else None
        if not name or name in seen or not hasattr(box, "height"):
            continue
        seen.add(name)
        size = _points(box.style)
        yield Slot(
            name,
            Box(
                x=box.content_box_x() * PT,
                y=box.content_box_y() * PT,
                width=box.width * PT,
                height=box.height * PT,
                largest=round(size, 2),
                smallest=float(box.element.get("data-smallest", 0)),
                least=float(box.element.get("data-least", 0)),
                align={"center": "center", "end": "right", "right": "right"}.get(box.style["text_align_all"], "left"),
                settle=box.element.get("data-settle", "top"),
            ),
            tuple(_parts(box, size)),
            min([float(box.style["opacity"]), *(float(one.style["opacity"]) for one in _inside(box))]),
        )


def _inside(slot: Any) -> Iterable[Any]:
    """The boxes in a slot; a picture has none."""
    return slot.descendants() if hasattr(slot, "children") else ()


def _points(style: Any) -> float:
    """The size of letters; never more than any are printed in, nor nothing."""
    return min(max(float(style["font_size"]) * PT, 0.1), MOST)


def _parts(slot: Any, slot_size: float) -> Iterator[Part]:
    seen: set[str] = set()
    for box in _inside(slot):
        name = box.element.get("data-part") if box.element is not None else None
        if not name or name in seen:
            continue
        seen.add(name)
        size = _points(box.style)
        yield Part(
            name=name,
            text="",
            weight=_weight(box.style),
            ratio=round(size / slot_size, 4),
            leading=_leading(box.style["line_height"], size),
            colour=_rgb(box.style["color"]),
            gap=float(box.element.get("data-gap", 0)),
        )


def _weight(style: Any) -> str:
    """The chain of faces a part is set in."""
    bold = style["font_weight"] >= 600
    if style["font_family"][0] == "PT Serif":
        return "serif-bold" if bold else "serif"
    return "bold" if bold else "regular"


def _leading(line_height: Any, size: float) -> float:
    """Line height in em. WeasyPrint has a number for a ratio, a length in pixels otherwise."""
    if line_height == "normal":
        return 1.2
    if isinstance(line_height, int | float):
        return float(line_height)
    return round(float(line_height.value) * PT / size, 4)


def _rgb(colour: Any) -> tuple[float, float, float]:
    red, green, blue = colour.to("srgb").coordinates if hasattr(colour, "to") else tuple(colour)[:3]
    return round(float(red), 4), round(float(green), 4), round(float(blue), 4)


def font_address() -> str:
    """Where designs find the fonts."""
    return FONTS.as_uri()
