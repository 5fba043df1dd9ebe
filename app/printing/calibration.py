"""A page that shows whether a printer meets the paper: the places outlined, rulers in millimetres."""

from __future__ import annotations

import pikepdf
from flask_babel import format_decimal
from flask_babel import gettext as _
from pikepdf import Dictionary, Name

from app.printing.press import stamping
from app.printing.press.design import MM
from app.printing.press.fitting import Line
from app.printing.press.pages import written
from app.printing.rules import Layout
from app.printing.rules.sheets import OnPaper, grid_lines, sheet_of

SIGNED = "+0.0#;−0.0#"


def calibration_page(layout: Layout, paper: OnPaper) -> bytes:
    """The page as PDF. Print it, lay it on a sheet of labels against the light, measure how far it is off."""
    sheet = sheet_of(layout, paper)
    right, down = paper.shift
    wide, high, sideways, downwards = (
        format_decimal(value, format=pattern)
        for value, pattern in ((layout.width, "0.#"), (layout.paper_height, "0.#"), (right, SIGNED), (down, SIGNED))
    )
    words = _("Calibration: %(size)s mm; moved %(right)s mm to the right, %(down)s mm down", size=f"{wide} × {high}",
              right=sideways, down=downwards)  # fmt: skip
    ink = stamping.Ink()
    with pikepdf.new() as pdf:
        width, height = sheet.page
        page = pdf.add_blank_page(page_size=(round(width * MM, 3), round(height * MM, 3)))
        lines = [_line(words, 26 + right, 22 + down)]
        for place in range(20, 121, 10):  # how far from the corner of the paper, beside both rulers, moved as these are
            lines += [
                _line(str(place), place - 1 + right, 9 + down),
                _line(str(place), 4 + right, place + 0.8 + down),
            ]
        drawn = grid_lines(sheet) + ink.text(lines, left=0.0, top=height * MM)
        page.Contents = pdf.make_stream(drawn.encode("ascii"))
        page.Resources = Dictionary(Font=Dictionary())
        for name, font in ink.fonts(pdf).items():
            page.Resources.Font[Name(name)] = font
        return written(pdf, words)


def _line(text: str, x: float, y: float) -> Line:
    """A small line that begins so many millimetres from the left and stands so many below the edge of the paper."""
    return Line("words", text, "regular", (0.0, 0.0, 0.0), 7.0, 1.2, x * MM, y * MM, 0.0, plain=True)
