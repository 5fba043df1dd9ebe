"""Setting a paper: the fonts of the house, the mark of a draft behind the text, and the PDF."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from flask_babel import gettext as _

from app.i18n import date_long, speaking
from invitations.passages import mark_passages

FONTS: Final = Path(__file__).parents[2] / "static" / "fonts"
PICTURE: Final = "picture:"
STAMPS: Final = {"ru": "ПРОЕКТ", "de": "ENTWURF", "en": "DRAFT"}
_CUTS: Final = (
    ("Regular", 400, "normal"),
    ("Bold", 700, "normal"),
    ("Italic", 400, "italic"),
    ("BoldItalic", 700, "italic"),
)
_STAMP_INK: Final = 'fill="#A08A55" fill-opacity="0.17"'


@lru_cache(maxsize=1)
def faces() -> str:
    """The @font-face rules of the house."""
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{slope};'
        f'src:url("{(FONTS / f"{stem}-{cut}.ttf").as_uri()}")}}'
        for family, stem in (("PT Serif", "PT_Serif-Web"), ("PT Sans", "PT_Sans-Web"))
        for cut, weight, slope in _CUTS
    )


def _fetcher(pictures: Mapping[str, bytes]) -> Any:
    """Knows the fonts of the house, drawings written into the page, pictures handed over, and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
        def fetch(self, url: str, *_: Any) -> Any:
            if url.startswith("data:image/svg+xml;base64,"):
                drawing = base64.b64decode(url.split(",", 1)[1])
                return URLFetcherResponse(url, drawing, {"Content-Type": "image/svg+xml"})
            if url.removeprefix(PICTURE) in pictures:
                return URLFetcherResponse(url, pictures[url.removeprefix(PICTURE)], {"Content-Type": "image/jpeg"})
            path = Path(unquote(urlsplit(url).path)).resolve()
            if url.startswith("file:") and path.parent == FONTS.resolve() and path.suffix == ".ttf":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            raise FatalURLFetchingError(f"a programme loads nothing from elsewhere: {url}")

    return Fetcher(allowed_protocols=())


def stamp_words(languages: Sequence[str]) -> str:
    """ "ПРОЕКТ / ENTWURF"."""
    return " / ".join(STAMPS[language] for language in languages)


@lru_cache(maxsize=32)
def watermark(words: str, width: float, height: float) -> str:
    """The words across a page of that many millimetres, drawn as outlines: nothing to select, nothing read aloud.

    :returns: the address of the drawing, for ``background-image``.
    """
    from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]
    from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    along = 0.0
    with TTFont(FONTS / "PT_Sans-Web-Bold.ttf") as font:
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.0f}")
        for name in (names[ord(sign)] for sign in words):
            glyphs[name].draw(TransformPen(pen, (1, 0, 0, 1, along, 0)))
            along += glyphs[name].width
    diagonal = (width**2 + height**2) ** 0.5
    size = min(diagonal * 0.8 / along, min(width, height) * 0.34 / 700)  # mm for a unit of the font
    angle = -52 if height > width else -30
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
        f'<g transform="translate({width / 2} {height / 2}) rotate({angle}) scale({size:.6f} {-size:.6f}) '
        f'translate({-along / 2:.0f} -350)"><path {_STAMP_INK} d="{pen.getCommands()}"/></g></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()


def edition_line(*, draft: bool, number: int, on: date | None, name: str = "") -> str:
    """What a paper is: of which release and day, or a draft and as of when; in the language being spoken."""
    if draft and on:
        return str(_("Draft of the programme, as of %(date)s", date=date_long(on)))
    if draft:
        return str(_("Draft of the programme"))
    if number and on and name:
        return str(_("%(name)s, release %(number)s of %(date)s", name=name, number=number, date=date_long(on)))
    if number and on:
        return str(_("Programme, release %(number)s of %(date)s", number=number, date=date_long(on)))
    return str(_("Programme"))


def edition_lines(
    languages: Sequence[str], *, draft: bool, number: int, on: date | None, names: Mapping[str, str]
) -> list[str]:
    """The same in each of the languages."""
    lines = []
    for language in languages:
        with speaking(language):
            lines.append(edition_line(draft=draft, number=number, on=on, name=names.get(language, "")))
    return lines


class Setter:
    """Sets a paper part by part, and binds the parts to one tagged PDF (PDF/UA-1); the same parts give the same bytes.

    A part that names pages of another one is set after it: nothing is set twice.
    """

    def __init__(self, pictures: Mapping[str, bytes] | None = None) -> None:
        """
        :param pictures: JPEGs by the name they have behind :data:`PICTURE` in the addresses of a page.
        """
        from weasyprint.text.fonts import FontConfiguration

        mark_passages()
        self._fonts = FontConfiguration()
        self._pictures = pictures or {}

    def set(self, html: str) -> Any:
        """The pages of a part."""
        from weasyprint import HTML

        return HTML(string=html, url_fetcher=_fetcher(self._pictures)).render(font_config=self._fonts)

    def bind(self, parts: Sequence[Any], said: str) -> bytes:
        """One PDF of all parts, with the title of the first.

        :param said: what the PDF shows; its identifier follows from it.
        """
        identity = hashlib.sha256(said.encode()).digest()[:16]
        pages = [page for part in parts for page in part.pages]
        pdf: bytes = parts[0].copy(pages).write_pdf(pdf_identifier=identity, pdf_variant="pdf/ua-1")
        return pdf


def write(html: str) -> bytes:
    """One page or several, of one part."""
    setter = Setter()
    return setter.bind([setter.set(html)], html)
