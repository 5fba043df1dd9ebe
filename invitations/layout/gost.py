"""GOST R 7.0.97: corner or lengthwise letterhead, requisites in their places."""

from __future__ import annotations

from invitations.dates import short_date
from invitations.layout import parts, words
from invitations.letter import Letter


def _register(letter: Letter) -> str:
    """Date and number (requisites 10 and 11), and what is answered (requisite 12)."""
    day = short_date(letter.date, letter.language) if letter.date else ""
    word = f"{letter.house.date_word} " if letter.house.date_word else ""
    between = "<br/>" if letter.house.date_above_number else " "
    shown = f"{word}{parts.slot(day)}{between}№\u00a0{parts.slot(letter.number or '')}"
    if letter.in_reply_to is not None:
        answered = letter.in_reply_to
        shown += (
            f"<br/>{words.YOUR_NUMBER['ru']}\u00a0{parts.slot(answered.number)} от\u00a0"
            f"{parts.slot(short_date(answered.date, 'ru'))}"
        )
    return f'<p class="register">{shown}</p>'


def gost(letter: Letter, *, one_sheet: bool) -> str:
    """The sheet; the executor stands in the foot of a single sheet, else below the signature on the last one."""
    lengthwise = letter.layout == "gost-lengthwise"
    block = f'{parts.names(letter)}<div class="rule"></div>{parts.addresses(letter, joined=lengthwise)}'
    whom = parts.whom(letter, letter.address_lines) + parts.lines(letter.postal_lines, "postal")
    whom += "".join(parts.whom(letter, (name,)) for name in letter.copies)  # the word «Копия» is not written (5.15)
    addressee = f'<div class="addressee">{whom}</div>'
    if lengthwise:
        head = (
            f'<div class="lengthwise">{block}</div>'
            f'<div class="top"><div class="corner">{_register(letter)}</div>{addressee}</div>'
        )
    else:
        head = f'<div class="top"><div class="corner">{block}{_register(letter)}</div>{addressee}</div>'
    subject, salutation = parts.opening(letter)
    closing = "" if letter.house.closing_after_post else parts.closing(letter)
    tail = (
        parts.attachments(letter)
        + closing
        + parts.signature(letter, office_first=True)
        + parts.below(letter, one_sheet=one_sheet)
    )
    return f"{parts.foot(letter, one_sheet=one_sheet)}{head}{subject}{salutation}{parts.body(letter, tail)}"
