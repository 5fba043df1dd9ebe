"""PNG files of which only the lower part differs: what is the same on all of them is packed once."""

from __future__ import annotations

import struct
import zlib

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KINDS = {"RGB": 2, "RGBA": 6}  # colour types of the PNG specification


def _rows(picture: Image.Image) -> bytes:
    """The pixels line by line, each line behind the sign that it is not filtered."""
    pixels = picture.tobytes()
    length = len(picture.getbands()) * picture.width
    return b"".join(b"\0" + pixels[place : place + length] for place in range(0, len(pixels), length))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


class Upper:
    """The upper part of many pictures, eight bits a channel."""

    def __init__(self, picture: Image.Image) -> None:
        self._width, self._height, self._kind = picture.width, picture.height, _KINDS[picture.mode]
        self._packer = zlib.compressobj(6)
        self._begun = self._packer.compress(_rows(picture))

    def with_lower(self, picture: Image.Image) -> bytes:
        """The whole file with ``picture``, of the same width and mode, below."""
        packer = self._packer.copy()
        pixels = self._begun + packer.compress(_rows(picture)) + packer.flush()
        head = struct.pack(">IIBBBBB", self._width, self._height + picture.height, 8, self._kind, 0, 0, 0)
        return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
