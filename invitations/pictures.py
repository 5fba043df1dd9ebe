"""Pictures a letter owns: logo and facsimile. Checked once; a letter can hold no other."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree

LIMIT_BYTES: Final = 5_000_000
LIMIT_PIXELS: Final = 40_000_000
_LIMIT_SVG: Final = 1_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = ("href", "{http://www.w3.org/1999/xlink}href")
_ACTIVE: Final = frozenset(("script", "foreignObject", "iframe", "audio", "video", "animate", "set", "handler", "use"))
_REMOTE: Final = re.compile(r"(?i)@import|url\(\s*['\"]?(?!#)|expression\(|javascript:")


class UnusablePicture(ValueError):
    """The picture cannot stand in a letter. ``reason``: too_large, unknown_kind, broken, active or remote."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"unusable picture: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A picture that has been checked; make it with :func:`picture`. Width to height tells its shape."""

    media_type: str
    width: float
    height: float
    digest: str
    data: bytes = field(repr=False)

    @property
    def url(self) -> str:
        """By what a sheet names it; only the letter's own fetcher knows this address."""
        return f"letter-picture:{self.digest}"


def picture(data: bytes) -> Picture:
    """Check a PNG or SVG file and keep it.

    Raises UnusablePicture for more than 5 MB or 40 megapixels, another kind of file, a broken one, an SVG with scripts,
    events, entities or anything that would be loaded from elsewhere.
    """
    if len(data) > LIMIT_BYTES:
        raise UnusablePicture("too_large")
    if data.startswith(_PNG):
        width, height = _png(data)
        media_type = "image/png"
    elif re.match(rb"(?:\xef\xbb\xbf)?\s*<", data):
        width, height = _svg(data)
        media_type = "image/svg+xml"
    else:
        raise UnusablePicture("unknown_kind")
    return Picture(media_type, width, height, hashlib.sha256(data).hexdigest(), data)


def _png(data: bytes) -> tuple[float, float]:
    from io import BytesIO

    from PIL import Image

    if len(data) < 33 or data[12:16] != b"IHDR" or b"IEND" not in data:
        raise UnusablePicture("broken")
    width, height = struct.unpack(">II", data[16:24])
    if width * height > LIMIT_PIXELS:
        raise UnusablePicture("too_large")
    if not width or not height:
        raise UnusablePicture("broken")
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as opened:
            opened.load()
    except Exception as reason:  # Pillow raises many kinds for a broken file
        raise UnusablePicture("broken") from reason
    return float(width), float(height)


def _svg(data: bytes) -> tuple[float, float]:
    if len(data) > _LIMIT_SVG:
        raise UnusablePicture("too_large")
    if b"\x00" in data or re.search(rb"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", data, re.IGNORECASE):
        raise UnusablePicture("active")
    try:
        root = ElementTree.fromstring(data.decode("utf-8-sig"))  # noqa: S314 - no entities: refused above
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError) as reason:
        raise UnusablePicture("broken") from reason
    if root.tag not in (f"{_SVG}svg", "svg"):
        raise UnusablePicture("unknown_kind")
    for element in root.iter():
        _require_still(element)
    return _svg_size(root)


def _require_still(element: ElementTree.Element) -> None:
    name = str(element.tag).rpartition("}")[2]
    if name in _ACTIVE or name.startswith("animate"):
        raise UnusablePicture("active")
    if name == "style" and _REMOTE.search(element.text or ""):
        raise UnusablePicture("remote")
    for attribute, value in element.attrib.items():
        if attribute.rpartition("}")[2].lower().startswith("on"):
            raise UnusablePicture("active")
        if attribute in _HREF and not value.strip().startswith("#"):
            raise UnusablePicture("remote")
        if _REMOTE.search(value):
            raise UnusablePicture("remote")


def _svg_size(root: ElementTree.Element) -> tuple[float, float]:
    box = re.findall(r"-?[\d.]+", root.get("viewBox", ""))
    sides = [re.match(r"\s*([\d.]+)(?:px|mm|cm|pt|in)?\s*$", root.get(side, "")) for side in ("width", "height")]
    try:
        if len(box) == 4:
            width, height = float(box[2]), float(box[3])
        else:
            width, height = (float(side[1]) if side else 0.0 for side in sides)
    except ValueError as reason:
        raise UnusablePicture("broken") from reason
    if not 0 < width < 1e6 or not 0 < height < 1e6:
        raise UnusablePicture("broken")
    return width, height
