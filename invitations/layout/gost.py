"""GOST R 7.0.97: corner letterhead, requisites in their places."""

from __future__ import annotations

from invitations.dates import short_date
from invitations.layout import parts
from invitations.letter import Letter


def gost(letter: Letter, *, one_sheet: bool) -> str:
    """The sheet; the executor stands in the foot of a single sheet, else below the signature on the last one."""
    day = short_date(letter.date, letter.language) if letter.date else ""
    corner = (
        f'<div class="corner">{parts.names(letter)}<div class="rule"></div>{parts.addresses(letter)}'
        f'<p class="register">{parts.slot(day)} №\u00a0{parts.slot(letter.number or "")}</p></div>'
    )
    whom = parts.whom(letter, letter.address_lines) + parts.lines(letter.postal_lines, "postal")
    subject, salutation = parts.opening(letter)
    tail = (
        parts.attachments(letter)
        + parts.closing(letter)
        + parts.signature(letter, office_first=True)
        + parts.below(letter, one_sheet=one_sheet)
    )
    return (
        f"{parts.foot(letter, one_sheet=one_sheet)}"
        f'<div class="top">{corner}<div class="addressee">{whom}</div></div>'
        f"{subject}{salutation}{parts.body(letter, tail)}"
    )
