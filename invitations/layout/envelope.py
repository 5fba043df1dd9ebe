"""Envelopes and the sheet whose address shows through a window: where sender and addressee stand, in millimetres.

Plain envelopes: the sender upper left, the addressee lower right (rules of the Russian post, GOST R 51506-99) or in the
right half with the lowest 15 mm and the upper right corner free for the machines (German post). Windows by DIN 680, as
modulor.de (pockets) and 3m-online.de (envelopes) describe them: 45 × 90 mm, 20 mm from the left and 15 mm (DL) or 60 mm
(C5) from the lower edge; 55 × 90 mm, 212 mm from the lower edge (C4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from invitations.layout.fitting import LEADING, Fitted, fit

COUNTRIES: Final = {
    "RU": {"ru": "Россия", "de": "Russische Föderation", "en": "Russian Federation"},
    "DE": {"ru": "Германия", "de": "Deutschland", "en": "Germany"},
    "AT": {"ru": "Австрия", "de": "Österreich", "en": "Austria"},
    "BY": {"ru": "Беларусь", "de": "Belarus", "en": "Belarus"},
}


@dataclass(frozen=True)
class Box:
    """A rectangle from the upper left corner of the sheet."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any place."""
        return (
            self.x < other.x + other.width and other.x < self.x + self.width
            and self.y < other.y + other.height and other.y < self.y + self.height
        )  # fmt: skip


@dataclass(frozen=True)
class EnvelopeForm:
    """A sheet or an envelope as it goes through the printer. With a window nothing is printed for the addressee."""

    name: str
    width: float
    height: float
    sender: Box
    addressee: Box | None
    window: Box | None = None
    largest: float = 13
    marks: tuple[float, ...] = ()


_SENDER_DL: Final = Box(12, 9, 92, 30)
_SENDER_C5: Final = Box(12, 10, 98, 36)
_SENDER_C4: Final = Box(16, 14, 130, 42)
# By the country in which the envelope is posted.
FORMS: Final = {
    "RU": {
        "dl": EnvelopeForm("dl", 220, 110, _SENDER_DL, Box(108, 52, 104, 48)),
        "c5": EnvelopeForm("c5", 229, 162, _SENDER_C5, Box(112, 92, 106, 58), largest=14),
        "c4": EnvelopeForm("c4", 324, 229, _SENDER_C4, Box(168, 132, 142, 82), largest=16),
    },
    "DE": {
        "dl": EnvelopeForm("dl", 220, 110, _SENDER_DL, Box(112, 44, 92, 48)),
        "c5": EnvelopeForm("c5", 229, 162, _SENDER_C5, Box(114, 74, 102, 60), largest=14),
        "c4": EnvelopeForm("c4", 324, 229, _SENDER_C4, Box(168, 100, 136, 82), largest=16),
    },
}
WINDOWS: Final = {
    "dl-window": EnvelopeForm("dl-window", 220, 110, _SENDER_DL, None, Box(20, 50, 90, 45)),
    "c5-window": EnvelopeForm("c5-window", 229, 162, Box(20, 10, 110, 34), None, Box(20, 57, 90, 45)),
    "c4-window": EnvelopeForm("c4-window", 229, 324, Box(20, 10, 130, 30), None, Box(20, 57, 90, 55), largest=16),
}
# A4 whose address stands where DIN 5008 form B has it: it shows through the windows of both envelopes.
SHEET: Final = EnvelopeForm(
    "sheet", 210, 297, Box(25, 45.5, 80, 4.5), Box(25, 51, 80, 38), largest=11, marks=(105, 210)
)
FORM_NAMES: Final = ("dl", "c5", "c4", "dl-window", "c5-window", "c4-window", "sheet")


@dataclass(frozen=True)
class Envelope:
    """One envelope. ``number`` is the letter's: it tells which letter goes into which envelope."""

    language: str
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    number: str = ""


def form(name: str, post: str) -> EnvelopeForm:
    """The form of a name, posted in a country (``RU``, ``DE``; others as Germany).

    :raises ValueError: when there is none of this name.
    """
    if name == "sheet":
        return SHEET
    found = WINDOWS.get(name) or FORMS.get(post, FORMS["DE"]).get(name)
    if found is None:
        raise ValueError(f"unknown form of an envelope: {name}")
    return found


def country_lines(country: str, *, language: str, post: str, name: str = "", sending: str = "") -> tuple[str, ...]:
    """How the country closes the address of foreign post; nothing within one country.

    In capitals in the language of the address, and in that of the country it is posted in, whose post sorts it first.

    :param country: of the addressee, ISO 3166-1 alpha-2; ``name`` is its name in the language of the address, and
        ``sending`` in that of the post, where :data:`COUNTRIES` lacks it.
    """
    if country == post:
        return ()
    known = COUNTRIES.get(country, {})
    own = known.get(language, name)
    there = known.get(language_of(post), sending)
    return tuple(dict.fromkeys(line.upper() for line in (own, there) if line))


def language_of(post: str) -> str:
    """The language of the post of a country."""
    return "ru" if post == "RU" else "de"


def _block(fitted: Fitted, box: Box, css: str) -> str:
    lines = "<br>".join(escape(line) for line in fitted.lines)
    place = f"left:{box.x}mm;top:{box.y}mm;width:{box.width}mm;font-size:{fitted.size}pt"
    return f'<p class="{css}" style="{place}">{lines}</p>'


def _page(envelope: Envelope, asked: EnvelopeForm, face: Path) -> str:
    out = []
    if asked.name == "sheet":
        line = " · ".join(part.strip().rstrip(",") for part in envelope.sender)
        fitted = fit([line], width=asked.sender.width, height=asked.sender.height, face=face, largest=7.5)
        out.append(_block(fitted, asked.sender, "sender line"))
    else:
        number = (f"№ {envelope.number}",) if envelope.number and post_sign(envelope) else (envelope.number,)
        lines = [line for line in (*envelope.sender, *number) if line]
        fitted = fit(lines, width=asked.sender.width, height=asked.sender.height, face=face, largest=10)
        out.append(_block(fitted, asked.sender, "sender"))
    if asked.addressee is not None:
        fitted = fit(envelope.addressee, width=asked.addressee.width, height=asked.addressee.height, face=face,
                     largest=asked.largest)  # fmt: skip
        out.append(_block(fitted, asked.addressee, "addressee"))
    if asked.name == "sheet" and envelope.number:
        out.append(f'<p class="sender" style="left:125mm;top:50mm;font-size:10pt">{escape(envelope.number)}</p>')
    out += [f'<i style="top:{mark}mm"></i>' for mark in asked.marks]
    return f'<section lang="{envelope.language}">{"".join(out)}</section>'


def post_sign(envelope: Envelope) -> bool:
    """Whether the number needs the sign «№» to be understood: «69» does, «Исх-69» does not."""
    return envelope.number[:1].isdigit() and envelope.language == "ru"


def html(envelopes: Sequence[Envelope], asked: EnvelopeForm, *, face: Path, faces: str, title: str) -> str:
    """All envelopes as one document, a page each."""
    pages = "".join(_page(envelope, asked, face) for envelope in envelopes)
    return (
        f'<!doctype html><html lang="{envelopes[0].language if envelopes else "en"}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{faces}"
        f"@page{{size:{asked.width}mm {asked.height}mm;margin:0}}"
        '*{margin:0;padding:0}body{font-family:"PT Sans","Noto Sans","Noto Sans Arabic","Noto Sans Hebrew",'
        f'"Noto Sans Armenian","Noto Sans Georgian";line-height:{LEADING};color:#000}}'
        f"section{{position:relative;width:{asked.width}mm;height:{asked.height}mm;break-after:page;overflow:hidden}}"
        "section:last-child{break-after:auto}p{position:absolute;white-space:nowrap}"
        "i{position:absolute;left:4mm;width:2.5mm;border-top:.25pt solid #000}"
        f"</style></head><body>{pages}</body></html>"
    )
