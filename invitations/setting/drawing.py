"""A laid-out block as a part of a page: its drawing, its tags and links, with places for the numbers of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

SCALE: Final = 0.75  # points in a pixel of CSS
# Numbers as they stand in what is drawn, until the file gives the real ones: of an object, of marked content, of a
# link's entry in the parent tree. Nothing else in a letter has such numbers; a text with one is laid out as a whole.
OBJECT: Final = 90_000_000_000
CONTENT: Final = 80_000_000_000
LINK: Final = 70_000_000_000
PARENT: Final = OBJECT + 999
PAGE: Final = OBJECT + 998
PLACES: Final = re.compile(rb"([789])0{7}(\d{3})")
_MARKED: Final = re.compile(rb"/MCID (\d+)>>")
_FONT: Final = re.compile(rb"/([A-Z]{6}) [\d.]+ Tf")


class CannotBeDrawn(ValueError):
    """Something in the piece is beyond what pieces may hold; the letter is laid out as a whole."""


@dataclass(frozen=True)
class Template:
    """Bytes with places for numbers; ``stream`` stands behind and has none."""

    text: bytes
    places: tuple[int, ...]  # as OBJECT + n, CONTENT + n, LINK + n
    stream: bytes = b""

    @classmethod
    def of(cls, data: bytes, stream: bytes = b"") -> Template:
        """Make one of what was written with the numbers above."""
        places: list[int] = []

        def place(found: re.Match[bytes]) -> bytes:
            places.append(int(found[0]))
            return b"%d"

        return cls(PLACES.sub(place, data.replace(b"%", b"%%")), tuple(places), stream)

    def filled(self, numbers: dict[int, int], objects: int, content: int, links: int) -> bytes:
        """With the file's numbers; ``numbers`` has those of the neighbours, the rest is counted from a beginning."""
        if not self.places:
            return self.text.replace(b"%%", b"%")
        given = []
        for place in self.places:
            known = numbers.get(place)
            if known is None:
                if place >= OBJECT:
                    known = place - OBJECT + objects
                else:
                    known = place - CONTENT + content if place >= CONTENT else place - LINK + links
            given.append(known)
        return self.text % tuple(given)


@dataclass(frozen=True)
class Drawn:
    """A piece at its place on the page. Numbers count from 0 within the piece."""

    drawing: Template
    contents: tuple[int, ...]  # the tag that holds each marked content
    objects: tuple[Template, ...]
    top: int  # the object that stands for the whole piece among the tags
    links: tuple[int, ...]  # objects
    link_tags: tuple[int, ...]  # of the links that have an entry in the parent tree
    fonts: frozenset[str]
    images: dict[str, int]
    states: dict[str, bytes]
    bookmarks: tuple[tuple[int, str, float, float], ...]  # level, text, x and y in points


@dataclass
class Shelf:
    """Where WeasyPrint puts the objects of one piece."""

    objects: list[Any] = field(default_factory=list)
    page_references: tuple[bytes, ...] = (b"%d 0 R" % PAGE,)

    def add_object(self, made: Any) -> None:
        """Number it."""
        made.number = OBJECT + len(self.objects)
        self.objects.append(made)

    def templates(self) -> tuple[Template, ...]:
        """All objects, ready for a file; what a stream holds is taken as it is."""
        import pydyf  # type: ignore[import-untyped]

        if len(self.objects) > 900:
            raise CannotBeDrawn("more parts than a page has")
        out = []
        for made in self.objects:
            head, stream = made.data, b""
            if isinstance(made, pydyf.Stream):
                end = head.index(b"\nstream\n")
                head, stream = head[:end], head[end:]
            out.append(Template.of(head, stream))
        return tuple(out)


def draw(box: Any, page: Any, fonts: dict[Any, Any], *, width: float, height: float) -> Drawn:
    """Draw a block where it stands, the way WeasyPrint draws it within its page.

    :param page: any laid-out page; ``width`` and ``height`` are those of the page drawn on, in pixels of CSS.
    :param fonts: the fonts of all letters; what the piece needs is added.
    :raises CannotBeDrawn: when it needs more than text, lines, pictures and links.
    """
    import pydyf
    from weasyprint.anchors import gather_anchors
    from weasyprint.draw import draw_stacking_context
    from weasyprint.layout.background import layout_box_backgrounds
    from weasyprint.matrix import Matrix
    from weasyprint.pdf.anchors import add_links
    from weasyprint.pdf.stream import Stream
    from weasyprint.pdf.tags import _build_box_tree
    from weasyprint.stacking import StackingContext

    layout_box_backgrounds(page, box, _no_pictures)
    links: list[Any] = []
    bookmarks: list[Any] = []
    gather_anchors(box, {}, links, bookmarks, {None: []})
    if any(kind != "external" for kind, *_ in links):
        raise CannotBeDrawn("a link within the letter")
    shelf, entry, tags, images = Shelf(), pydyf.Dictionary(), {}, {}  # type: ignore[var-annotated]
    add_links((links, ()), Matrix(SCALE, 0, 0, -SCALE, 0, height * SCALE), shelf, entry, [], tags)
    kinds = ("ExtGState", "XObject", "Pattern", "Shading")
    resources = {kind: pydyf.Dictionary() for kind in kinds} | {"ColorSpace": b"null"}
    stream = Stream(fonts, (0, 0, width, height), resources, images, tags, {}, None)
    stream.transform(d=-1, f=height * SCALE)
    stream.transform(a=SCALE, d=SCALE)
    begun = len(stream.stream)
    draw_stacking_context(stream, StackingContext.from_box(box, page))
    if resources["Pattern"] or resources["Shading"] or len(tags) > 900:
        raise CannotBeDrawn("a pattern or a gradient")
    drawing = b"\n".join(_as_bytes(line) for line in stream.stream[begun:])
    pictures = _pictures(shelf, resources["XObject"], images)
    for kept in tags.values():
        kept["mcid"] += CONTENT
    parent = pydyf.Dictionary({"S": "/Div"})
    parent.number = PARENT
    held: dict[int, bytes] = {}
    notes: list[Any] = []
    tops = tuple(_build_box_tree(box, parent, shelf, 0, held, notes, tags))
    if len(tops) != 1 or tags:
        raise CannotBeDrawn("tags that do not agree with what is drawn")
    for number, (_reference, note) in enumerate(notes):
        note["StructParent"] = LINK + number
    return Drawn(
        drawing=Template.of(_MARKED.sub(lambda found: b"/MCID %d>>" % (CONTENT + int(found[1])), drawing)),
        contents=tuple(_number(held[place]) for place in sorted(held)),
        objects=shelf.templates(),
        top=tops[0].number - OBJECT,
        links=tuple(_number(reference) for reference in entry.get("Annots", ())),
        link_tags=tuple(_number(reference) for reference, _note in notes),
        fonts=frozenset(name.decode() for name in _FONT.findall(drawing)),
        images=pictures,
        states={name: state.data for name, state in resources["ExtGState"].items()},
        bookmarks=tuple((level, label, x * SCALE, (height - y) * SCALE) for level, label, (x, y), _state in bookmarks),
    )


def _no_pictures(*_asked: Any, **_named: Any) -> None:
    """No background of a letter is a picture."""
    raise CannotBeDrawn("a picture behind the text")


def _as_bytes(line: Any) -> bytes:
    from pydyf import _to_bytes

    made: bytes = _to_bytes(line)
    return made


def _number(reference: bytes) -> int:
    return int(reference.split(b" ", 1)[0]) - OBJECT


def _pictures(shelf: Shelf, named: dict[str, Any], images: dict[str, Any]) -> dict[str, int]:
    found = {}
    for name, group in named.items():
        if group is not None:
            raise CannotBeDrawn("a group")
        known = images[name]
        made = known["image"].get_x_object(known["interpolate"], max(known["dpi_ratios"]))
        if made is None:
            raise CannotBeDrawn("a picture that cannot be written")
        mask = made.extra.get("SMask")
        if mask is not None:
            shelf.add_object(mask)
            made.extra["SMask"] = mask.reference
        shelf.add_object(made)
        found[name] = made.number - OBJECT
    return found
