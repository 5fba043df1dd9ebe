"""From pages to a sealed letter: what both ways of issuing have in common."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from app.correspondence.models import Letter
from app.correspondence.operations.claims import require_up_to_date
from app.correspondence.operations.writing import Refused, refused_for, verify_url, write_letter
from app.database import db
from app.directory.models import Organisation
from app.documents.finishing import Finishing
from app.documents.models import SealedDocument
from app.documents.operations import seal, signing
from app.errors import Refusal
from app.i18n import localized
from invitations.letter import Letter as Written

log = logging.getLogger("ratusha.letters")


@dataclass
class Laid:
    """A letter laid out for its number, or the one it will probably get."""

    number: int
    code: str
    written: Written
    content: bytes
    pages: int  # of the letter itself, without enclosures in its file
    sheets: int  # of the file


@dataclass
class Planned:
    """A letter written for its number; ``private``: its file must not lie open."""

    letter_id: int
    number: int
    code: str
    written: Written
    private: bool


@dataclass(frozen=True)
class Sealing:
    """How letters of one issuer are finished and sealed now; ``signs``: with our electronic signature."""

    issuer: Organisation
    at: datetime
    signs: bool

    def write(self, letter: Letter, label: str, code: str, dated: date) -> Written:
        """The letter as it was approved, with its number.

        :raises Refusal: when it says other dates, or another format, than the conference has now.
        """
        require_up_to_date(letter)
        return write_letter(letter, number=label, dated=dated, verify_url=verify_url(code, letter.language))

    def finishing(self, joined: Mapping[str, Sequence[bytes]]) -> Finishing:
        """What is done to the pages: enclosures that belong into the file; our signature, unless the settings say no.

        :raises Refusal: when the certificate has ended.
        """
        how = signing(at=self.at, holder=localized(self.issuer, "name", "en")) if self.signs else None
        return Finishing(how, joined)

    def seal(self, letter: Letter, laid: Laid, dated: date) -> SealedDocument:
        """Seal the file of a letter."""
        return seal(
            content=laid.content,
            kind="letter",
            title=laid.written.subject[:300],
            at=self.at,
            number=laid.written.number or "",
            dated=dated,
            addressee_office=str(letter.recipient.get("office", ""))[:400],
            sheets=laid.sheets,
            code=laid.code,
            signed=self.signs,
            private=letter.subject_id is not None,
        )


def refused_page(letter_id: int, reason: Exception) -> Refused:
    """Why a letter could not be laid out, for a person."""
    letter = db.session.get_one(Letter, letter_id)
    if isinstance(reason, Refusal):
        message = reason.message
    else:
        log.error("a letter could not be laid out", exc_info=reason, extra={"letter": letter_id})
        message = _l("The letter could not be laid out; its text or a name in it is odd.")
    return refused_for(letter.municipality, message)
