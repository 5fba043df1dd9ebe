"""Plans people upload: made anew for the screen and for paper, or refused with what would have to be different."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from app.errors import Refusal
from app.plan_pictures import dpi, plan_picture
from tests.factories import plan_png

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><rect x="50" y="50" width="200" height="100" '
    b'fill="#FFFFFF" stroke="#000000" stroke-width="4"/></svg>'
)


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def _file(kind: str, size: tuple[int, int], **options: object) -> bytes:
    picture = Image.merge("RGB", [Image.effect_noise(size, 60) for _channel in range(3)])
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def test_plan_picture_keeps_a_drawing_without_loss_and_makes_one_for_paper_when_it_is_png() -> None:
    made = plan_picture(plan_png(3600, 900))
    assert (made.media_type, made.width, made.height) == ("image/png", 3200, 800)
    screen, paper = _opened(made.screen), _opened(made.paper)
    assert (screen.format, screen.size, paper.format, paper.size) == ("PNG", (3200, 800), "JPEG", (2008, 502))
    assert screen.convert("RGB").getpixel((1600, 600)) == (255, 255, 255)


def test_plan_picture_cuts_white_margins_and_metadata_when_there_are_some() -> None:
    wide = Image.new("RGB", (2000, 1500), "white")
    ImageDraw.Draw(wide).rectangle((300, 300, 1699, 1199), fill="gray")
    told, target = PngInfo(), io.BytesIO()
    told.add_text("Comment", "secret")
    wide.save(target, "PNG", pnginfo=told)
    made = plan_picture(target.getvalue() + b"secret")
    assert (made.width, made.height) == (1400 + 2 * 17, 900 + 2 * 17)
    assert b"secret" not in made.screen + made.paper


def test_plan_picture_takes_photographs_and_svg_when_they_are_large_enough() -> None:
    photo = plan_picture(_file("JPEG", (700, 560), exif=Image.Exif()))
    assert (photo.media_type, photo.width, photo.height) == ("image/jpeg", 700, 560)
    drawn = plan_picture(SVG)
    assert (drawn.media_type, drawn.width / 8, drawn.height / 8) == (
        "image/png",
        pytest.approx(209, abs=1),
        pytest.approx(109, abs=1),
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"no picture at all", "This is no picture we can read."),
        (b"%PDF-1.7 ...", "This is a PDF."),
        (b"GIF89a...", "GIF pictures are not taken."),
        (plan_png()[:300], "The picture is damaged or cut off."),
        (plan_png(5200, 5000), "The picture has too many pixels."),
        (b"\xff" * (25 * 1024 * 1024 + 1), "The picture is larger than 25 MB."),
        (SVG.replace(b"<rect", b"<script>alert(1)</script><rect"), "This drawing holds a script"),
        (SVG.replace(b"</svg>", b"<text>1</text></svg>"), "This drawing uses <text>"),
        (SVG.replace(b"#000000", b"#FFFFFF"), "Nothing can be seen on this picture"),
        (plan_png(400, 260), "The plan is too small to be printed: it has 400 × 260 pixels, that is 81 dpi on a page "
                             "of A5 and 59 dpi on A4, and nobody could read it. At least 540 pixels in width or 650 in "
                             "height are needed (110 dpi on A5)."),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)  # fmt: skip
def test_plan_picture_refuses_with_the_reason_when_the_file_is_bad(content: bytes, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan_picture(content)
    assert (refused.value.field, str(refused.value)[: len(words)]) == ("file", words)


def test_dpi_is_that_of_the_side_that_fills_the_page_when_a_plan_lies_or_stands() -> None:
    assert [dpi(1240, 600, "A5"), dpi(600, 1500, "A5"), dpi(1240, 600, "A4")] == [254, 254, 185]
