"""DIN 5008, forms A and B: marks, address field, information block."""

from __future__ import annotations

import math
from html import escape
from typing import Final

from invitations import typography
from invitations.dates import long_date
from invitations.layout import parts, words
from invitations.letter import Letter

# Size of type, signs that surely fit on a line of 80 mm, and lines.
_SIZES: Final = (("", 38, 6), ("tight", 46, 7))
_RETURN_LINE: Final = 82  # signs that fit on the one line of the return address


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
    return " · ".join(line.strip().rstrip(",") for line in lines)


def _return_line(letter: Letter) -> str:
    """Name and address of the sender on the one line above the address; a long one is set smaller, in two."""
    head = letter.letterhead
    street = head.address(letter.language) or head.address("en") or head.address("ru")
    line = _joined((head.name(letter.language), *street))
    css = "return" if len(line) <= _RETURN_LINE else "return long"
    return f'<p class="{css}"><span>{parts.text(line)}</span></p>'


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
        f"{parts.closing(letter)}"
        f'<div class="close">{_notes(letter)}{parts.signature(letter, office_first=False)}</div>'
    )
    foot = f'{parts.reply(letter)}<div class="imprint">{_imprint(letter)}</div>'
    return (
        f'<div class="foot"><div class="down">{foot}</div></div>'
        f'<div class="sheet"><div class="fold one"></div><div class="fold two"></div><div class="hole"></div></div>'
        f'<div class="letterhead">{parts.names(letter)}</div>'
        f'<div class="address">{_return_line(letter)}'
        f"{_whom(letter)}</div>"
        f'<div class="info">{_info(letter)}</div>'
        f"{subject}{salutation}{parts.body(letter, tail)}"
    )
