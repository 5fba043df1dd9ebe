"""The programme on paper: A4, Russian and German side by side and level, hours in the margin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from flask import render_template
from flask_babel import gettext as _

from app.i18n import date_long, date_range, speaking
from app.programme.queries.pages import Day, days
from invitations.passages import mark_passages

FONTS: Final = Path(__file__).parents[2] / "static" / "fonts"
_CUTS: Final = (
    ("Regular", 400, "normal"),
    ("Bold", 700, "normal"),
    ("Italic", 400, "italic"),
    ("BoldItalic", 700, "italic"),
)


@lru_cache(maxsize=1)
def _faces() -> str:
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{slope};'
        f'src:url("{(FONTS / f"{stem}-{cut}.ttf").as_uri()}")}}'
        for family, stem in (("PT Serif", "PT_Serif-Web"), ("PT Sans", "PT_Sans-Web"))
        for cut, weight, slope in _CUTS
    )


def _fetcher() -> Any:
    """Knows the fonts of the house and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
        def fetch(self, url: str, *_: Any) -> Any:
            path = Path(unquote(urlsplit(url).path)).resolve()
            if url.startswith("file:") and path.parent == FONTS.resolve() and path.suffix == ".ttf":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            raise FatalURLFetchingError(f"a programme loads nothing from elsewhere: {url}")

    return Fetcher(allowed_protocols=())


def _heading(content: Mapping[str, Any], language: str) -> dict[str, str]:
    first, last = date.fromisoformat(content["days"][0]), date.fromisoformat(content["days"][-1])
    title = str(content["titles"][language])
    numeral, *others = title.split(maxsplit=1)
    rest = others[0] if others and numeral.rstrip(".") == content["conference"] else ""
    return {
        "language": language,
        "title": title,
        "short": rest[0].upper() + rest[1:] if rest else title,
        "numeral": content["conference"] if rest else "",
        "host": content["host_names"].get(language) or content["host_names"]["en"],
        "dates": date_range(first, last),
        "theme": content["themes"].get(language, ""),
    }


def programme_html(
    content: Mapping[str, Any],
    languages: Sequence[str] = ("ru", "de"),
    draft: bool = False,
    *,
    number: int = 0,
    released: date | None = None,
) -> str:
    """The page the PDF is made of."""
    columns: list[list[Day]] = []
    headings = []
    names = []
    for language in languages:
        with speaking(language):
            columns.append(days(content, language=language, cancelled=False))
            headings.append(_heading(content, language))
            names.append(_edition_line(draft, number, released))
    return render_template(
        "print/programme/programme.html", headings=headings, days=list(zip(*columns, strict=True)),
        languages=list(languages), draft=draft, stamp=" / ".join(_stamp(languages)), names=names, faces=_faces(),
    )  # fmt: skip


def _stamp(languages: Sequence[str]) -> list[str]:
    words = {"ru": "ПРОЕКТ", "de": "ENTWURF", "en": "DRAFT"}
    return [words[language] for language in languages]


def _edition_line(draft: bool, number: int, released: date | None) -> str:
    if draft:
        return str(_("Draft of the programme"))
    if number and released:
        return str(_("Programme, release %(number)s of %(date)s", number=number, date=date_long(released)))
    return str(_("Programme"))


def programme_pdf(
    content: Mapping[str, Any],
    languages: Sequence[str] = ("ru", "de"),
    draft: bool = False,
    *,
    number: int = 0,
    released: date | None = None,
) -> bytes:
    """The programme as PDF; the same content gives the same bytes.

    :param content: what :func:`app.programme.queries.content.freeze` made.
    :param languages: columns from left to right, one to three.
    :param draft: whether ПРОЕКТ / ENTWURF stands behind the text.
    """
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    mark_passages()
    html = programme_html(content, languages, draft, number=number, released=released)
    identity = hashlib.sha256(html.encode()).digest()[:16]
    document = HTML(string=html, url_fetcher=_fetcher())
    pdf: bytes = document.write_pdf(font_config=FontConfiguration(), pdf_identifier=identity, pdf_variant="pdf/ua-1")
    return pdf


def fingerprint(content: Mapping[str, Any]) -> str:
    """A sign of the content, for caches."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
