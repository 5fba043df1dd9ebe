"""English letters: issuer above, inside address at the left, date and reference at the right."""

from __future__ import annotations

from invitations.dates import long_date
from invitations.layout import parts, words
from invitations.letter import Letter


def plain(letter: Letter, *, one_sheet: bool) -> str:
    """The sheet; the executor stands in the foot of a single sheet, else below the signature on the last one."""
    day = long_date(letter.date, letter.language) if letter.date else ""
    subject, salutation = parts.opening(letter)
    tail = (
        parts.closing(letter)
        + parts.signature(letter, office_first=False)
        + parts.attachments(letter)
        + parts.copies(letter)
        + parts.below(letter, one_sheet=one_sheet)
    )
    answered = ""
    if letter.in_reply_to is not None:
        said = f"{letter.in_reply_to.number}, {long_date(letter.in_reply_to.date, letter.language)}"
        answered = f"<p>{words.YOUR_NUMBER.get(letter.language, words.YOUR_NUMBER['en'])}: {parts.text(said)}</p>"
    reference = words.NUMBER.get(letter.language, words.NUMBER["en"])
    return (
        f"{parts.foot(letter, one_sheet=one_sheet)}"
        f'<div class="letterhead"><div class="contacts">{parts.addresses(letter)}</div>'
        f'<div class="names">{parts.names(letter)}</div></div><div class="rule"></div>'
        f'<div class="register"><p>{parts.slot(day)}</p>'
        f"<p>{reference}: {parts.slot(letter.number or '')}</p>{answered}</div>"
        f"{parts.whom(letter, (*letter.address_lines, *letter.postal_lines))}"
        f"{salutation}{subject}{parts.body(letter, tail)}"
    )
