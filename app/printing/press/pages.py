"""One PDF while it is made: designs drawn once, faces set into them, pages that carry nothing of other pages."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from app.printing.press import stamping
from app.printing.press.design import MM, Design, text_pages
from app.printing.press.fitting import Fitted, Line

Told = Callable[[int, int], None]  # (done, in all) now and then; may raise to stop


@dataclass(frozen=True)
class Panel:
    """One face of a paper, set."""

    design: Design
    slots: Mapping[str, Fitted]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all slots."""
        return tuple(line for fitted in self.slots.values() for line in fitted.lines)

    @property
    def plain(self) -> bool:
        """Whether stamping sets every line right (WeasyPrint sets those it does not)."""
        return all(fitted.plain for fitted in self.slots.values())


SetApart = Callable[[Sequence[Panel]], str]  # the HTML, a page each, of the lines of panels that cannot be stamped


class Press:
    """The pages of one PDF while they are made. Millimetres in ``width`` and ``height``, points elsewhere.

    ``on_page``: puts operators as they are drawn onto a page that lies on its side.
    """

    def __init__(
        self, pdf: pikepdf.Pdf, *, width: float, height: float, marks: str,
        on_page: Callable[[str], str] = lambda drawn: drawn,
    ) -> None:  # fmt: skip
        self.pdf = pdf
        self.on_page = on_page
        self.media = [0, 0, round(width * MM, 3), round(height * MM, 3)]
        self.marks = marks
        self.ink = stamping.Ink()
        self.fonts = pdf.make_indirect(Dictionary())
        self.drawings: dict[tuple[int, int], tuple[str, Any]] = {}
        self.apart: dict[int, tuple[str, Any]] = {}
        self._open: dict[int, pikepdf.Pdf] = {}

    def take_apart(self, odd: Sequence[Panel], set_apart: SetApart) -> None:
        """Let WeasyPrint set what cannot be stamped."""
        if not odd:
            return
        with pikepdf.open(io.BytesIO(text_pages(set_apart(odd)))) as layer:
            for page, panel in enumerate(odd):
                drawing = self.pdf.copy_foreign(layer.pages[page].as_form_xobject())
                self.apart[id(panel)] = (f"/T{page}-{len(self.pdf.pages)}", drawing)

    def source(self, content: bytes) -> pikepdf.Pdf:
        """A PDF pages are taken from; opened once."""
        found = self._open.get(id(content))
        if found is None:
            found = self._open[id(content)] = pikepdf.open(io.BytesIO(content))
        return found

    def drawing(self, design: Design) -> tuple[str, Any]:
        """The design as it is drawn; in the file once."""
        key = (id(design.drawing), design.number)
        if key not in self.drawings:
            page = self.source(design.drawing).pages[design.number]
            self.drawings[key] = (f"/D{len(self.drawings)}", self.pdf.copy_foreign(page.as_form_xobject()))
        return self.drawings[key]

    def panel(self, panel: Panel, left: float, top: float, drawn: dict[str, Any], *, turned: bool) -> str:
        """Operators of a face whose upper left corner is at ``left``, ``top`` (from below); turned: upside down in
        the same place. What it needs is added to ``drawn``.
        """
        name, drawing = self.drawing(panel.design)
        drawn[name] = drawing
        wide, high = float(drawing.BBox[2]), float(drawing.BBox[3])
        at = stamping.number
        place = f"-1 0 0 -1 {at(left + wide)} {at(top)}" if turned else f"1 0 0 1 {at(left)} {at(top - high)}"
        parts = [f"q {place} cm {name} Do\n"]
        parts.append(self.ink.text([line for line in panel.lines if line.plain], left=0.0, top=high))
        if not panel.plain:
            name, layer = self.apart[id(panel)]
            drawn[name] = layer
            parts.append(f"{name} Do\n")
        return "".join([*parts, "Q\n"])

    def add_page(self, parts: list[str], drawn: Mapping[str, Any], *, marks: bool = True) -> None:
        """A page with these operators; nothing of another page's persons is in its resources."""
        if marks:
            parts.append(self.marks)
        content = pikepdf.Stream(self.pdf, zlib.compress(self.on_page("".join(parts)).encode("ascii"), 6))
        content.Filter = Name.FlateDecode
        resources = Dictionary(Font=self.fonts, XObject=Dictionary(drawn))
        page = Dictionary(
            Type=Name.Page, MediaBox=self.media, Resources=resources, Contents=self.pdf.make_indirect(content)
        )
        self.pdf.pages.append(pikepdf.Page(self.pdf.make_indirect(page)))

    def finish(self) -> None:
        """Give the pages the fonts of what was stamped on them."""
        for name, font in self.ink.fonts(self.pdf).items():
            self.fonts[name] = font
        for source in self._open.values():
            source.close()


def written(pdf: pikepdf.Pdf, title: str, *, duplex: str | None = None) -> bytes:
    """The file: named, to be printed in its own size, the same for the same pages.

    :param duplex: how both sides are printed, as PDF names it.
    """
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Creator"] = "Ratusha"
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"))
    if duplex is not None:
        pdf.Root.ViewerPreferences.Duplex = Name(duplex)
    file = io.BytesIO()
    pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()
