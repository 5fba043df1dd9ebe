"""What is done to a letter's page where it was laid out: processes of the press load this and little else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from app.documents.joining import with_enclosures
from app.documents.signatures import Signing
from invitations.letter import Letter as Written


@dataclass(frozen=True)
class Finished:
    """A letter's file as it is sealed; ``pages`` are the letter's own, ``sheets`` all of the file."""

    content: bytes = field(repr=False)
    pages: int
    sheets: int


@dataclass(frozen=True)
class Finishing:
    """What is done to each page where it was laid out: enclosures of the file, by the letter's number; signature."""

    signing: Signing | None
    joined: Mapping[str, Sequence[bytes]]

    def __call__(self, written: Written, page: bytes) -> Finished:
        """The file to be sealed."""
        joined = self.joined.get(written.number or "", ())
        content = with_enclosures(page, joined)
        pages = page_count(page)
        sheets = page_count(content) if joined else pages
        if self.signing is not None:
            content = self.signing.sign(content, reason=written.number or "")
        return Finished(content, pages, sheets)


def page_count(content: bytes) -> int:
    """Pages of a PDF of ours."""
    import pikepdf

    with pikepdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)
