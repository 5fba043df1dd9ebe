"""Copies of passports: checked, marked as copies for good, and never kept otherwise.

PassG section 18 (3): a copy of a German passport must be recognisable as a copy permanently.
"""

from __future__ import annotations

import io
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.documents.rules import check_pdf
from app.errors import Refusal
from app.pictures import as_jpeg, open_picture

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 4
MARK = "КОПИЯ / KOPIE – nur für Visum"
_LONGEST = 2400


def marked_copy(content: bytes, filename: str) -> tuple[bytes, str]:
    """The copy with :data:`MARK` across it, and its media type: a picture becomes a new JPEG, a PDF stays one.

    :raises Refusal: (field ``scan``) when it is neither a sound PDF of at most four pages nor a sound picture.
    """
    if len(content) > MAX_BYTES:
        raise Refusal(_l("The copy is larger than 10 MB."), field="scan")
    try:
        if b"%PDF-" in content[:1024]:
            return _marked_pdf(content, filename), "application/pdf"
        return _marked_picture(content), "image/jpeg"
    except Refusal as refusal:
        raise Refusal(refusal.message, field="scan") from refusal


def _font() -> Path:
    return Path(current_app.root_path) / "static" / "fonts" / "PT_Sans-Web-Bold.ttf"


def _marked_picture(content: bytes) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    picture = open_picture(content, about=_LONGEST)
    picture.thumbnail((_LONGEST, _LONGEST))
    side = int((picture.width**2 + picture.height**2) ** 0.5) + 2
    size = max(14, min(picture.size) // 14)
    font = ImageFont.truetype(str(_font()), size)
    layer = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(layer)
    width = int(draw.textlength(MARK + "    ", font=font))
    for row, top in enumerate(range(0, side, size * 4)):
        for left in range(-(row % 2) * width // 2, side, width):
            draw.text((left, top), MARK, fill=120, font=font)
    turned = layer.rotate(30, resample=Image.Resampling.BICUBIC)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    mask = turned.crop((left, top, left + picture.width, top + picture.height))
    picture.paste((162, 62, 34), (0, 0), mask)
    return as_jpeg(picture, quality=85)


def _marked_pdf(content: bytes, filename: str) -> bytes:
    import pikepdf
    from PIL import Image, ImageDraw, ImageFont

    facts = check_pdf(content, filename=filename)
    if facts.pages > MAX_PAGES:
        raise Refusal(_l("A copy of a passport has at most four pages."), field="scan")
    font = ImageFont.truetype(str(_font()), 64)
    layer = Image.new("L", (2000, 2000), 0)
    draw = ImageDraw.Draw(layer)
    width = int(draw.textlength(MARK + "    ", font=font))
    for row, top in enumerate(range(0, 2000, 260)):
        for left in range(-(row % 2) * width // 2, 2000, width):
            draw.text((left, top), MARK, fill=120, font=font)
    mask = layer.rotate(30).crop((300, 300, 1700, 1700))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.docinfo
        alpha = pdf.make_stream(
            mask.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=mask.width,
            Height=mask.height, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )  # fmt: skip
        ink = pdf.make_stream(
            bytes((162, 62, 34)), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1,
            ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, SMask=alpha,
        )  # fmt: skip
        for page in pdf.pages:
            x0, y0, x1, y1 = (float(value) for value in page.mediabox)
            page.contents_coalesce()
            name = page.add_resource(ink, pikepdf.Name.XObject)
            before = pdf.make_stream(b"q\n")
            side = max(x1 - x0, y1 - y0)
            after = pdf.make_stream(f"\nQ\nq {side:.2f} 0 0 {side:.2f} {x0:.2f} {y0:.2f} cm {name} Do Q\n".encode())
            page.contents_add(before, prepend=True)
            page.contents_add(after)
        target = io.BytesIO()
        pdf.save(target, compress_streams=True, linearize=False)
    return target.getvalue()
