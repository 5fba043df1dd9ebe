"""Layouts: which papers badges are printed on, and how many stand on a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.printing.rules.look import PLAIN, Look


@dataclass(frozen=True)
class Layout:
    """A paper: the badge's size, how many stand on a sheet, the style of its design and its name on pages.
    Millimetres. ``photo``: the badge shows the person. ``folded``: the paper is two badges high and folded in the
    middle. ``look``: what differs from the shipped design at a conference."""

    name: str
    word: LazyString
    style: str
    width: float
    height: float
    sheet_width: float
    sheet_height: float
    across: int
    down: int
    photo: bool = False
    folded: bool = False
    look: Look = PLAIN

    @property
    def styles(self) -> tuple[str, ...]:
        """The style sheets of the design: that of its size, then what a photograph changes in it."""
        return (self.style.removesuffix("-photo"), self.style) if self.photo else (self.style,)

    @property
    def paper_height(self) -> float:
        """Of the paper as it is cut."""
        return self.height * 2 if self.folded else self.height

    @property
    def on_a_sheet(self) -> int:
        """How many stand on one sheet."""
        return self.across * self.down


CARD = (85.60, 53.98)  # mm, ID-1 (ISO/IEC 7810 clause 5.1.1)


def _a4(name: str, word: LazyString, style: str, width: float, height: float, across: int, down: int, *,
        turned: bool = False, photo: bool = False) -> Layout:  # fmt: skip
    sheet = (297, 210) if turned else (210, 297)
    return Layout(name, word, style, width, height, *sheet, across, down, photo)


def _single(name: str, word: LazyString, style: str, width: float, height: float, *, photo: bool = False) -> Layout:
    return Layout(name, word, style, width, height, width, height, 1, 1, photo)


LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        _a4("a6-portrait", _l("A6 upright, four on A4"), "a6-portrait", 105, 148, 2, 2),
        _single("a6-portrait-single", _l("A6 upright, one on a sheet"), "a6-portrait", 105, 148),
        _a4("a6-portrait-photo", _l("A6 upright with photograph, four on A4"), "a6-portrait-photo", 105, 148, 2, 2,
            photo=True),
        _single("a6-portrait-photo-single", _l("A6 upright with photograph, one on a sheet"), "a6-portrait-photo",
                105, 148, photo=True),
        Layout("a6-folded", _l("A6 folded, with a back, two on A4"), "a6-portrait", 105, 148, 210, 297, 2, 1,
               folded=True),
        Layout("a6-folded-photo", _l("A6 folded with photograph, with a back, two on A4"), "a6-portrait-photo", 105,
               148, 210, 297, 2, 1, photo=True, folded=True),
        _a4("a6-landscape", _l("A6 across, four on A4"), "a6-landscape", 148, 105, 2, 2, turned=True),
        _a4("a6-landscape-photo", _l("A6 across with photograph, four on A4"), "a6-landscape-photo", 148, 105, 2, 2,
            turned=True, photo=True),
        _a4("a7", _l("A7 upright, eight on A4"), "a7", 74, 105, 4, 2, turned=True),
        _a4("a7-photo", _l("A7 upright with photograph, eight on A4"), "a7-photo", 74, 105, 4, 2, turned=True,
            photo=True),
        _a4("90x55", _l("90 × 55 mm, ten on A4"), "90x55", 90, 55, 2, 5),
        _a4("90x55-photo", _l("90 × 55 mm with photograph, ten on A4"), "90x55-photo", 90, 55, 2, 5, photo=True),
        _a4("80x50", _l("80 × 50 mm, ten on A4"), "80x50", 80, 50, 2, 5),
        _single("86x54", _l("Plastic card 85.6 × 54 mm, one on a sheet"), "86x54", *CARD),
        _single("86x54-photo", _l("Plastic card 85.6 × 54 mm with photograph, one on a sheet"), "86x54-photo", *CARD,
                photo=True),
    )
}  # fmt: skip
DEFAULT_LAYOUT = "a6-portrait"


def require_layout(name: str | None) -> Layout:
    """The layout of that name; the default when none is named.

    :raises Refusal: naming those there are.
    """
    found = LAYOUTS.get(name or DEFAULT_LAYOUT)
    if found is None:
        raise Refusal(
            _l("There is no layout “%(name)s”. There are: %(known)s.", name=name, known=", ".join(LAYOUTS)),
            field="layout",
        )
    return found


def alone(layout: Layout) -> Layout:
    """The same badge as the only one on a sheet of its own size."""
    return replace(layout, sheet_width=layout.width, sheet_height=layout.paper_height, across=1, down=1)
