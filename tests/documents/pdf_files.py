"""PDFs for tests: plain, tagged, and such as nobody should send on."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf


def written(document: Pdf, **save: Any) -> bytes:
    """The bytes of a PDF; the same ones a second later, too, as long as it is not locked."""
    out = io.BytesIO()
    document.save(out, **({} if "encryption" in save else {"deterministic_id": True}), **save)
    return out.getvalue()


def pdf(pages: int = 1, *, size: tuple[float, float] = (595, 842), **save: Any) -> bytes:
    """A plain PDF of blank pages, A4 if not told otherwise."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    return written(document, **save)


def pdf_with(change: Callable[[Pdf], Any], **save: Any) -> bytes:
    """A plain PDF of one page after ``change``."""
    document = pikepdf.open(io.BytesIO(pdf()))
    change(document)
    return written(document, **save)


def tagged_pdf(text: str = "Приглашение") -> bytes:
    """A page that claims PDF/UA-1, as our letters do."""
    from weasyprint import HTML

    html = f"<html lang=ru><title>{text}</title><style>@page{{size:A4}}</style><h1>{text}</h1><p>…</p>"
    made: bytes = HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
    return made


def annotated(**annotation: Any) -> bytes:
    """A page with one annotation."""

    def change(document: Pdf) -> None:
        given = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], **{
            key: value for key, value in annotation.items() if key != "Subtype"})  # fmt: skip
        if "Subtype" in annotation:
            given.Subtype = annotation["Subtype"]
        document.pages[0].obj.Annots = Array([document.make_indirect(given)])
        if given.Subtype == Name.Widget:
            document.Root.AcroForm = Dictionary(Fields=document.pages[0].obj.Annots)

    return pdf_with(change)


def image(width: int, height: int) -> bytes:
    """A page with an image that says it is this large."""

    def change(document: Pdf) -> None:
        picture = document.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
                                       ColorSpace=Name.DeviceGray, BitsPerComponent=8)  # fmt: skip
        document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=picture))

    return pdf_with(change)


def raw_pdf(extra: bytes) -> bytes:
    """A page, written by hand, with ``extra`` as an object that the catalogue names."""
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R /X 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
        extra,
    )
    out = b"%PDF-1.7\n"
    table = b"xref\n0 5\n0000000000 65535 f \n"
    for number, body in enumerate(bodies, start=1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out + table + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
