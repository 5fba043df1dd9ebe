"""DIN 5008, forms A and B: marks, address field, information block."""

from __future__ import annotations

import math
import re
from html import escape
from typing import Final

from invitations import typography
from invitations.dates import long_date
from invitations.layout import parts, words
from invitations.letter import Letter

# Size of type, signs that surely fit on a line of 80 mm, and lines.
_SIZES: Final = (("", 38, 6), ("tight", 46, 7))
# Sizes of type of the return line in points, the largest that fits is taken; and its length in millimetres.
_RETURN_SIZES: Final = (8.0, 7.5, 7.0, 6.5, 6.0)
_RETURN_LENGTH: Final = 79.0
_POINT: Final = 25.4 / 72
# Advance widths of PT Sans in ems, rounded up; any other sign is half an em wide.
_WIDTHS: Final = {
    0.3: "fijlrtIJ .,·„“()'", 0.4: "sz-/гзтГ", 0.6: "ßABCGKPRTVXYÄмАБВКЛРСТУХЧЭЯ", 0.75: "wDHNOQUÖÜжфшыюДИНОПЦ",
    0.85: "mMWщЖМФ", 0.95: "ШЩЮ%@",
}  # fmt: skip
_WIDTH: Final = {sign: width for width, signs in _WIDTHS.items() for sign in signs}


def _info(letter: Letter) -> str:
    """The information block: our reference, who prepared the letter, date."""
    rows = []
    if letter.in_reply_to is not None:
        answered = letter.in_reply_to
        rows = [("Ihr Zeichen", answered.number), ("Ihre Nachricht", f"vom {long_date(answered.date, 'de')}")]
    rows.append((words.NUMBER["de"], letter.number or ""))
    if letter.executor is not None:
        rows.append((words.EXECUTOR["de"], letter.executor.name))
        if letter.executor.phone:
            rows.append((words.TELEPHONE["de"], letter.executor.phone))
    if letter.letterhead.email:
        rows.append(("E-Mail", letter.letterhead.email))
    rows.append((words.DATE["de"], long_date(letter.date, "de") if letter.date else ""))
    out = []
    for label, value in rows:
        shown = parts.text(typography.bound(value, "de")) if value else '<span class="blank"></span>'
        out.append(f'<p><span class="label">{escape(label)}:</span> {shown}</p>')
    return "".join(out)


def _joined(lines: tuple[str, ...]) -> str:
    return " · ".join(line.strip().rstrip(",") for line in lines if line.strip())


def _length(line: str, size: float) -> float:
    """How long a line of PT Sans is at most, in millimetres."""
    return sum(_WIDTH.get(sign, 0.55) for sign in line) * size * _POINT


def _brand(name: str) -> str:
    """What stands in quotation marks in a name, else its beginning."""
    quoted = re.search(r"[„«“]([^„«“”»]{3,40})[“”»]", name)
    return quoted[1] if quoted else f"{name[:28].rsplit(' ', 1)[0]}\u00a0…" if len(name) > 30 else name


def _return_line(letter: Letter) -> str:
    """Name and address of the sender on the one line above the address, in 8 points or less (DIN 5008).

    What is too long for it even in the smallest type is shortened: the country goes first, then the name to what stands
    in quotation marks, then all but the last line of the address.
    """
    head = letter.letterhead
    street = head.address(letter.language) or head.address("en") or head.address("ru")
    name = head.name(letter.language)
    if len(street) > 1 and not re.search(r"\d", street[-1]):  # the country on a line of its own
        *at_home, _country = street
    else:
        at_home = [*street[:-1], *(re.sub(r",\s*[^,\d]+$", "", line) for line in street[-1:])]
    short = _brand(name)
    for shown in ((name, *street), (name, *at_home), (short, *at_home), (short, *at_home[-1:]), (short,)):
        line = _joined(shown)
        for size in _RETURN_SIZES:
            if _length(line, size) <= _RETURN_LENGTH:
                css = f"return r{size * 10:.0f}"
                return f'<p class="{css}"><span>{parts.text(line)}</span></p>'
    return f'<p class="return r60"><span>{parts.text(line[:60])}</span></p>'


def _whom(letter: Letter) -> str:
    """The addressee in the window: six lines, set smaller and up into the zone of notes when there are more."""
    shown = (*letter.address_lines, *letter.postal_lines)
    for css, signs, most in _SIZES:
        if sum(math.ceil(len(line) / signs) for line in shown) <= most:
            return parts.whom(letter, shown).replace('class="whom', f'class="{css} whom', 1)
    return parts.whom(letter, shown).replace('class="whom', 'class="tightest whom', 1)


def _imprint(letter: Letter) -> str:
    head = letter.letterhead
    shown = [
        f'<p lang="{language}">{parts.text(_joined(head.address(language)))}</p>'
        for language in head.languages(letter.language)
        if head.address(language)
    ]
    return "".join(shown) + "".join(f"<p>{parts.text(line)}</p>" for line in parts.contacts(letter))


def _notes(letter: Letter) -> str:
    """Attachments, and below them who gets a copy."""
    shown = parts.attachments(letter) + parts.copies(letter)
    return f'<div class="notes">{shown}</div>' if letter.copies else shown


def din(letter: Letter) -> str:
    """The sheet; who prepared the letter is named in the information block."""
    subject, salutation = parts.opening(letter)
    tail = (
        f'{parts.closing(letter)}<div class="close">{_notes(letter)}{parts.signature(letter, office_first=False)}</div>'
    )
    foot = f'{parts.reply(letter)}<div class="imprint">{_imprint(letter)}</div>'
    return (
        f'<div class="foot"><div class="down">{foot}</div>{parts.check(letter)}</div>'
        f'<div class="sheet"><div class="fold one"></div><div class="fold two"></div><div class="hole"></div></div>'
        f'<div class="letterhead">{parts.names(letter)}</div>'
        f'<div class="address">{_return_line(letter)}'
        f"{_whom(letter)}</div>"
        f'<div class="info">{_info(letter)}</div>'
        f"{subject}{salutation}{parts.body(letter, tail)}"
    )
