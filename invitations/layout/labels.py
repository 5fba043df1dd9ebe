"""Sheets of labels on A4: measures by article, and of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from invitations.layout.fitting import LEADING, fit

_SHEET: Final = (210.0, 297.0)
_INSIDE: Final = (4.0, 2.5)  # what stays free at the sides, above and below in each label
_NEAR: Final = 0.51  # the sheets of the makers reach over the edge by a part of a millimetre


@dataclass(frozen=True)
class LabelSheet:
    """How the labels lie on A4, in millimetres; ``step_x`` and ``step_y`` go from edge to edge."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    step_x: float
    step_y: float

    @property
    def count(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows

    def place(self, index: int) -> tuple[float, float]:
        """Left and upper edge of the label ``index``, counted from 0 along the rows."""
        row, column = divmod(index, self.columns)
        return self.left + column * self.step_x, self.top + row * self.step_y


def even(columns: int, rows: int, width: float, height: float, gap_x: float = 0.0, gap_y: float = 0.0) -> LabelSheet:
    """A sheet whose labels lie in the middle of A4."""
    step_x, step_y = width + gap_x, height + gap_y
    left = (_SHEET[0] - (columns * step_x - gap_x)) / 2
    top = (_SHEET[1] - (rows * step_y - gap_y)) / 2
    return LabelSheet(columns, rows, width, height, round(left, 2), round(top, 2), step_x, step_y)


# By the makers' measures; articles of one line are the same sheet.
ARTICLES: Final = {
    "L7160": even(3, 7, 63.5, 38.1, 2.5),
    "L7159": even(3, 8, 63.5, 33.9, 2.5),
    "L7161": even(3, 6, 63.5, 46.6, 2.5),
    "L7162": even(2, 8, 99.1, 33.9, 2.5),
    "L7163": even(2, 7, 99.1, 38.1, 2.5),
    "4265": even(2, 6, 99.1, 42.3, 2.5),
    "3474": even(3, 8, 70, 37),
    "3475": even(3, 8, 70, 36),
    "3652": even(3, 7, 70, 42.3),
    "3425": even(2, 5, 105, 57),
}
ARTICLE_NAMES: Final = {
    "L7160": "Avery Zweckform L7160 · 3 × 7 · 63,5 × 38,1 mm",
    "L7159": "Avery Zweckform L7159 · 3 × 8 · 63,5 × 33,9 mm",
    "L7161": "Avery Zweckform L7161 · 3 × 6 · 63,5 × 46,6 mm",
    "L7162": "Avery Zweckform L7162 · 2 × 8 · 99,1 × 33,9 mm",
    "L7163": "Avery Zweckform L7163 · 2 × 7 · 99,1 × 38,1 mm",
    "4265": "Herma 4265 · 2 × 6 · 99,1 × 42,3 mm",
    "3474": "Avery Zweckform 3474 · 3 × 8 · 70 × 37 mm",
    "3475": "Avery Zweckform 3475 · 3 × 8 · 70 × 36 mm",
    "3652": "Avery Zweckform 3652 · 3 × 7 · 70 × 42,3 mm",
    "3425": "Avery Zweckform 3425 · 2 × 5 · 105 × 57 mm",
}


def faults(sheet: LabelSheet) -> tuple[str, ...]:
    """Which measures of a sheet of one's own cannot be: their names."""
    found = []
    if not 1 <= sheet.columns <= 10:
        found.append("columns")
    if not 1 <= sheet.rows <= 30:
        found.append("rows")
    if sheet.width < 20:
        found.append("width")
    if sheet.height < 10:
        found.append("height")
    if not found:
        if sheet.left < 0 or sheet.left + (sheet.columns - 1) * sheet.step_x + sheet.width > _SHEET[0] + _NEAR:
            found.append("left")
        if sheet.top < 0 or sheet.top + (sheet.rows - 1) * sheet.step_y + sheet.height > _SHEET[1] + _NEAR:
            found.append("top")
        if sheet.columns > 1 and sheet.step_x < sheet.width:
            found.append("step_x")
        if sheet.rows > 1 and sheet.step_y < sheet.height:
            found.append("step_y")
    return tuple(found)


def html(
    labels: Sequence[tuple[str, tuple[str, ...]]], sheet: LabelSheet, *, start: int, face: Path, faces: str, title: str
) -> str:
    """All labels as one document.

    :param labels: language and lines of each.
    :param start: on which label of the first sheet they begin, from 1.
    """
    pages: list[list[str]] = [[]]
    index = start - 1
    for language, lines in labels:
        if index >= sheet.count:
            pages.append([])
            index = 0
        x, y = sheet.place(index)
        side, above = _INSIDE
        room = sheet.height - 2 * above
        fitted = fit(lines, width=sheet.width - 2 * side, height=room, face=face, largest=11)
        inner = "<br>".join(escape(line) for line in fitted.lines)
        pages[-1].append(
            f'<p lang="{language}" style="left:{x + side:.2f}mm;top:{y + above:.2f}mm;font-size:{fitted.size}pt">'
            f"{inner}</p>"
        )
        index += 1
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{faces}'
        "@page{size:A4;margin:0}*{margin:0;padding:0}"
        'body{font-family:"PT Sans","Noto Sans","Noto Sans Arabic","Noto Sans Hebrew","Noto Sans Armenian",'
        f'"Noto Sans Georgian";line-height:{LEADING};color:#000}}'
        "section{position:relative;width:210mm;height:297mm;break-after:page;overflow:hidden}"
        "section:last-child{break-after:auto}p{position:absolute;white-space:nowrap}"
        f"</style></head><body>{''.join(f'<section>{chr(10).join(page)}</section>' for page in pages)}</body></html>"
    )
