"""Pages of a PDF as pictures, drawn by PDFium; nothing is written to disk."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import pypdfium2

_DRAWING = threading.Lock()  # PDFium is not made for threads
DPI = 96
PROOF = "Proof"  # where a file of ours says that it is one
WIDEST = 1400  # dots; a wider page is drawn smaller
V = TypeVar("V")


@dataclass(frozen=True)
class Paper:
    """A PDF with the sizes of its pages in millimetres; ``sign`` tells whether it is still the same.

    ``proof``: of what it is a proof, as the file itself says; empty when it is none.
    """

    content: bytes
    sizes: tuple[tuple[float, float], ...]
    sign: str
    proof: str = ""


class Shelf(Generic[V]):
    """The last few things, as long as they are not too large together."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """What lies there, if it does."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Lay it there; the oldest make room."""
        with self._lock:
            self._kept[key] = value, size
            self._kept.move_to_end(key)
            while self._kept and sum(one[1] for one in self._kept.values()) > self._most:
                self._kept.popitem(last=False)


_PICTURES: Shelf[bytes] = Shelf(most_bytes=12 * 1024**2)


def paper_of(content: bytes) -> Paper | None:
    """The PDF with its pages; None when it is none."""
    with _DRAWING:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return None
        with document:
            proof = document.get_metadata_value(PROOF)
            sizes = tuple(document.get_page_size(number) for number in range(len(document)))
    milli = 25.4 / 72
    return Paper(
        content,
        tuple((wide * milli, high * milli) for wide, high in sizes),
        hashlib.sha256(content).hexdigest()[:16],
        proof,
    )


def picture_size(paper: Paper, number: int, *, dpi: float = DPI) -> tuple[int, int]:
    """Width and height of the picture of a page in dots."""
    wide, high = paper.sizes[number]
    scale = min(dpi / 25.4, WIDEST / max(wide, 1.0), WIDEST / max(high, 1.0))
    return max(1, round(wide * scale)), max(1, round(high * scale))


def picture_of(paper: Paper, number: int, *, dpi: float = DPI) -> bytes:
    """A page as PNG; drawn once while it is looked at."""
    known = _PICTURES.get((paper.sign, number, dpi))
    if known is not None:
        return known
    width, height = picture_size(paper, number, dpi=dpi)
    with _DRAWING, pypdfium2.PdfDocument(paper.content) as document:
        page = document[number]
        drawn = page.render(scale=width / page.get_width()).to_pil()
    target = io.BytesIO()
    drawn.crop((0, 0, width, height)).save(target, "PNG", compress_level=4)
    content = target.getvalue()
    _PICTURES.put((paper.sign, number, dpi), content, len(content))
    return content
