"""Arms on badges: a picture with clear ground, once in a file however many badges bear it."""

from __future__ import annotations

import io
import zlib
from base64 import b64encode
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pikepdf
from pikepdf import Name
from PIL import Image

from app.printing.press.fitting import Box

DOTS = (210, 300)  # at most: 300 dpi in the largest slot


@dataclass(frozen=True)
class Emblem:
    """A PNG as small as it is printed."""

    png: bytes
    width: int
    height: int

    @classmethod
    def of(cls, picture: bytes) -> Emblem:
        """From a picture of any size."""
        with Image.open(io.BytesIO(picture)) as given:
            small = given.convert("RGBA")
        small.thumbnail(DOTS, Image.Resampling.LANCZOS, reducing_gap=3.0)
        target = io.BytesIO()
        small.save(target, "PNG")
        return cls(target.getvalue(), small.width, small.height)

    @cached_property
    def address(self) -> str:
        """The picture in the text itself."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"

    def inside(self, box: Box) -> Box:
        """As large as the box allows, in its middle."""
        scale = min(box.width / self.width, box.height / self.height)
        wide, high = self.width * scale, self.height * scale
        return replace(box, x=box.x + (box.width - wide) / 2, y=box.y + (box.height - high) / 2, width=wide,
                       height=high)  # fmt: skip

    def image(self, pdf: pikepdf.Pdf) -> Any:
        """As PDF has pictures: the colours, and how much of each dot is seen."""
        with Image.open(io.BytesIO(self.png)) as opened:
            picture = opened.convert("RGBA")
        seen = self._stream(pdf, picture.getchannel("A").tobytes(), Name.DeviceGray)
        image = self._stream(pdf, picture.convert("RGB").tobytes(), Name.DeviceRGB)
        image.SMask = pdf.make_indirect(seen)
        return pdf.make_indirect(image)

    def _stream(self, pdf: pikepdf.Pdf, dots: bytes, space: Any) -> pikepdf.Stream:
        image = pikepdf.Stream(pdf, zlib.compress(dots, 9))
        image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.FlateDecode
        image.Width, image.Height, image.BitsPerComponent = self.width, self.height, 8
        image.ColorSpace, image.Interpolate = space, False
        return image
