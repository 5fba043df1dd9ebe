"""Sets letters of one kind: each piece is laid out once, whatever letter it stands in.

Where a piece stands follows from the structure of the page and the heights of its pieces. The first letter with a new
combination is laid out as a whole by WeasyPrint, and from then on known. So every letter is drawn exactly as WeasyPrint
draws it alone, and the work for most is that of a few lines: addressee, salutation, number, partners, codes.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, Generic, TypeVar

from invitations.letter import Letter
from invitations.passages import LAST
from invitations.setting.drawing import OBJECT, PLACES, CannotBeDrawn, Drawn, Shelf, draw
from invitations.setting.file import About, FontParts, Tree, put_together
from invitations.setting.pieces import MARK, CannotBeTakenApart, Piece, TakenApart, take_apart

# Signs every font of a letter holds, in every letter the same: nothing about an addressee can be told from them.
# A letter with any other sign is laid out as a whole.
ALPHABET: Final = (
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜäöüßéèáó"
    "0123456789 \u00a0.,:;!?-‐–—_()[]/«»„“”‚‘’'\"№§%&+*=@#·•…°"
)
_KEPT: Final = 400  # pieces; those used last are kept longest
_ARRANGEMENTS: Final = 2000
_TALL: Final = "@page{size:210mm 20000mm}section{display:flow-root}"
_EXACT: Final = 1e-3  # pixels

# Each face a letter may use, with the alphabet and the pairs that are drawn as one sign; in one line, because where
# lines end depends on the sheet of the letter that came first.
_SPECIMEN: Final = "".join(
    f'<p {MARK}="{number}" style="font:{face};white-space:nowrap">{escape(ALPHABET)} fi fl ff ffi ffl</p>'
    for number, face in enumerate(
        f"{cut} 12pt {family}" for family in ("PT Serif", "PT Sans") for cut in ("", "bold", "italic", "italic bold")
    )
)

Key = TypeVar("Key")
Value = TypeVar("Value")


class _Recent(Generic[Key, Value]):
    """A table that forgets what was not asked for longest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        found = self._rows.get(key)
        if found is not None:
            self._rows.move_to_end(key)
        return found

    def put(self, key: Key, value: Value) -> None:
        self._rows[key] = value
        while len(self._rows) > self._most:
            self._rows.popitem(last=False)


Measures = tuple[float, float, float]


def _measures(box: Any) -> Measures:
    """Left edge, width and height of a block in pixels."""
    return (round(box.border_box_x(), 3), round(box.border_width(), 3), round(box.border_height(), 3))


@dataclass
class _Known:
    """What is kept of a piece: what it measures, and how it is drawn where it stood before. ``box`` is let go."""

    measures: Measures
    drawn: dict[tuple[float, float], Drawn] = field(default_factory=dict)
    box: Any = None
    page: Any = None


@dataclass(frozen=True)
class _Arrangement:
    """Where each piece stands on the one page of a letter, and the order in which they are read."""

    places: tuple[tuple[float, float], ...]
    tree: Tree
    width: float
    height: float


class TwoPages(Exception):
    """The letter takes more than one page; its second layout is the one that counts."""


class Setter:
    """Sets letters with one set of fonts; keep it while letters come.

    The same letter gives the same bytes whatever was set before it: what is kept only spares work.
    """

    def __init__(self, render: Callable[..., Any], style: Callable[[Letter, str, bool], tuple[str, Any]]) -> None:
        """``render(html, sheets)`` lays out a document, ``style(letter, html, tight)`` is its style sheet, by name."""
        from weasyprint import CSS

        self._render = render
        self._style = style
        self._tall = CSS(string=_TALL)
        self._pieces: _Recent[tuple[str, Piece], _Known] = _Recent(_KEPT)
        self._arrangements: _Recent[tuple[str, str, tuple[Any, ...]], _Arrangement | bool] = _Recent(_ARRANGEMENTS)
        self._fonts: dict[Any, Any] = {}
        self._parts: dict[str, FontParts] = {}
        self._signs: dict[Any, dict[int, str]] = {}

    def file(self, letter: Letter, html: str, *, tight: bool = False) -> bytes | None:
        """The letter's PDF; None when it has to be laid out as a whole: a draft, rare signs.

        :raises TwoPages: when it does not fit on one.
        """
        if _is_odd(letter, html):
            return None
        try:
            return self._file(letter, take_apart(html), tight)
        except (CannotBeTakenApart, CannotBeDrawn):
            return None

    def expect(self, letters: Sequence[tuple[Letter, str]]) -> None:
        """Lay out at once the pieces of several letters and their documents that were not seen before.

        :raises ValueError: when one of them cannot be taken apart or drawn; nothing is kept then.
        """
        sources: dict[str, tuple[Any, str, dict[Piece, None]]] = {}
        for letter, html in letters:
            if not _is_odd(letter, html):
                sheet = take_apart(html)
                name, style = self._style(letter, sheet.marked, False)
                _, _, pieces = sources.setdefault(f"{name} {letter.language}", (style, letter.language, {}))
                pieces.update(dict.fromkeys(sheet.pieces))
        for sort, (style, language, pieces) in sources.items():
            self._known(sort, style, language, list(pieces))

    def _file(self, letter: Letter, sheet: TakenApart, tight: bool) -> bytes:
        name, style = self._style(letter, sheet.marked, tight)
        sort = f"{name} {letter.language}"
        pieces = self._known(sort, style, letter.language, sheet.pieces)
        key = (sort, sheet.structure, tuple(piece.measures for piece in pieces))
        arrangement = self._arrangements.get(key)
        if arrangement is None:
            arrangement = self._arranged(sheet, style, pieces) or False
            self._arrangements.put(key, arrangement)
        if isinstance(arrangement, bool):
            raise TwoPages
        if not self._parts:
            self._cut_fonts(style)
        self._lay_out(style, letter.language, [
            (piece, source) for piece, source, place in zip(pieces, sheet.pieces, arrangement.places, strict=True)
            if piece.box is None and place not in piece.drawn
        ])  # fmt: skip
        width, height = arrangement.width, arrangement.height
        drawn = []
        for piece, place in zip(pieces, arrangement.places, strict=True):
            drawn.append(self._drawn(piece, place, width, height))
            piece.box = piece.page = None
        about = About(
            letter.title, letter.letterhead.name(letter.language), letter.language,
            letter.date.isoformat() if letter.date else "", hashlib.sha256(repr(letter).encode()).digest()[:16],
        )  # fmt: skip
        return put_together(arrangement.tree, drawn, self._parts, about, width=width, height=height)

    def _known(self, sort: str, style: Any, language: str, sources: Sequence[Piece]) -> list[_Known]:
        """Every piece; those not seen before are laid out."""
        found: list[_Known] = []
        new: list[tuple[_Known, Piece]] = []
        for source in sources:
            known = self._pieces.get((sort, source))
            if known is None:
                known = _Known((0.0, 0.0, 0.0))
                new.append((known, source))
            found.append(known)
        self._lay_out(style, language, new)
        for known, source in new:
            self._pieces.put((sort, source), known)
        return found

    def _lay_out(self, style: Any, language: str, wanted: Sequence[tuple[_Known, Piece]]) -> None:
        """Lay pieces out together, each without neighbours."""
        if not wanted:
            return
        body = "".join(source.alone(number) for number, (_known, source) in enumerate(wanted))
        made = self._render(f'<!DOCTYPE html><html lang="{language}"><body>{body}</body></html>', [style, self._tall])
        if len(made.pages) != 1:
            raise CannotBeDrawn("pieces longer than the longest page")
        page = made.pages[0]._page_box
        boxes = _marked(page)
        if len(boxes) != len(wanted):
            raise CannotBeDrawn("a piece that is not shown")
        for number, (known, _source) in enumerate(wanted):
            known.box, known.page = boxes[number], page
            known.measures = _measures(boxes[number])

    def _arranged(self, sheet: TakenApart, style: Any, pieces: Sequence[_Known]) -> _Arrangement | None:
        """Lay the letter out as a whole and see where its pieces stand; None when it takes two pages."""
        made = self._render(sheet.marked, [style])
        if len(made.pages) != 1:
            return None
        page = made.pages[0]._page_box
        boxes = _marked(page)
        if len(boxes) != len(pieces):
            raise CannotBeDrawn("a piece that is not shown")
        places = []
        for number, alone in enumerate(pieces):
            box = boxes[number]
            if any(abs(a - b) > 2 * _EXACT for a, b in zip(alone.measures, _measures(box), strict=True)):
                raise CannotBeDrawn("a piece that depends on its neighbours")
            places.append((box.border_box_x(), box.border_box_y()))
        return _Arrangement(tuple(places), _tree(page), made.pages[0].width, made.pages[0].height)

    def _drawn(self, piece: _Known, place: tuple[float, float], width: float, height: float) -> Drawn:
        known = piece.drawn.get(place)
        if known is None:
            box = piece.box
            box.translate(place[0] - box.border_box_x(), place[1] - box.border_box_y())
            known = draw(box, piece.page, self._fonts, width=width, height=height)
            self._require_no_new_signs()
            piece.drawn[place] = known
        return known

    def _cut_fonts(self, style: Any) -> None:
        """Make the fonts of all letters, each with the signs of the alphabet and no other."""
        from weasyprint.pdf.fonts import build_fonts_dictionary

        made = self._render(f"<html><body>{_SPECIMEN}</body></html>", [style, self._tall])
        page = made.pages[0]
        for box in _marked(page._page_box).values():
            draw(box, page._page_box, self._fonts, width=page.width, height=page.height)
        self._signs = {key: dict(font.to_unicode) for key, font in self._fonts.items()}
        for key, font in self._fonts.items():
            shelf = Shelf()
            options = {"hinting": False, "pdf_version": "1.7"}
            named = build_fonts_dictionary(shelf, {key: font}, True, True, options)
            (reference,) = named.values()
            self._parts[font.hash] = FontParts(shelf.templates(), int(reference.split(b" ")[0]) - OBJECT)

    def _require_no_new_signs(self) -> None:
        """See that what was drawn last needs no sign beyond the alphabet, and forget such a sign."""
        strange = False
        for key in list(self._fonts):
            known, font = self._signs.get(key), self._fonts[key]
            if known is None:
                del self._fonts[key]
                strange = True
            elif len(font.to_unicode) != len(known):
                font.to_unicode = dict(known)
                strange = True
        if strange:
            raise CannotBeDrawn("a sign beyond the alphabet")


def _is_odd(letter: Letter, html: str) -> bool:
    """Whether it cannot be taken apart: a draft has a word across the page, rare digits stand for numbers here."""
    return letter.is_draft or PLACES.search(html.encode()) is not None


def _marked(page: Any) -> dict[int, Any]:
    """The boxes of the pieces by their numbers."""
    found: dict[int, Any] = {}
    waiting = [page]
    while waiting:
        box = getattr(waiting[-1], "_box", None) or waiting[-1]
        waiting.pop()
        mark = box.element.get(MARK) if box.element is not None and box.element_tag == box.element.tag else None
        if mark is not None and int(mark) not in found:
            found[int(mark)] = box
        else:
            waiting.extend(getattr(box, "children", ()))
    return found


def _tree(page: Any) -> Tree:
    """How the pieces stand in their containers; what draws nothing is left out."""

    def below(box: Any) -> list[Any]:
        box = getattr(box, "_box", None) or box
        element = box.element
        own = element is not None and box.element_tag == element.tag
        if own and element.get(MARK) is not None:
            return [int(element.get(MARK))]
        children = list(getattr(box, "children", ()))
        if own and element.tag == "body":
            children.sort(key=lambda child: child.element is not None and child.element.get("class") == LAST)
        inside = [kid for child in children for kid in below(child)]
        if hasattr(box, "text") and str(box.text).strip():
            raise CannotBeDrawn("text outside of every piece")
        return [tuple(inside)] if own and element.tag == "div" and inside else inside

    return tuple(below(page))
