"""Paper: where badges stand on a sheet, where it is cut and folded, and where backs meet their fronts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.printing.press.design import MM
from app.printing.press.stamping import number

SAFE = 4.0  # mm from each edge in which nothing stands: printers and knives are not exact
HAIR = 0.25  # pt, of a cut mark

Stroke = tuple[float, float, float, float]


class Turn(StrEnum):
    """The edge of the paper over which a printer turns it to print its other side."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True)
class Sheet:
    """The paper that is printed, and how papers stand on it. Millimetres.

    ``left``, ``top``: the first place; None: in the middle. ``step_x``, ``step_y``: from one to the next; 0: side by
    side. ``start``: how many places of the first sheet are used up. ``shift``: right and down, so that a printer meets
    the paper. ``folded``: a paper has two halves, the back above, upside down. ``turn``: backs are printed on the other
    side. ``turned``: all this is told of the paper lying on its side, its upper edge to the right, so that what stands
    upright here lies on the page; ``shift`` and the order of places are those of the page.
    """

    width: float
    height: float
    paper_width: float
    paper_height: float
    across: int
    down: int
    left: float | None = None
    top: float | None = None
    step_x: float = 0.0
    step_y: float = 0.0
    start: int = 0
    marks: bool = True
    shift: tuple[float, float] = (0.0, 0.0)
    folded: bool = False
    turn: Turn | None = None
    turned: bool = False

    @property
    def page(self) -> tuple[float, float]:
        """The page as it is printed, width and height."""
        return (self.height, self.width) if self.turned else (self.width, self.height)

    def on_page(self, drawn: str) -> str:
        """Operators as they are on the page."""
        return f"q 0 1 -1 0 {number(self.height * MM)} 0 cm\n{drawn}Q\n" if self.turned else drawn

    @property
    def _moved(self) -> tuple[float, float]:
        right, down = self.shift
        return (-down, right) if self.turned else (right, down)

    @property
    def steps(self) -> tuple[float, float]:
        """From one place to the next, across and down."""
        return self.step_x or self.paper_width, self.step_y or self.paper_height

    @property
    def first(self) -> tuple[float, float]:
        """The upper left corner of the first place, from the upper left corner of the sheet."""
        step_x, step_y = self.steps
        left = (self.width - (self.across - 1) * step_x - self.paper_width) / 2 if self.left is None else self.left
        top = (self.height - (self.down - 1) * step_y - self.paper_height) / 2 if self.top is None else self.top
        return left, top

    @property
    def columns(self) -> list[float]:
        """The left edge of each column."""
        return [self.first[0] + n * self.steps[0] for n in range(self.across)]

    @property
    def rows(self) -> list[float]:
        """The upper edge of each row."""
        return [self.first[1] + n * self.steps[1] for n in range(self.down)]

    @property
    def places(self) -> list[tuple[float, float]]:
        """Upper left corner of each place, in points, the height counted from below; row by row."""
        right, down = self._moved
        if self.turned:  # row by row of the page
            corners = [(x, y) for x in reversed(self.columns) for y in self.rows]
        else:
            corners = [(x, y) for y in self.rows for x in self.columns]
        return [((x + right) * MM, (self.height - y - down) * MM) for x, y in corners]

    def mirrored(self, place: tuple[float, float]) -> tuple[float, float, bool]:
        """Where the back of the paper in ``place`` stands on the other side, as that side is printed, and whether it
        stands upside down there.

        A printer turns a sheet over its long or its short edge, so that both sides have their top there where a page of
        a book has it. Over an upright edge left and right change; over a level one above and below, and what is upright
        on the front is upside down on the back.
        """
        right, down = self._moved
        left, top = place[0] - right * MM, place[1] + down * MM
        upright_edge = (self.height >= self.width) is (self.turn is Turn.LONG)
        if upright_edge:
            left = (self.width - self.paper_width) * MM - left
        else:
            top = (self.height + self.paper_height) * MM - top
        return left + right * MM, top - down * MM, not upright_edge

    def cut_marks(self) -> str:
        """Operators: short lines where the knife goes, inside the strip that stays empty on each badge; dashed ones
        where the paper is folded.
        """
        if not self.marks:
            return ""
        edges_x = sorted({round(edge, 3) for x in self.columns for edge in (x, x + self.paper_width)})
        edges_y = sorted({round(edge, 3) for y in self.rows for edge in (y, y + self.paper_height)})
        upright = [x for x in edges_x if SAFE < x < self.width - SAFE]
        level = [y for y in edges_y if SAFE < y < self.height - SAFE]
        cuts: list[Stroke] = []
        for x in upright:
            cuts += [(x, SAFE, x, 3 * SAFE), (x, self.height - 3 * SAFE, x, self.height - SAFE)]
            cuts += [(x, y - SAFE, x, y + SAFE) for y in level]
        for y in level:
            cuts += [(SAFE, y, 3 * SAFE, y), (self.width - 3 * SAFE, y, self.width - SAFE, y)]
            cuts += [(x - SAFE, y, x + SAFE, y) for x in upright]
        folds: list[Stroke] = []
        if self.folded:
            for middle in (y + self.paper_height / 2 for y in self.rows):
                folds += [(0, middle, SAFE, middle), (self.width - SAFE, middle, self.width, middle)]
                folds += [(x - SAFE, middle, x + SAFE, middle) for x in upright]
        drawn = f"{self.strokes(cuts)}S\n" if cuts else ""
        drawn += f"[1.5 1.5] 0 d\n{self.strokes(folds)}S\n" if folds else ""
        return f"q 0 G {HAIR} w\n{drawn}Q\n" if drawn else ""

    def strokes(self, strokes: Iterable[Stroke]) -> str:
        """Operators of lines from point to point, in millimetres from the upper left corner."""
        return "".join(
            " ".join([*self._at(x, y), "m", *self._at(to_x, to_y), "l"]) + "\n" for x, y, to_x, to_y in strokes
        )

    def _at(self, x: float, y: float) -> list[str]:
        right, down = self._moved
        return [number((x + right) * MM), number((self.height - y - down) * MM)]
