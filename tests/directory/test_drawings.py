"""Arms as drawings (SVG): drawn by ourselves, and everything refused that could act, fetch or grow."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from app.database import db
from app.directory.models import MunicipalArms
from app.drawings import draw, is_drawing
from app.errors import Refusal
from app.i18n import speaking
from app.pictures import emblem
from tests.factories import make_municipality

ONE_DATABASE = True

RED, BLUE, CLEAR = (200, 16, 46, 255), (11, 92, 173, 255), (0, 0, 0, 0)
_XLINK = "xmlns:xlink='http://www.w3.org/1999/xlink'"


def svg(inside: str, head: str = "viewBox='0 0 100 100'", before: str = "") -> bytes:
    return f"{before}<svg xmlns='http://www.w3.org/2000/svg' {_XLINK} {head}>{inside}</svg>".encode()


def at(picture: Image.Image, x: int, y: int) -> Any:
    """The pixel at a hundredth of each side."""
    return picture.getpixel((picture.width * x // 100, picture.height * y // 100))


SQUARE = "<rect x='10' y='10' width='80' height='80' fill='#c8102e'/>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (SQUARE, {(50, 50): RED, (5, 5): CLEAR}),
        ("<style>.g{fill:red}.g#b{fill:#0b5cad}</style><circle id='b' class='g' cx='50' cy='50' r='40' "
         "/>", {(50, 50): BLUE, (12, 12): CLEAR}),
        ("<path fill='#c8102e' d='M0 0H100V100H0ZM25 25H75V75H25Z'/>", {(50, 50): RED}),
        ("<path fill='#c8102e' d='M0 0H100V100H0ZM25 25V75H75V25Z'/>", {(50, 50): CLEAR, (10, 10): RED}),
        ("<path fill='#c8102e' fill-rule='evenodd' d='M0 0H100V100H0ZM25 25H75V75H25Z'/>", {(50, 50): CLEAR}),
        ("<g transform='translate(50 0) scale(.5)'><polygon points='0,0 100,0 100,200 0,200' fill='#0b5cad'/></g>",
         {(75, 50): BLUE, (25, 50): CLEAR}),
        ("<defs><g id='q'><rect width='50' height='100'/></g></defs><use href='#q' fill='#c8102e'/>"
         "<use xlink:href='#q' x='50' fill='#0b5cad'/>", {(25, 50): RED, (75, 50): BLUE}),
        ("<clipPath id='c'><rect width='50' height='100'/></clipPath><g clip-path='url(#c)'>"
         "<rect width='100' height='100' fill='#c8102e'/></g>", {(25, 50): RED, (75, 50): CLEAR}),
        ("<linearGradient id='l'><stop offset='.5' stop-color='#c8102e'/><stop offset='.5' stop-color='#0b5cad'/>"
         "</linearGradient><rect width='100' height='100' fill='url(#l)'/>", {(25, 50): RED, (75, 50): BLUE}),
        ("<radialGradient id='r'><stop offset='.9' stop-color='#c8102e'/><stop offset='.9' stop-color='#0b5cad'/>"
         "</radialGradient><rect width='100' height='100' fill='url(#r)'/>", {(50, 88): RED, (98, 98): BLUE}),
        ("<line x1='0' y1='50' x2='100' y2='50' stroke='#0b5cad' stroke-width='20'/>",
         {(50, 50): BLUE, (50, 42): BLUE, (50, 30): CLEAR}),
        ("<g opacity='.5'><rect width='100' height='100'/><rect width='100' height='100' fill='#c8102e'/></g>",
         {(50, 50): (199, 15, 45, 128)}),
        (f"<text display='none'>x</text><defs><image href='#x'/></defs><metadata><x/></metadata>{SQUARE}",
         {(50, 50): RED}),
    ],
)  # fmt: skip
def test_draw_paints_what_the_drawing_says(inside: str, expected: dict[tuple[int, int], Any]) -> None:
    picture = draw(svg(inside), side=200)
    assert {place: at(picture, *place) for place in expected} == expected


@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be"])  # with its mark, and without
def test_emblem_reads_a_drawing_in_utf_16(written: str) -> None:
    drawing = svg(SQUARE, before="<?xml version='1.0' encoding='utf-16'?>").decode().encode(written)
    assert emblem(drawing).content == emblem(svg(SQUARE)).content


def test_emblem_makes_a_png_of_a_drawing_without_its_clear_margin() -> None:
    made = emblem(svg(SQUARE, "width='50mm' height='50mm' viewBox='0 0 100 100'", '<?xml version="1.0"?>\n<!-- x -->'))
    with Image.open(io.BytesIO(made.content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (600, 600))
        assert picture.getpixel((1, 1)) == RED


_LAUGHS = "<!DOCTYPE svg [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{'&' + before + ';' * 1}{('&' + before + ';') * 9}'>"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
_USES = "<defs><g id='u0'><rect width='1' height='1'/></g>" + "".join(
    f"<g id='u{number}'>" + f"<use href='#u{number - 1}'/>" * 10 + "</g>" for number in range(1, 9)
) + "</defs><use href='#u8'/>"  # fmt: skip
_OUTSIDE, _SCRIPT = "refers to something outside", "holds a script or a page"
_ENTITIES, _PARTS, _LARGE = "defines entities", "too many parts", "far too large"


HOSTILE = [
    (svg("<script>alert(1)</script>" + SQUARE), _SCRIPT),
    (svg("<rect width='9' height='9' onload='alert(1)'/>"), _SCRIPT),
    (svg("<a xlink:href='java\nscript:alert(1)'><rect width='9' height='9'/></a>"), _SCRIPT),
    (svg("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"), _SCRIPT),
    (svg("<set attributeName='href' to='x'/>" + SQUARE), "moves"),
    (svg("<image href='https://evil.example/x.png' width='9' height='9'/>"), _OUTSIDE),
    (svg("<image href='data:image/png;base64,AAAA' width='9' height='9'/>"), "uses <image>"),
    (svg("<use xlink:href='file:///etc/passwd#x'/>"), _OUTSIDE),
    (svg("<rect width='9' height='9' fill='url(//evil.example/x#y)'/>"), _OUTSIDE),
    (svg("<style>@import 'https://evil.example/x.css';</style>" + SQUARE), _OUTSIDE),
    (svg("<style>rect{fill:u\\72l(https://evil.example)}</style>" + SQUARE), _OUTSIDE),
    (svg("<text y='20'>&i;</text>", before=_LAUGHS), _ENTITIES),
    (svg("<text>&x;</text>", before="<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"), _ENTITIES),
    (svg(_USES), _PARTS),
    (svg("<g id='a'><use href='#a'/></g>"), _PARTS),
    (svg("<g>" * 500 + "</g>" * 500), _PARTS),
    (svg("<rect/>" * 20_001), _PARTS),
    (svg(f"<path d='M0 0{'h100v100h-100z' * 3000}' stroke='red'/>" * 4), _PARTS),
    (svg(SQUARE, "viewBox='0 0 1e9 1e9'"), _LARGE),
    (svg(SQUARE, "width='1000000' height='1000000'"), _LARGE),
    (svg(SQUARE, "viewBox='0 0 4001 100'"), "too long and narrow"),
    (svg(SQUARE, ""), "does not say how large"),
    (svg("<text y='20'>Kaluga</text>"), "uses <text>"),
    (svg("<rect width='9' height='9' filter='url(#f)'/>"), "uses filter"),
    (svg("<path d='M0 0 L nonsense'/>"), "uses <path"),
    (svg("<rect width='9'")[:-40], "damaged or cut off"),
    (svg(""), "Nothing can be seen"),
    (b"<svg xmlns='x'>" + b" " * (5 * 1024 * 1024) + b"</svg>", "larger than 5 MB"),
]  # fmt: skip


def test_emblem_refuses_a_drawing_that_is_hostile_or_beyond_us(app: Flask) -> None:
    told, began = [], time.process_time()
    for content, _said in HOSTILE:
        with pytest.raises(Refusal) as refused:
            emblem(content)
        with app.test_request_context(), speaking("en"):
            told.append((refused.value.field, str(refused.value.message)))
    assert [
        (content, message)
        for (content, said), (field, message) in zip(HOSTILE, told, strict=True)
        if field != "file" or said not in message
    ] == []
    assert time.process_time() - began < 25


@pytest.mark.parametrize(
    ("content", "drawing"),
    [
        (b"<!DOCTYPE html><html><svg/></html>", False), (b"<html><body/></html>", False), (b"GIF89a<svg>", False),
        (b"\xef\xbb\xbf <svg:svg xmlns:svg='x'>", True), (b"<?xml version='1.0'?>\n<svg>", True),
    ],
)  # fmt: skip
def test_is_drawing_knows_a_drawing_from_a_page(content: bytes, drawing: bool) -> None:
    assert is_drawing(content) is drawing


def test_arms_page_takes_a_drawing_and_says_in_the_readers_language_what_is_wrong_with_another(
    app: Flask, staff: Any
) -> None:
    make_municipality("kaluga")
    page, address = staff("organiser"), "/de/desk/directory/municipalities/kaluga/arms"
    hostile = {"file": (io.BytesIO(svg("<script/>")), "x.svg")}
    answer = page.post(address, data=hostile, content_type="multipart/form-data")
    assert (answer.status_code, "Diese Zeichnung enthält ein Skript oder eine Seite." in answer.text) == (422, True)
    sound = {"file": (io.BytesIO(svg(SQUARE)), "x.svg")}
    assert page.post(address, data=sound, content_type="multipart/form-data").status_code == 303
    assert db.session.query(MunicipalArms).one().picture.startswith(b"\x89PNG")
