"""A booklet to be folded: A5 pages two and two on A4, in the order in which they lie once folded and stitched."""

from __future__ import annotations

import io
from typing import Final

import pikepdf
from pikepdf import Dictionary, Name

MM: Final = 72 / 25.4
WIDTH, HEIGHT = 297.0, 210.0  # mm of the sheet
CREEP: Final = 0.1  # mm a sheet: how far the inner sheets are moved towards the fold, as paper is thick


def order(pages: int) -> list[tuple[int | None, int | None]]:
    """The pages left and right on each side of each sheet, counted from 0; None for an empty one.

    The back cover stays the last page: empty pages are put before it only when the booklet has none of its own.

    >>> order(6)
    [(None, 0), (1, None), (5, 2), (3, 4)]
    """
    full = -(-pages // 4) * 4
    sides: list[tuple[int | None, int | None]] = []

    def at(number: int) -> int | None:
        return number if number < pages else None

    for sheet in range(full // 4):
        sides.append((at(full - 1 - 2 * sheet), at(2 * sheet)))
        sides.append((at(2 * sheet + 1), at(full - 2 - 2 * sheet)))
    return sides


def fold(pdf: bytes) -> bytes:
    """The sheets of a booklet, to be printed on both sides, turned over the short edge."""
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as sheets:
        drawn = {number: sheets.copy_foreign(page.as_form_xobject()) for number, page in enumerate(source.pages)}
        sides = order(len(source.pages))
        for place, side in enumerate(sides):
            content, resources = [], Dictionary()
            shift = CREEP * (place // 2)
            for half, number in enumerate(side):
                if number is None:
                    continue
                form = drawn[number]
                left, low, right, top = (float(value) for value in form.BBox)
                x = (WIDTH / 2 * half + (WIDTH / 2 - (right - left) / MM) / 2 + (shift if half == 0 else -shift)) * MM
                y = (HEIGHT - (top - low) / MM) / 2 * MM
                resources[f"/P{half}"] = form
                clip = f"{WIDTH / 2 * half * MM:.3f} 0 {WIDTH / 2 * MM:.3f} {HEIGHT * MM:.3f} re W n"
                content.append(f"q {clip} 1 0 0 1 {x - left:.3f} {y - low:.3f} cm /P{half} Do Q")
            page = Dictionary(
                Type=Name.Page, MediaBox=[0, 0, round(WIDTH * MM, 3), round(HEIGHT * MM, 3)],
                Resources=Dictionary(XObject=resources),
                Contents=sheets.make_indirect(pikepdf.Stream(sheets, "\n".join(content).encode())),
            )  # fmt: skip
            sheets.pages.append(pikepdf.Page(sheets.make_indirect(page)))
        sheets.docinfo["/Title"] = str(source.docinfo.get("/Title", ""))
        sheets.docinfo["/Creator"] = "Ratusha"
        if "/Lang" in source.Root:
            sheets.Root.Lang = str(source.Root.Lang)
        sheets.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name("/DuplexFlipShortEdge")
        )
        written = io.BytesIO()
        sheets.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()
