"""Sheets that badges are put on: the layout's own, A3, label sheets by their article number, own millimetres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.printing.press.paper import SAFE, Sheet, Stroke, Turn
from app.printing.rules import Layout

OVERHANG = 1.0  # mm a badge may be larger than the label: less than the strip that stays empty at its edge
A3 = (297.0, 420.0)


@dataclass(frozen=True)
class Grid:
    """Labels on a sheet, in millimetres: the size of one, the first one's corner, from one to the next.

    ``source``: where the measures of an article were read.
    """

    label: tuple[float, float]
    first: tuple[float, float]
    step: tuple[float, float]
    across: int
    down: int
    sheet: tuple[float, float] = (210.0, 297.0)
    source: str = ""

    @property
    def on_its_side(self) -> Grid:
        """The same labels on the sheet lying on its side, its upper edge to the right."""
        width, height = self.sheet
        low = self.first[1] + (self.down - 1) * self.step[1] + self.label[1]
        return replace(
            self, label=self.label[::-1], first=(height - low, self.first[0]), step=self.step[::-1],
            across=self.down, down=self.across, sheet=(height, width),
        )  # fmt: skip


# Articles without a source are left out, as are those no kind of badge fits on (inserts of 40 × 75 mm); they
# can be given in own millimetres.
GLABELS = "gLabels: avery-iso, herma-iso, zweckform-iso"  # its 32010 leaves one margin 2 mm wider: left out
PRETIX = "pretix: plugins/badges/exporters.py"
_NAME_LABELS = Grid((80, 50), (17.5, 13.5), (95, 55), 2, 5, source=f"{PRETIX} (4412); {GLABELS}, in whole millimetres")
_LARGE_LABELS = Grid((96, 50.8), (8, 21.5), (99, 50.8), 2, 5, source=GLABELS)
ARTICLES: Mapping[str, Grid] = {
    "Avery Zweckform L4784": _NAME_LABELS,
    "Avery Zweckform L4785": _NAME_LABELS,
    "Avery Zweckform L4786": _NAME_LABELS,
    "Avery Zweckform L4787": _NAME_LABELS,
    "Avery Zweckform C32011": Grid((85, 54), (15, 13.5), (95, 54), 2, 5, source=f"{GLABELS} (C32011-10)"),
    "Avery Zweckform C32015": Grid((85, 54), (17, 31.5), (91, 60), 2, 4, source=GLABELS),
    "Avery Zweckform L7165": Grid((99.1, 67.7), (4.7, 13), (101.6, 67.7), 2, 4, source=f"{GLABELS}, 7165 in points"),
    "Avery Zweckform L7169": Grid((99.1, 139), (4.65, 9.5), (101.6, 139), 2, 2,
                                  source="two other programs alike, centred as L7165; gLabels has 5 and 7 mm"),
    "DURABLE 1445": Grid((90, 54), (15, 12), (90, 54), 2, 5, source=f"{PRETIX}; format_labels.pl by M. Korpela"),
    "DURABLE 1456": Grid((90, 60), (15, 28.5), (90, 60), 2, 4, source=PRETIX),
    "HERMA 10809": Grid((105, 148), (0, 0), (105, 148), 2, 2, source=GLABELS),
    "HERMA 4349": _LARGE_LABELS,
    "HERMA 4412": _NAME_LABELS,
    "HERMA 4667": _LARGE_LABELS,
    "HERMA 8806": _LARGE_LABELS,
    "HERMA 10307": _LARGE_LABELS,
    "HERMA 5028": Grid((83.8, 50.8), (18.6, 22), (89.2, 50.8), 2, 5, source=GLABELS),
}  # fmt: skip


@dataclass(frozen=True)
class OnPaper:
    """How badges are put on paper.

    ``sheet``: empty for the layout's own, ``a3``, ``own``, or an article of :data:`ARTICLES`. ``own``: eight numbers,
    see :func:`own_grid`. ``start``: the first place that is free. ``backs``: empty, or the edge the printer turns over.
    ``shift``: of the printer, right and down.
    """

    sheet: str = ""
    own: str = ""
    start: int = 1
    marks: bool = True
    backs: str = ""
    dividers: bool = False
    shift: tuple[float, float] = (0.0, 0.0)

    def as_json(self) -> dict[str, Any]:
        """As a job and a run keep it: what differs from the usual."""
        said = {"sheet": self.sheet, "own": self.own, "start": self.start if self.start > 1 else "",
                "marks": "" if self.marks else "none", "backs": self.backs, "dividers": self.dividers or "",
                "shift": list(self.shift) if any(self.shift) else ""}  # fmt: skip
        return {name: value for name, value in said.items() if value}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> OnPaper:
        """From what a job kept."""
        right, down = kept.get("shift") or (0.0, 0.0)
        return cls(
            kept.get("sheet", ""), kept.get("own", ""), kept.get("start", 1), "marks" not in kept,
            kept.get("backs", ""), bool(kept.get("dividers")), (float(right), float(down)),
        )  # fmt: skip


USUAL = OnPaper()


def own_grid(text: str) -> Grid:
    """Own millimetres: width, height, left margin, upper margin, gap across, gap down, how many across, how many down.

    :raises Refusal: when they are not eight numbers, or the labels leave the sheet of A4.
    """
    try:
        values = [float(part.strip().replace(",", ".")) for part in text.split(";")]
    except ValueError:
        values = []
    counts = values[6:]
    if len(values) != 8 or not all(0 <= value < 1000 for value in values) or any(one % 1 for one in counts):
        raise Refusal(
            _l("Please give eight numbers with semicolons between them: width, height, left margin, upper margin, gap "
               "across, gap down, how many across, how many down."), field="own",
        )  # fmt: skip
    width, height, left, top, gap_x, gap_y = values[:6]
    across, down = int(values[6]), int(values[7])
    wide = left + across * width + (across - 1) * gap_x
    high = top + down * height + (down - 1) * gap_y
    if not (across and down and width and height) or wide > 210.01 or high > 297.01:
        raise Refusal(_l("These labels do not fit on a sheet of A4."), field="own")
    return Grid((width, height), (left, top), (width + gap_x, height + gap_y), across, down)


def _article(name: str) -> Grid | None:
    """The label sheet of that name, or of that number alone."""
    return next((grid for known, grid in ARTICLES.items() if name in (known, known.rpartition(" ")[2])), None)


def fits(layout: Layout, grid: Grid) -> bool:
    """Whether badges of the layout go on the labels, upright or lying."""
    return _stands(layout, grid) or _stands(layout, grid.on_its_side)


def _stands(layout: Layout, grid: Grid) -> bool:
    wide, high = grid.label
    return layout.width <= wide + OVERHANG and layout.paper_height <= high + OVERHANG


def sheet_of(layout: Layout, paper: OnPaper = USUAL) -> Sheet:
    """The sheet a layout is printed on; on labels that take it only lying, it lies.

    :raises Refusal: when the badge is larger than the label, or the sheet has not so many places.
    """
    badge = (layout.width, layout.paper_height)
    given: dict[str, Any] = {
        "marks": paper.marks, "shift": paper.shift, "folded": layout.folded, "start": paper.start - 1,
        "turn": Turn(paper.backs) if paper.backs and not layout.folded else None,
    }  # fmt: skip
    if paper.sheet == "a3":
        width, height = max((A3, A3[::-1]), key=lambda size: _across(layout, *size) * _down(layout, *size))
        sheet = Sheet(width, height, *badge, _across(layout, width, height), _down(layout, width, height), **given)
    elif paper.sheet:
        grid = own_grid(paper.own) if paper.sheet == "own" else _article(paper.sheet)
        if grid is None:
            known = ", ".join(ARTICLES)
            raise Refusal(
                _l("There is no label sheet “%(name)s”. There are: %(known)s.", name=paper.sheet, known=known),
                field="sheet",
            )
        if not fits(layout, grid):
            raise Refusal(
                _l("A badge of %(badge)s mm does not fit on a label of %(label)s mm.", badge=_size(badge),
                   label=_size(grid.label)), field="sheet",
            )  # fmt: skip
        lying = not _stands(layout, grid)
        grid = grid.on_its_side if lying else grid
        left, top = (at + (label - size) / 2 for at, label, size in zip(grid.first, grid.label, badge, strict=True))
        sheet = Sheet(*grid.sheet, *badge, grid.across, grid.down, left, top, *grid.step, turned=lying, **given)
    else:
        sheet = Sheet(layout.sheet_width, layout.sheet_height, *badge, layout.across, layout.down, **given)
    places = sheet.across * sheet.down
    if not 0 <= sheet.start < places:
        raise Refusal(_l("The first free place is a number from 1 to %(last)s.", last=places), field="start")
    return sheet


def _size(size: tuple[float, float]) -> str:
    return " × ".join(f"{side:g}" for side in size)


def _across(layout: Layout, width: float, _height: float) -> int:
    return int(width // layout.width)


def _down(layout: Layout, _width: float, height: float) -> int:
    return int(height // layout.paper_height)


def grid_lines(sheet: Sheet) -> str:
    """Operators of a calibration page: each place outlined with its middle, and rulers from the corner of the paper."""
    lines: list[Stroke] = []
    for y in sheet.rows:
        for x in sheet.columns:
            far_x, far_y = x + sheet.paper_width, y + sheet.paper_height
            lines += [(x, y, far_x, y), (far_x, y, far_x, far_y), (far_x, far_y, x, far_y), (x, far_y, x, y)]
            middle_x, middle_y = (x + far_x) / 2, (y + far_y) / 2
            lines += [(middle_x - SAFE, middle_y, middle_x + SAFE, middle_y),
                      (middle_x, middle_y - SAFE, middle_x, middle_y + SAFE)]  # fmt: skip
    rulers: list[Stroke] = []
    for n in range(101):
        long = 6 if n % 10 == 0 else 4 if n % 5 == 0 else 2.5
        rulers += [(n + 20, 10, n + 20, 10 + long), (10, n + 20, 10 + long, n + 20)]
    width, height = sheet.page
    upright = replace(sheet, width=width, height=height, turned=False)
    return f"q 0 G 0.3 w\n{sheet.on_page(f'{sheet.strokes(lines)}S ')}{upright.strokes(rulers)}S Q\n"
