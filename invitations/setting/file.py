"""One page of pieces -> a tagged PDF (1.7, PDF/UA-1): tags, links, outline, fonts, metadata, nothing else."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from invitations.setting.drawing import PAGE, PARENT, SCALE, Drawn, Template

_HEAD: Final = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_XMP_HEAD: Final = b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
_XMP_FOOT: Final = b'\n</x:xmpmeta>\n<?xpacket end="r"?>'

# A container and what stands in it: the numbers of pieces, and containers.
Tree = tuple["int | Tree", ...]


@dataclass(frozen=True)
class About:
    """What the file says of itself."""

    title: str
    author: str
    language: str
    date: str  # 2021-04-06, or empty
    identity: bytes


@dataclass(frozen=True)
class FontParts:
    """A font with its fixed set of signs, the same bytes in every letter."""

    objects: tuple[Template, ...]
    top: int


@dataclass
class _Book:
    """The numbered objects of a file; those without a stream are kept together in one."""

    bodies: list[bytes | None]
    streams: dict[int, bytes]

    def place(self) -> int:
        """The number of an object still to come."""
        self.bodies.append(None)
        return len(self.bodies)

    def add(self, body: bytes) -> int:
        """The number of a new object."""
        self.bodies.append(body)
        return len(self.bodies)

    def add_stream(self, data: bytes, extra: bytes = b"") -> int:
        """The same for a stream, compressed here."""
        packed = zlib.compress(data)
        number = self.place()
        self.streams[number] = b"<<%s/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (
            extra, len(packed), packed,
        )  # fmt: skip
        return number

    def add_all(self, templates: Sequence[Template], numbers: dict[int, int], content: int = 0, links: int = 0) -> int:
        """Add what belongs together; returns the number of the first."""
        first = len(self.bodies) + 1
        for template in templates:
            body = template.filled(numbers, first, content, links)
            number = self.place()
            if template.stream:
                self.streams[number] = body + template.stream
            else:
                self.bodies[number - 1] = body
        return first

    def written(self, *, root: int, info: int, identity: bytes) -> bytes:
        """The whole file."""
        out = bytearray(_HEAD)
        rows: list[tuple[int, int, int]] = [(0, 0, 65535)] + [(0, 0, 0)] * (len(self.bodies) + 2)
        for number, data in self.streams.items():
            rows[number] = (1, len(out), 0)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
        packed: list[bytes] = []
        index: list[bytes] = []
        at = 0
        kept = len(self.bodies) + 1
        for number, body in enumerate(self.bodies, start=1):
            if body is not None:
                rows[number] = (2, kept, len(packed))
                index.append(b"%d %d" % (number, at))
                packed.append(body)
                at += len(body) + 1
        head = b" ".join(index) + b"\n"
        data = zlib.compress(head + b"\n".join(packed))
        rows[kept] = (1, len(out), 0)
        out += b"%d 0 obj\n<</Type /ObjStm/N %d/First %d/Filter /FlateDecode/Length %d>>\nstream\n" % (
            kept, len(packed), len(head), len(data),
        )  # fmt: skip
        out += data + b"\nendstream\nendobj\n"
        start = len(out)
        rows[kept + 1] = (1, start, 0)
        table = zlib.compress(b"".join(bytes((a,)) + b.to_bytes(3, "big") + c.to_bytes(2, "big") for a, b, c in rows))
        out += b"%d 0 obj\n<</Type /XRef/W [1 3 2]/Size %d/Root %d 0 R/Info %d 0 R/ID [<%s> <%s>]" % (
            kept + 1, len(rows), root, info, identity.hex().encode(),
            hashlib.sha256(out).hexdigest()[:32].encode(),
        )  # fmt: skip
        out += b"/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
            len(table), table, start,
        )  # fmt: skip
        return bytes(out)


def _text(value: str) -> bytes:
    import pydyf  # type: ignore[import-untyped]

    said: bytes = pydyf.String(value).data
    return said


def _real(value: float) -> bytes:
    return f"{value:.6f}".rstrip("0").rstrip(".").encode()


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _metadata(about: About) -> bytes:
    from weasyprint.document import DocumentMetadata

    said = DocumentMetadata(
        title=about.title, authors=[about.author] if about.author else [], created=about.date or None,
        modified=about.date or None,
    )  # fmt: skip
    rdf: bytes = said.generate_rdf_metadata("ua", 1, None)
    return _XMP_HEAD + rdf + _XMP_FOOT


def _information(about: About) -> bytes:
    from weasyprint import VERSION

    day = about.date.replace("-", "")
    said = b"/Producer (WeasyPrint %s)/Title %s" % (VERSION.encode(), _text(about.title))
    if about.author:
        said += b"/Author " + _text(about.author)
    if day:
        said += b"/CreationDate (D:%s)/ModDate (D:%s)" % (day.encode(), day.encode())
    return b"<<%s>>" % said


def put_together(
    tree: Tree, pieces: Sequence[Drawn], fonts: Mapping[str, FontParts], about: About, *, width: float, height: float
) -> bytes:
    """The file of one page; the same parts always give the same bytes.

    :param tree: the order in which the page is read.
    :param width: of the page, like ``height`` in pixels of CSS.
    """
    book = _Book([], {})
    catalog, pages, page, root, parents, document = (book.place() for _ in range(6))
    held: list[int] = []  # by marked content
    entries: list[int] = []  # by link, from 1
    annotations: list[int] = []
    images: list[bytes] = []
    states: dict[str, bytes] = {}
    drawings = [b"1 0 0 -1 0 %s cm\nq\n%s 0 0 %s 0 0 cm" % (_real(height * SCALE), _real(SCALE), _real(SCALE))]
    marks: list[tuple[int, str, float, float]] = []

    def add(number: int, parent: int) -> int:
        piece = pieces[number]
        known = {PARENT: parent, PAGE: page}
        content, links = len(held), len(entries) + 1
        first = book.add_all(piece.objects, known, content, links)
        drawings.append(piece.drawing.filled(known, first, content, links))
        held.extend(first + tag for tag in piece.contents)
        entries.extend(first + tag for tag in piece.link_tags)
        annotations.extend(first + note for note in piece.links)
        images.extend(b"/%s %d 0 R" % (name.encode(), first + image) for name, image in piece.images.items())
        states.update(piece.states)
        marks.extend(piece.bookmarks)
        return first + piece.top

    def grow(branch: Tree, number: int, kind: bytes, parent: int, within: bytes) -> None:
        kids = []
        for child in branch:
            if isinstance(child, int):
                kids.append(add(child, number))
            else:
                kids.append(book.place())
                grow(child, kids[-1], b"/Div", number, b"/Pg %d 0 R" % page)
        book.bodies[number - 1] = b"<</Type /StructElem/S %s/K [%s]/P %d 0 R%s>>" % (
            kind, _references(kids), parent, within,
        )  # fmt: skip

    grow(tree, document, b"/Document", root, b"")
    used = sorted(set().union(*(piece.fonts for piece in pieces)))
    shown = []
    for name in used:
        parts = fonts[name]
        shown.append(b"/%s %d 0 R" % (name.encode(), book.add_all(parts.objects, {}) + parts.top))
    contents = book.add_stream(b"\n".join([*drawings, b"Q"]))
    metadata = book.add_stream(_metadata(about), b"/Type /Metadata/Subtype /XML")
    info = book.add(_information(about))
    box = b"[0 0 %s %s]" % (_real(width * SCALE), _real(height * SCALE))
    looks = b"".join(b"/%s %s" % (name.encode(), state) for name, state in sorted(states.items()))
    book.bodies[page - 1] = (
        b"<</Type /Page/Parent %d 0 R/MediaBox %s/TrimBox %s/BleedBox %s/Contents %d 0 R/Resources "
        b"<</ExtGState <<%s>>/XObject <<%s>>/Font <<%s>>>>/Tabs /S/StructParents 0/Annots [%s]>>"
    ) % (pages, box, box, box, contents, looks, b"".join(images), b"".join(shown), _references(annotations))
    book.bodies[pages - 1] = b"<</Type /Pages/Kids [%d 0 R]/Count 1>>" % page
    book.bodies[root - 1] = b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (parents, document)
    book.bodies[parents - 1] = b"<</Nums [0 [%s]%s]>>" % (
        _references(held), b"".join(b" %d %d 0 R" % entry for entry in enumerate(entries, start=1)),
    )  # fmt: skip
    outline = _outline(book, marks, page)
    book.bodies[catalog - 1] = (
        b"<</Type /Catalog/Pages %d 0 R/Lang %s/MarkInfo <</Marked true>>/ViewerPreferences <</DisplayDocTitle true>>"
        b"/StructTreeRoot %d 0 R/Metadata %d 0 R%s>>"
    ) % (pages, _text(about.language), root, metadata, outline)
    return book.written(root=catalog, info=info, identity=about.identity)


def _outline(book: _Book, marks: Sequence[tuple[int, str, float, float]], page: int) -> bytes:
    """The entry of the catalogue for the headings, all on one level."""
    if not marks:
        return b""
    root = book.place()
    numbers = [book.place() for _ in marks]
    for place, (_level, label, x, y) in enumerate(marks):
        neighbours = b"/Prev %d 0 R" % numbers[place - 1] if place else b""
        if place + 1 < len(marks):
            neighbours += b"/Next %d 0 R" % numbers[place + 1]
        book.bodies[numbers[place] - 1] = b"<</Title %s/Dest [%d 0 R /XYZ %s %s 0]/Parent %d 0 R%s>>" % (
            _text(label), page, _real(x), _real(y), root, neighbours,
        )  # fmt: skip
    book.bodies[root - 1] = b"<</Count %d/First %d 0 R/Last %d 0 R>>" % (len(marks), numbers[0], numbers[-1])
    return b"/Outlines %d 0 R" % root
