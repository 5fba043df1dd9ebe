"""One letter after the other laid out with one set of fonts. WeasyPrint is imported inside: it costs half a second."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from invitations.layout import document
from invitations.layout.document import elements_style, style_of
from invitations.letter import Letter
from invitations.passages import mark_passages
from invitations.pictures import Picture
from invitations.setting.setter import Setter, TwoPages

log = logging.getLogger("ratusha.letters")

_VARIANT: Final = "pdf/ua-1"
_FACES: Final = {
    "PT Serif": "PT_Serif-Web",
    "PT Sans": "PT_Sans-Web",
}
_CUTS: Final = (
    ("Regular", "normal", "normal"),
    ("Bold", "bold", "normal"),
    ("Italic", "normal", "italic"),
    ("BoldItalic", "bold", "italic"),
)
# Where a name needs a script the two families lack.
_OTHERS: Final = {
    "Noto Sans": "NotoSans",
    "Noto Sans Arabic": "NotoSansArabic",
    "Noto Sans Armenian": "NotoSansArmenian",
    "Noto Sans Georgian": "NotoSansGeorgian",
    "Noto Sans Hebrew": "NotoSansHebrew",
}
# Style sheets of a composer that is kept; one that had more makes room for a new one.
_SHEETS_KEPT: Final = 40


def _face(path: Path, family: str, weight: str, slope: str) -> str:
    if not path.is_file():
        return ""
    return (
        f'@font-face{{font-family:"{family}";src:url("{path.resolve().as_uri()}");'
        f"font-weight:{weight};font-style:{slope}}}"
    )


@lru_cache(maxsize=8)
def _faces(fonts: Path) -> str:
    """@font-face rules for the fonts found in the folder; none when it does not exist."""
    return "".join(
        _face(fonts / f"{stem}-{cut}.ttf", family, weight, slope)
        for family, stem in _FACES.items()
        for cut, weight, slope in _CUTS
    )


@lru_cache(maxsize=8)
def _other_faces(fonts: Path) -> str:
    """The same for the fonts of other scripts."""
    return "".join(
        _face(fonts / f"{stem}-{cut}.ttf", family, weight, slope)
        for family, stem in _OTHERS.items()
        for cut, weight, slope in _CUTS[:2]
    )


@lru_cache(maxsize=8)
def _covered(fonts: Path) -> frozenset[str] | None:
    """The signs both families have; None when the folder has not got them."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found: set[int] | None = None
    for stem in _FACES.values():
        path = fonts / f"{stem}-Regular.ttf"
        if not path.is_file():
            return None
        with TTFont(path, lazy=True) as font:
            signs = set(font.getBestCmap())
        found = signs if found is None else found & signs
    return frozenset(map(chr, found or ())) | {"\n"}


def fetcher(fonts: Path, pictures: Iterable[Picture] = ()) -> Any:
    """A fetcher that knows embedded data, the fonts of the folder, the letter's own pictures, and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    allowed = fonts.resolve()

    class Fetcher(URLFetcher):  # type: ignore[misc]
        owned: dict[str, Picture]

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            picture = self.owned.get(url)
            if picture is not None:
                return URLFetcherResponse(url, picture.data, {"Content-Type": picture.media_type})
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme == "file" and not parts.netloc and path.parent == allowed and path.suffix == ".ttf":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            raise FatalURLFetchingError(f"letters load nothing from elsewhere: {url}")

    made = Fetcher(allowed_protocols=("data",))
    made.owned = {picture.url: picture for picture in pictures}
    return made


def _pictures(letter: Letter) -> tuple[Picture, ...]:
    return tuple(picture for picture in (letter.letterhead.logo, letter.facsimile) if picture is not None)


class Composer:
    """Lays letters out one by one with one set of fonts and every style sheet read once."""

    def __init__(self, fonts: Path) -> None:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        mark_passages()
        elements = CSS(string=elements_style())

        class Sheet(HTML):  # type: ignore[misc]
            """A page whose elements have the rules a letter needs; a hook that went away would only cost time."""

            def _ua_stylesheets(self, *_asked: Any) -> list[Any]:
                return [elements]

        self._source = Sheet
        self._fonts = fonts
        self._config = FontConfiguration()
        self._fetch = fetcher(fonts)
        self._sheets: dict[str, Any] = {}
        self._expected: dict[int, str] = {}  # the documents of letters about to be set
        self._setter = Setter(self._render, self._named_sheet)

    def serves(self, fonts: Path) -> bool:
        """Whether it is worth keeping for more letters in these fonts."""
        return self._fonts == fonts and len(self._sheets) <= _SHEETS_KEPT

    def _named_sheet(self, letter: Letter, html: str, tight: bool) -> tuple[str, Any]:
        """The style sheet, and what tells it from the others this composer keeps."""
        sheet = self._sheet(letter, html, tight=tight)
        return str(id(sheet)), sheet

    def _sheet(self, letter: Letter, html: str, *, tight: bool) -> Any:
        from weasyprint import CSS

        covered = _covered(self._fonts)
        strange = covered is not None and not covered.issuperset(html)
        faces = _faces(self._fonts) + (_other_faces(self._fonts) if strange else "")
        style = style_of(letter, faces, others=tuple(_OTHERS) if strange else (), tight=tight)
        sheet = self._sheets.get(style)
        if sheet is None:
            sheet = CSS(string=style, font_config=self._config, url_fetcher=self._fetch)
            self._sheets[style] = sheet
        return sheet

    def _laid_out(self, letter: Letter, *, one_sheet: bool, tight: bool = False) -> Any:
        html = document(letter, "", one_sheet=one_sheet, style="")
        return self._render(html, [self._sheet(letter, html, tight=tight)])

    def _render(self, html: str, sheets: list[Any]) -> Any:
        source = self._source(string=html, url_fetcher=self._fetch)
        return source.render(stylesheets=sheets, font_config=self._config, pdf_variant=_VARIANT)

    def set_among_many(self, letter: Letter) -> bytes:
        """The same page as :meth:`set` makes, sooner when letters like it were set before.

        The file is another: its fonts hold a fixed alphabet. Its bytes depend on the letter alone. A letter of two
        pages, or with signs beyond the alphabet, is set by itself.
        """
        self._fetch.owned = {picture.url: picture for picture in _pictures(letter)}
        html = self._expected.pop(id(letter), None) or document(letter, "", one_sheet=True, style="")
        for tight in (False, True):
            try:
                made = self._setter.file(letter, html, tight=tight)
            except TwoPages:
                continue
            except Exception as reason:  # WeasyPrint's insides are used; whatever they do, the letter is made
                log.warning("a letter is laid out as a whole", exc_info=reason)
                made = None
            return made if made is not None else self.set(letter)
        return self._written(letter, self._laid_out(letter, one_sheet=False))

    def expect(self, letters: Sequence[Letter]) -> None:
        """Lay out together what these letters hold; :meth:`set_among_many` then makes the same files sooner.

        A letter at which this fails says so when it is set.
        """
        self._expected = {}
        try:
            self._fetch.owned = {picture.url: picture for letter in letters for picture in _pictures(letter)}
            for letter in letters:
                self._expected[id(letter)] = document(letter, "", one_sheet=True, style="")
            self._setter.expect([(letter, self._expected[id(letter)]) for letter in letters])
        except Exception as reason:  # as above
            log.debug("letters are laid out one by one", exc_info=reason)

    def set(self, letter: Letter) -> bytes:
        """One letter as a tagged PDF; before it takes a second sheet, its blocks are set a little closer."""
        self._fetch.owned = {picture.url: picture for picture in _pictures(letter)}
        made = self._laid_out(letter, one_sheet=True)
        if len(made.pages) > 1:
            made = self._laid_out(letter, one_sheet=True, tight=True)
        if len(made.pages) > 1:
            made = self._laid_out(letter, one_sheet=False)
        return self._written(letter, made)

    def _written(self, letter: Letter, made: Any) -> bytes:
        identity = hashlib.sha256(repr(letter).encode()).digest()[:16]
        pdf: bytes = made.write_pdf(pdf_identifier=identity, pdf_variant=_VARIANT)
        return pdf
