"""Letters without a number as they would look: with everything that will be enclosed when they are issued."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.correspondence.models import Letter
from app.correspondence.operations.enclosures import joined_contents
from app.correspondence.operations.partners import as_enclosure
from app.correspondence.operations.writing import fonts, gathered, write_letter
from app.correspondence.queries import partner_letters
from app.correspondence.rules import OPEN, LetterState
from app.documents.finishing import page_count
from app.documents.joining import with_enclosures
from app.errors import Refusal
from invitations.letter import Attachment
from invitations.letter import Letter as Written
from invitations.pdf import render


def partners_to_come(letter: Letter, *, measured: bool = False) -> list[dict[str, Any]]:
    """The letters for partner cities that will be listed among its enclosures, as they will be listed.

    :param measured: whether those not issued yet are laid out to count their sheets; else each counts as one.
    """
    if letter.id is None or letter.state is LetterState.ISSUED:
        return []
    rows = []
    for child in partner_letters([letter.id]):
        row = as_enclosure(child, letter.language)
        if measured and child.document is None:
            row["sheets"] = _sheets(child)
        rows.append(row)
    return rows


def _sheets(letter: Letter) -> int:
    try:
        return page_count(render(write_letter(letter), fonts=fonts()))
    except Refusal:  # told where that letter is looked at
        return 1


def with_more(written: Written, rows: list[dict[str, Any]]) -> Written:
    """A letter that names these enclosures too."""
    more = tuple(Attachment(row["title"], row["sheets"]) for row in rows)
    return replace(written, attachments=written.attachments + more) if more else written


def write_draft(letter: Letter, *, measured: bool = False) -> Written:
    """A letter that is not issued, with the letters for partner cities among its enclosures.

    :raises Refusal: see :func:`app.correspondence.operations.writing.write`.
    """
    return with_more(write_letter(letter), partners_to_come(letter, measured=measured))


def draft_pdf(letter: Letter) -> bytes:
    """A letter without a number as it would look now, marked as a draft.

    :raises Refusal: see :func:`app.correspondence.operations.writing.write`.
    """
    enclosures = gathered(letter)[2] if letter.state in OPEN else letter.enclosures
    return with_enclosures(render(write_draft(letter, measured=True), fonts=fonts()), joined_contents(enclosures))
