"""Papers from designs: slots filled, each paper put on its sheets upright or turned, all joined or each apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import pikepdf

from app.printing.press import stamping
from app.printing.press.design import MM, Design
from app.printing.press.faces import CHAINS
from app.printing.press.fitting import fit
from app.printing.press.numbering import slim
from app.printing.press.pages import Panel, Press, SetApart, Told, written
from app.printing.press.stamping import number

EDGE = 4.0  # mm in which no printer prints
MARK = 4.0  # mm, length of a mark


def set_panel(design: Design, texts: Mapping[str, str]) -> Panel:
    """Fit the texts into the slots of the design."""
    return Panel(design, {name: fit(slot.filled(texts), slot.box) for name, slot in design.slots.items()})


@dataclass(frozen=True)
class Form:
    """The sheet and how papers stand on it. Millimetres, from the upper left corner.

    ``panel`` is the size of one face. A folded paper has two: the back above, upside down, the front below the fold.
    """

    sheet: tuple[float, float]
    panel: tuple[float, float]
    across: int = 1
    down: int = 1
    folded: bool = False

    @property
    def paper(self) -> tuple[float, float]:
        """The size of one paper before it is folded."""
        return self.panel[0], self.panel[1] * (2 if self.folded else 1)

    @property
    def places(self) -> list[tuple[float, float]]:
        """The upper left corner of each paper, row by row, as a hand cuts them: centred on the sheet."""
        wide, high = self.paper
        left, top = (self.sheet[0] - self.across * wide) / 2, (self.sheet[1] - self.down * high) / 2
        return [(left + x * wide, top + y * high) for y in range(self.down) for x in range(self.across)]

    def marks(self) -> str:
        """Operators: where the knife goes (solid) and where the paper is folded (dashed)."""
        wide, high = self.paper
        places = self.places
        lefts, tops = sorted({x for x, _ in places}), sorted({y for _, y in places})
        width, height = self.sheet
        cuts: list[tuple[float, float, float, float]] = []
        folds: list[tuple[float, float, float, float]] = []
        uprights = [x for x in (*lefts, lefts[-1] + wide) if EDGE < x < width - EDGE]
        levels = [y for y in (*tops, tops[-1] + high) if EDGE < y < height - EDGE]
        for x in uprights:
            cuts += [(x, EDGE, x, EDGE + MARK), (x, height - EDGE - MARK, x, height - EDGE)]
            cuts += [(x, y - MARK / 2, x, y + MARK / 2) for y in levels]
        for y in levels:
            cuts += [(EDGE, y, EDGE + MARK, y), (width - EDGE - MARK, y, width - EDGE, y)]
            cuts += [(x - MARK / 2, y, x + MARK / 2, y) for x in uprights]
        if self.folded:
            for top in tops:
                fold = top + high / 2
                folds += [(EDGE, fold, EDGE + MARK, fold), (width - EDGE - MARK, fold, width - EDGE, fold)]
                folds += [(x - MARK / 2, fold, x + MARK / 2, fold) for x in uprights]
        drawn = ["q 0 G 0.25 w", self._strokes(cuts), "[1.5 1.5] 0 d", self._strokes(folds), "Q"]
        return "\n".join(part for part in drawn if part) + "\n" if cuts or folds else ""

    def _strokes(self, strokes: Iterable[tuple[float, float, float, float]]) -> str:
        drawn = [
            f"{number(x * MM)} {number((self.sheet[1] - y) * MM)} m "
            f"{number(to_x * MM)} {number((self.sheet[1] - to_y) * MM)} l"
            for x, y, to_x, to_y in strokes
        ]
        return "\n".join([*drawn, "S"]) if drawn else ""


Faces = tuple[Panel, ...]  # the front; of a folded paper the front and the back


def print_papers(
    papers: Sequence[Faces],
    form: Form,
    *,
    title: str,
    set_apart: SetApart,
    tell: Told | None = None,
) -> tuple[bytes, int]:
    """The sheets as one PDF, and how many they are.

    :param set_apart: the HTML, a page each, of the lines of panels that cannot be stamped.
    :param tell: told (papers done, papers in all) before each sheet; may raise to stop.
    """
    places = form.places
    with pikepdf.new() as pdf:
        press = _Press(pdf, form)
        press.take_apart([panel for paper in papers for panel in paper if not panel.plain], set_apart)
        for first in range(0, len(papers), len(places)):
            if tell is not None and first % (50 * len(places)) == 0:
                tell(first, len(papers))
            press.add_sheet(list(zip(papers[first : first + len(places)], places, strict=False)))
        press.finish()
        pages = len(pdf.pages)
        return written(pdf, title), pages


class _Press(Press):
    """The sheets of one PDF while they are made."""

    def __init__(self, pdf: pikepdf.Pdf, form: Form) -> None:
        super().__init__(pdf, width=form.sheet[0], height=form.sheet[1], marks=form.marks())
        self.form = form

    def add_sheet(self, placed: Sequence[tuple[Faces, tuple[float, float]]]) -> None:
        """One sheet; nothing of another sheet's persons is in its resources."""
        drawn: dict[str, Any] = {}
        parts = []
        for faces, (left, top) in placed:
            x, y, fold = left * MM, self.media[3] - top * MM, self.form.panel[1] * MM
            if self.form.folded:
                parts.append(self.panel(faces[0], x, y - fold, drawn, turned=False))
                parts.append(self.panel(faces[-1], x, y, drawn, turned=True))
            else:
                parts.append(self.panel(faces[0], x, y, drawn, turned=False))
        self.add_page(parts, drawn)

    def finish(self) -> None:
        """Give the sheets the fonts of what was stamped on them, with those glyphs only."""
        super().finish()
        for weight, used in self.ink.used.items():
            name = f"/{stamping.RESOURCE[weight]}"
            if name in self.fonts:
                slim(self.pdf, self.fonts[name], CHAINS[weight][0], used)


def one_file_each(pdf: bytes, names: Sequence[str], into: IO[bytes], *, title: str) -> None:
    """Write a ZIP with each page as a PDF of its own; no page carries anything of another.

    :param names: of the files, without ending, in the order of the pages.
    """
    with (
        pikepdf.open(io.BytesIO(pdf)) as whole,
        zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as folder,
    ):
        for page, name in zip(whole.pages, names, strict=True):
            with pikepdf.new() as single:
                single.pages.append(page)
                entry = zipfile.ZipInfo(f"{name}.pdf", date_time=(1980, 1, 1, 0, 0, 0))
                folder.writestr(entry, written(single, title))
