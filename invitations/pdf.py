"""Letter -> bytes. WeasyPrint is imported inside: it costs half a second."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from invitations.layout import document
from invitations.letter import Letter

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


@lru_cache(maxsize=8)
def _faces(fonts: Path) -> str:
    """@font-face rules for the fonts found in the folder; none when it does not exist."""
    rules = []
    for family, stem in _FACES.items():
        for cut, weight, slope in _CUTS:
            path = fonts / f"{stem}-{cut}.ttf"
            if path.is_file():
                rules.append(
                    f'@font-face{{font-family:"{family}";src:url("{path.resolve().as_uri()}");'
                    f"font-weight:{weight};font-style:{slope}}}"
                )
    return "".join(rules)


def fetcher(fonts: Path) -> Any:
    """A fetcher that knows embedded data and the fonts of the folder, and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    allowed = fonts.resolve()

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme == "file" and not parts.netloc and path.parent == allowed and path.suffix == ".ttf":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            raise FatalURLFetchingError(f"letters load nothing from elsewhere: {url}")

    return Fetcher(allowed_protocols=("data",))


def _render(letter: Letter, fonts: Path, config: Any, fetch: Any) -> bytes:
    from weasyprint import HTML

    faces = _faces(fonts)

    def laid_out(one_sheet: bool) -> Any:
        html = document(letter, faces, one_sheet=one_sheet)
        return HTML(string=html, url_fetcher=fetch).render(font_config=config, pdf_variant="pdf/ua-1")

    made = laid_out(True)
    if len(made.pages) > 1:
        made = laid_out(False)
    identity = hashlib.sha256(repr(letter).encode()).digest()[:16]
    pdf: bytes = made.write_pdf(pdf_identifier=identity, pdf_variant="pdf/ua-1")
    return pdf


def render(letter: Letter, *, fonts: Path) -> bytes:
    """The letter as a tagged PDF (PDF/UA-1) in its language; the same letter gives the same bytes.

    ``fonts`` is a folder with PT Serif and PT Sans as TrueType files; without them the system's serif is used.
    """
    return render_many([letter], fonts=fonts)[0]


def render_many(letters: Iterable[Letter], *, fonts: Path) -> list[bytes]:
    """Many letters, one file each, sharing what can be shared."""
    from weasyprint.text.fonts import FontConfiguration

    config = FontConfiguration()
    fetch = fetcher(fonts)
    return [_render(letter, fonts, config, fetch) for letter in letters]
