"""Letter -> HTML."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from invitations.layout import geometry, parts, words
from invitations.layout.din import din
from invitations.layout.gost import gost
from invitations.layout.plain import plain
from invitations.letter import Letter

_FOLDER: Final = Path(__file__).parent


@cache
def _sheet(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def style_of(letter: Letter, faces: str, others: tuple[str, ...] = (), *, tight: bool = False) -> str:
    """The style sheet of a letter.

    :param others: the families for scripts the usual fonts lack.
    :param tight: some 12 mm less between the blocks, for a letter a line or two too long for one sheet.
    """
    measured = geometry.measures(geometry.shape(letter.layout, letter.gost_edition))
    if not parts.has_foot(letter) and not letter.layout.startswith("din"):
        measured["first_bottom"] = measured["bottom"]
    page = words.PAGE[letter.language]
    before, _, rest = page.partition("{page}")
    between = rest.partition("{pages}")[0]
    measured["fallback"] = "".join(f'"{family}", ' for family in others)
    measured["page_text"] = f'"{before}" counter(page) "{between}" counter(pages)' if page else "counter(page)"
    name = letter.layout.partition("-")[0]
    return (
        faces
        + Template(_sheet("common.css")).substitute(measured)
        + Template(_sheet(f"{name}.css")).substitute(measured)
        + (_sheet(f"{name}-tight.css") if tight else "")
    )


def _sheet_of(letter: Letter, one_sheet: bool) -> str:
    if letter.layout.startswith("din"):
        return din(letter)
    return (gost if letter.layout.startswith("gost") else plain)(letter, one_sheet=one_sheet)


def elements_style() -> str:
    """What elements are by themselves; stands before every other sheet."""
    return _sheet("elements.css")


def document(letter: Letter, faces: str, *, one_sheet: bool = True, style: str | None = None) -> str:
    """The letter as a complete HTML document.

    ``faces`` is the CSS of the fonts. ``one_sheet`` puts the executor into the foot of the first sheet; on longer
    letters it stands below the signature on the last (GOST R 7.0.97, requisite 25).
    """
    author = escape(letter.letterhead.name(letter.language))
    sheet = style_of(letter, faces) if style is None else style
    made = f'<meta name="dcterms.created" content="{letter.date.isoformat()}"/>' if letter.date else ""
    made += f'<meta name="dcterms.modified" content="{letter.date.isoformat()}"/>' if letter.date else ""
    return (
        f'<!DOCTYPE html><html lang="{letter.language}"><head><meta charset="utf-8"/>'
        f'<title>{escape(letter.title)}</title><meta name="author" content="{author}"/>{made}'
        f"<style>{sheet}</style></head><body>{parts.watermark(letter)}"
        f"{_sheet_of(letter, one_sheet)}</body></html>"
    )
