"""Plans of houses and towns people upload: made anew, margins cut, in one size for the screen and one for paper.

Shrunk once when they come, so that nothing is left to do when a booklet is made. As with all pictures, only the pixels
get through; drawings (SVG) are drawn here.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageChops

from app.errors import Refusal
from app.pictures import as_jpeg, open_picture

LARGEST = 3200  # pixels of the longer side on the screen
PAPERS = {"A5": (124.0, 150.0), "A4": (170.0, 220.0)}  # millimetres of a page a plan may take: width, height
LEAST_DPI = 110  # below that letters of a plan cannot be read on the smaller paper
GOOD_DPI = 150
_ON_PAPER = (2008, 2600)  # pixels: 300 dpi on A4
_DRAWN = 2400
_COLOURS = 4096  # a plan with no more is a drawing: kept without loss
_NEARLY_WHITE = 12
_MARGIN = 0.012


@dataclass(frozen=True)
class PlanPicture:
    """``screen`` is a PNG or JPEG (``media_type``) of ``width`` by ``height``, ``paper`` a JPEG."""

    screen: bytes
    media_type: str
    width: int
    height: int
    paper: bytes


def dpi(width: int, height: int, paper: str) -> int:
    """How many dots an inch has when the picture is printed as large as a page of that paper allows."""
    across, down = PAPERS[paper]
    return int(max(width / across, height / down) * 25.4)


def plan_picture(content: bytes) -> PlanPicture:
    """Make a plan of what was uploaded: PNG, JPEG, WebP or SVG.

    :raises Refusal: (field ``file``) when it is no sound picture, empty, or too small to be printed.
    """
    if content[:5] == b"%PDF-":
        raise Refusal(
            _l("This is a PDF. Please save the page with the plan as PNG (300 dpi) and choose that file."), field="file"
        )
    found = _without_margins(_opened(content))
    _require_readable(found)
    found.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS, reducing_gap=3.0)
    on_paper = found.copy()
    on_paper.thumbnail(_ON_PAPER, Image.Resampling.LANCZOS)
    screen, media_type = _encoded(found)
    return PlanPicture(screen, media_type, found.width, found.height, as_jpeg(on_paper, quality=90))


def _opened(content: bytes) -> Image.Image:
    if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<|\xff\xfe<|\xfe\xff\x00<", content[:64]):
        from app.drawings import draw, is_drawing  # here: reading style sheets and outlines takes its time to load

        if is_drawing(content):
            clear = draw(content, side=_DRAWN, finer=2)
            ground = Image.new("RGB", clear.size, "white")
            ground.paste(clear, mask=clear.getchannel("A"))
            return ground
    return open_picture(content, about=LARGEST)


def _without_margins(picture: Image.Image) -> Image.Image:
    """White margins take room on paper that the plan can use."""
    white = Image.new("RGB", picture.size, "white")
    inked = ImageChops.difference(picture, white).convert("L").point(lambda value: 255 * (value > _NEARLY_WHITE))
    box = inked.getbbox()
    if box is None:
        raise Refusal(_l("Nothing can be seen on this picture: all of it is white or clear."), field="file")
    spare = round(max(box[2] - box[0], box[3] - box[1]) * _MARGIN)
    return picture.crop(
        (max(0, box[0] - spare), max(0, box[1] - spare), min(picture.width, box[2] + spare),
         min(picture.height, box[3] + spare))
    )  # fmt: skip


def _require_readable(picture: Image.Image) -> None:
    here = {paper: dpi(picture.width, picture.height, paper) for paper in PAPERS}
    if here["A5"] >= LEAST_DPI:
        return
    across, down = PAPERS["A5"]
    needed = LEAST_DPI / 25.4
    raise Refusal(
        _l("The plan is too small to be printed: it has %(width)s × %(height)s pixels, that is %(a5)s dpi on a page of "
           "A5 and %(a4)s dpi on A4, and nobody could read it. At least %(across)s pixels in width or %(down)s in "
           "height are needed (%(least)s dpi on A5).",
           width=picture.width, height=picture.height, a5=here["A5"], a4=here["A4"],
           across=-(-int(across * needed) // 10) * 10, down=-(-int(down * needed) // 10) * 10, least=LEAST_DPI),
        field="file",
    )  # fmt: skip


def _encoded(picture: Image.Image) -> tuple[bytes, str]:
    """A drawing without loss; what would be much larger so, as photographs and scans are, as JPEG."""
    photo = as_jpeg(picture)
    if picture.getcolors(_COLOURS) is None:
        return photo, "image/jpeg"
    target = io.BytesIO()
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    bare.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    drawing = target.getvalue()
    return (drawing, "image/png") if len(drawing) < 2 * len(photo) else (photo, "image/jpeg")
