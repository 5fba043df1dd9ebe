"""Pictures people upload: looked at with suspicion, made anew, and kept without what came with them.

Only what Pillow decodes as JPEG, PNG or WebP gets through, and only its pixels: metadata, colour profiles with their
texts, thumbnails and whatever is hung before or behind the picture stay outside.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from app.errors import Message, Refusal

MAX_BYTES = 25 * 1024 * 1024
# A JPEG is decoded at a part of its size, line by line; the others are held whole (4 bytes a pixel), and so are the
# coefficients of a progressive one (up to 6 bytes).
MAX_PIXELS = {"JPEG": 130_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
MAX_PROGRESSIVE = 40_000_000
MIN_SIDE = 120
_FORMATS = tuple(MAX_PIXELS)
# A file that is a picture and something else as well: pages, programs, archives, documents.
_SECOND_NATURE = re.compile(rb"<(?:\?php|script|html|svg|!doctype|iframe|body)[\s>]|%PDF-\d|PK\x05\x06|MZ\x90\x00\x03",
                            re.IGNORECASE)  # fmt: skip
_EDGE = 65_536


@dataclass(frozen=True)
class Crop:
    """The part of a picture that is wanted, as shares of its width and height after it was put upright."""

    left: float
    top: float
    width: float
    height: float

    @property
    def is_sound(self) -> bool:
        """Whether it lies inside the picture and has a size."""
        inside = 0 <= self.left < 1 and 0 <= self.top < 1
        return inside and 0.02 <= self.width <= 1.001 - self.left and 0.02 <= self.height <= 1.001 - self.top


@dataclass(frozen=True)
class Portrait:
    """A picture made anew."""

    content: bytes
    width: int
    height: int


def _refused(message: Message) -> Refusal:
    return Refusal(message, field="file")


def open_picture(content: bytes, *, about: int = 2400) -> Image.Image:
    """The pixels of a JPEG, PNG or WebP file, upright, as RGB on white.

    :param about: the longer side needed; larger ones may come smaller, but not below it.
    :raises Refusal: (field ``file``) saying what is wrong with the file.
    """
    if not content:
        raise _refused(_l("The file is empty."))
    if len(content) > MAX_BYTES:
        raise _refused(_l("The picture is larger than 25 MB. Please choose a smaller one."))
    if content[:6] in {b"GIF87a", b"GIF89a"}:
        raise _refused(_l("GIF pictures are not taken. Please choose a photograph (JPEG, PNG or WebP)."))
    if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<", content[:64]):
        raise _refused(_l("This is a drawing or a page, not a photograph. Please choose a JPEG, PNG or WebP file."))
    if content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif", b"ftyphevc"}:
        raise _refused(_l("HEIC and AVIF pictures are not read here. Please save the photograph as JPEG."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
            return _decoded(picture, content, about)
    except (UnidentifiedImageError, Image.DecompressionBombError) as reason:
        if isinstance(reason, Image.DecompressionBombError):
            raise _refused(_l("The picture has too many pixels. Please choose a smaller one.")) from reason
        raise _refused(_l("This is no picture we can read. Please choose a JPEG, PNG or WebP file.")) from reason
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, MemoryError) as reason:
        raise _refused(_l("The picture is damaged or cut off. Please choose another one.")) from reason


def _is_whole(content: bytes, kind: str) -> bool:
    """Whether the file goes to its end; Pillow may be told, by whoever else uses it, to pass over a missing one."""
    if kind == "PNG":
        return b"IEND" in content[-_EDGE:]
    if kind == "WEBP":
        return len(content) >= 8 + int.from_bytes(content[4:8], "little")
    place = 2
    while content[place : place + 1] == b"\xff":  # segments up to the picture itself; a preview has an end of its own
        if content[place + 1 : place + 2] == b"\xff":
            place += 1
            continue
        if content[place + 1 : place + 2] == b"\xda":
            return b"\xff\xd9" in content[place:]
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return False


def _decoded(picture: Image.Image, content: bytes, about: int) -> Image.Image:
    kind = "JPEG" if picture.format == "MPO" else picture.format or ""  # MPO: a JPEG with more pictures behind it
    if picture.width * picture.height > (MAX_PROGRESSIVE if picture.info.get("progressive") else MAX_PIXELS[kind]):
        raise _refused(_l("The picture has too many pixels. Please choose a smaller one."))
    if min(picture.size) < MIN_SIDE:
        raise _refused(_l("The picture is too small: at least 120 pixels on each side are needed."))
    if max(picture.size) > 40 * min(picture.size):
        raise _refused(_l("The picture is too long and narrow."))
    if getattr(picture, "n_frames", 1) > 1 and kind != "JPEG":
        raise _refused(_l("The picture moves. Please choose one that stands still."))
    if _SECOND_NATURE.search(content[:_EDGE]) or _SECOND_NATURE.search(content[-_EDGE:]):
        raise _refused(_l("The file is more than a picture. Please save the photograph anew and choose that file."))
    if not _is_whole(content, kind):
        raise _refused(_l("The picture is damaged or cut off. Please choose another one."))
    if kind == "JPEG":
        picture.draft("RGB", (about, about))
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once loaded, has Pillow fill up what was cut off
    picture.load()
    whole: Image.Image = picture
    parts = max(picture.size) // about
    if parts > 1 and picture.mode in {"RGB", "RGBA", "L", "LA"}:  # before anything is copied
        whole = picture.reduce(parts)
        picture.close()
    if whole.mode == "I" or whole.mode.startswith("I;16"):  # 16 bits of grey: Pillow would make white of most
        whole = whole.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")
    upright = ImageOps.exif_transpose(whole)
    if "A" in upright.getbands() or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        ground = Image.new("RGB", clear.size, "white")
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    return upright.convert("RGB")


def _box(size: tuple[int, int], shape: tuple[int, int], crop: Crop | None) -> tuple[int, int, int, int]:
    width, height = size
    if crop is not None and crop.is_sound:
        left, top = crop.left * width, crop.top * height
        width, height = round(crop.width * width), round(crop.height * height)
    else:
        left, top = 0.0, 0.0
    wanted = shape[0] / shape[1]
    inner_width, inner_height = min(width, round(height * wanted)), min(height, round(width / wanted))
    # faces are above the middle of a picture that is too high
    left += (width - inner_width) / 2
    top += (height - inner_height) * (0.5 if crop is not None else 0.35)
    return round(left), round(top), round(left) + max(1, inner_width), round(top) + max(1, inner_height)


def portrait(content: bytes, *, size: tuple[int, int] = (900, 1200), crop: Crop | None = None) -> Portrait:
    """The picture in the shape of ``size``, at most as large, as a new JPEG without metadata.

    :param crop: what the person chose; else the middle.
    :raises Refusal: (field ``file``) see :func:`open_picture`.
    """
    found = open_picture(content, about=2 * max(size))
    cut = found.crop(_box(found.size, size, crop))
    if cut.width > size[0]:
        cut = cut.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Portrait(as_jpeg(cut), cut.width, cut.height)


def as_jpeg(picture: Image.Image, *, quality: int = 88) -> bytes:
    """New bytes of a picture."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    target = io.BytesIO()
    bare.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def emblem(content: bytes, *, size: tuple[int, int] = (600, 600)) -> Portrait:
    """Arms or a mark within ``size``, as a new PNG without metadata; what is clear stays clear, clear margins go.

    An SVG drawing is drawn here; nothing else of it is kept.

    :raises Refusal: (field ``file``) see :func:`open_picture` and :func:`app.drawings.draw`, or when all is clear.
    """
    if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<|\xff\xfe<|(?:\xfe\xff)?\x00<", content[:64]):
        from app.drawings import draw, is_drawing  # here: reading style sheets and outlines takes its time to load

        if is_drawing(content):
            return _as_png(_inked(draw(content, side=2 * max(size))), size)
    found = open_picture(content, about=2 * max(size))
    with Image.open(io.BytesIO(content), formats=_FORMATS) as given:
        if given.format != "JPEG" and ("A" in given.getbands() or "transparency" in given.info):
            found = _inked(ImageOps.exif_transpose(given.convert("RGBA")))
    return _as_png(found, size)


def _inked(clear: Image.Image) -> Image.Image:
    """Without clear margins."""
    inked = clear.getchannel("A").getbbox()
    if inked is None:
        raise _refused(_l("Nothing can be seen on this picture: all of it is clear."))
    return clear.crop(inked)


def _as_png(found: Image.Image, size: tuple[int, int]) -> Portrait:
    found.thumbnail(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    bare = Image.new(found.mode, found.size)
    bare.paste(found)
    target = io.BytesIO()
    bare.save(target, "PNG", optimize=True)
    return Portrait(target.getvalue(), bare.width, bare.height)
