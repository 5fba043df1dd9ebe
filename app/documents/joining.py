"""Enclosures as part of a letter's own file. They are not tagged as its own, so its PDF/UA claim is taken back."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pikepdf import Pdf

_CLAIM = re.compile(rb'\s+xmlns:pdfuaid="[^"]*"|\s+pdfuaid:\w+="[^"]*"|<pdfuaid:(\w+)[^>]*>.*?</pdfuaid:\1>', re.DOTALL)
_OF_STRUCTURE = ("/StructParent", "/StructParents")


@lru_cache(maxsize=8)
def _prepared(content: bytes) -> bytes:
    """A file whose pages can stand in another: fields and marks drawn into them, nothing that points back to it."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        if "/AcroForm" in pdf.Root:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
        for page in pdf.pages:
            links = [mark for mark in page.obj.get("/Annots", []) if _leads_outside(mark)]
            if links:
                page.obj["/Annots"] = pikepdf.Array(links)
            elif "/Annots" in page.obj:
                del page.obj["/Annots"]
            for key in ("/AA", "/B", "/PieceInfo", "/Thumb", "/Tabs"):
                if key in page.obj:
                    del page.obj[key]
        for part in pdf.objects:
            if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
                for key in _OF_STRUCTURE:
                    if key in part:
                        del part[key]
        with pikepdf.new() as alone:
            alone.pages.extend(pdf.pages)
            out = io.BytesIO()
            alone.save(out, deterministic_id=True)
    return out.getvalue()


def _leads_outside(mark: Any) -> bool:
    action = mark.get("/A")
    return str(mark.get("/Subtype")) == "/Link" and action is not None and str(action.get("/S")) == "/URI"


def _take_back_claim(pdf: Pdf) -> None:
    metadata = pdf.Root.get("/Metadata")
    if metadata is not None:
        metadata.write(_CLAIM.sub(b"", bytes(metadata.read_bytes())))


def with_enclosures(letter: bytes, enclosures: Sequence[bytes]) -> bytes:
    """The letter's file with the pages of its enclosures behind its own; the same parts give the same bytes.

    The letter's pages stay tagged. What is joined is not tagged as part of it, so the file no longer says that it is
    PDF/UA-1. To be signed afterwards: a signature of ``letter`` would not hold.
    """
    import pikepdf

    if not enclosures:
        return letter
    with pikepdf.open(io.BytesIO(letter)) as whole:
        _take_back_claim(whole)
        for content in enclosures:
            with pikepdf.open(io.BytesIO(_prepared(content))) as other:
                whole.pages.extend(other.pages)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return out.getvalue()
