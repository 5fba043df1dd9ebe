"""What a letter takes for a picture and what it refuses."""

from __future__ import annotations

import struct
import zlib

import pytest

from invitations.pictures import UnusablePicture, picture


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\x00" + b"\x00" * ((width + 7) // 8) for _ in range(height)) if width * height < 10**6 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def svg(inside: str, attributes: str = 'viewBox="0 0 30 10"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def test_picture_keeps_what_it_checked() -> None:
    kept = picture(png(20, 10))
    assert (kept.media_type, kept.width, kept.height, kept.data) == ("image/png", 20, 10, png(20, 10))
    drawn = picture(svg('<circle r="4" fill="url(#a)"/>'))
    assert (drawn.media_type, drawn.width, drawn.height) == ("image/svg+xml", 30, 10)
    assert picture(svg("", 'width="12mm" height="6mm"')).width == 12
    assert kept.digest != drawn.digest
    assert "IDAT" not in repr(kept)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 5_000_001, "too_large"),
        (b"x" * 40_000_000, "too_large"),
        (png(9000, 9000), "too_large"),
        (svg(" " * 1_000_001), "too_large"),
        (b"", "unknown_kind"),
        (b"GIF89a", "unknown_kind"),
        (b"%PDF-1.7", "unknown_kind"),
        (b"<html><body/></html>", "unknown_kind"),
        (png(20, 10)[:40], "broken"),
        (png(0, 10), "broken"),
        (svg("<g>"), "broken"),
        (svg("", ""), "broken"),
        (svg("", 'viewBox="0 0 0 0"'), "broken"),
        (svg("<script>alert(1)</script>"), "active"),
        (svg('<rect onload="alert(1)"/>'), "active"),
        (svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'), "active"),
        (svg('<animate attributeName="x"/>'), "active"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"), "active"),
        (b'<?xml-stylesheet href="http://x"?>' + svg(""), "active"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>".encode("utf-16-le"), "active"),
        (svg('<image href="http://127.0.0.1/x.png"/>'), "remote"),
        (svg('<image href="file:///etc/passwd"/>'), "remote"),
        (svg('<a href="javascript:alert(1)"/>'), "remote"),
        (svg("<style>@import 'http://x'</style>"), "remote"),
        (svg('<rect fill="url(http://x/#a)"/>'), "remote"),
        (svg("<rect style=\"background:url('//x')\"/>"), "remote"),
    ],
)
def test_picture_is_refused_when_it_could_do_harm(data: bytes, reason: str) -> None:
    with pytest.raises(UnusablePicture) as refused:
        picture(data)
    assert refused.value.reason == reason
