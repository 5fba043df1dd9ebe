"""General letters: one number and one sealed file for a group, a mail with a reply link of its own for each head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import select

from app.correspondence.models import Letter
from app.correspondence.operations.addressee import recipient_of
from app.correspondence.operations.register import sheets_pdf
from app.correspondence.operations.writing import fonts
from app.correspondence.queries import decided_forms, general_members
from app.correspondence.rules import LetterState, file_name
from app.database import db
from app.documents.models import SealedDocument
from app.documents.operations import seal
from app.i18n import localized, speaking
from app.mail_texts import write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import MailFile, queue_mail
from invitations.letter import Letter as Written


def list_title(language: str) -> str:
    """What the list of addressees is called in a language."""
    with speaking(language):
        return str(_("Distribution list"))


def list_pdf(rows: Sequence[Letter]) -> bytes:
    """To whom a general letter goes, in its language: municipality, office and name, in the order of the letters."""
    first = rows[0]
    code = first.language
    decided = decided_forms(code)
    lines = []
    for row in sorted(rows, key=lambda each: localized(each.municipality, "name", code).casefold()):
        whom = recipient_of(row.head, row.municipality, code, decided)
        name = " ".join(filter(None, (whom["first"], whom["patronymic"], whom["last"])))
        lines.append((whom["municipality"], whom["office"], name))
    title = list_title(code)
    with speaking(code):
        html = render_template(
            "correspondence/distribution_list.html", title=title, language=code, lines=lines, fonts=fonts().as_uri(),
            group=first.addressed_as, conference=localized(first.conference, "title", code),
            copies=[row["name"] for row in first.copies],
        )  # fmt: skip
    return sheets_pdf(html, title=title)


def list_as_enclosure(rows: Sequence[Letter], *, at: datetime) -> dict[str, Any]:
    """The sealed list of addressees as an enclosure of the letter, as kept with it; joins the open transaction."""
    import pikepdf

    content = list_pdf(rows)
    with pikepdf.open(BytesIO(content)) as pdf:
        sheets = len(pdf.pages)
    title = list_title(rows[0].language)
    document = seal(content=content, kind="attachment", title=title, at=at, sheets=sheets)
    return {"document_id": document.id, "title": title, "sheets": sheets}


def share_with_group(letter: Letter) -> list[Letter]:
    """Give number and document of the first row of a general letter, just issued, to the others that are approved."""
    rows = [row for row in general_members([letter.id]) if row.state is LetterState.APPROVED]
    for row in rows:
        row.register_entry, row.document = letter.register_entry, letter.document
        row.state, row.issued_at = LetterState.ISSUED, letter.issued_at
    return rows


def _copy_key(letter: Letter, copy: Mapping[str, Any]) -> str:
    return f"letter-{letter.id}-copy-{copy['organisation']}"


def copy_mails(letter: Letter) -> Sequence[OutgoingMail]:
    """The mails with copies of a letter."""
    keys = [_copy_key(letter, copy) for copy in letter.copies]
    if not keys or letter.general_id is not None:
        return []
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.deed_key.in_(keys))).all()


def queue_copies(
    letter: Letter, document: SealedDocument, number: int, written: Written, *, at: datetime, held: bool = False
) -> None:
    """A mail to each organisation that gets a copy: the sealed file for information, no reply link, no enclosures."""
    place = "general" if letter.addressed_as else letter.municipality.slug
    for copy in letter.copies:
        address = str(copy.get("email", "")).strip()
        if not address:
            continue
        mail = write_mail(
            "letter_copy", letter.language, subject_line=" ".join(written.subject.split()), number=written.number,
            dated=written.date, addressee=", ".join(written.address_lines), organisation=copy["name"],
            issuer=written.letterhead.name(letter.language), signatory=written.signatory,
            verify_url=written.verify_url,
        )  # fmt: skip
        queue_mail(
            kind="letter-copy", to=[address], language=letter.language, mail=mail, at=at,
            conference_id=letter.conference_id, deed_key=_copy_key(letter, copy),
            files=[MailFile(filename=file_name(f"{number}_{place}"), document=document)],
            reply_to=letter.conference.contact_email or written.letterhead.email, held=held,
        )  # fmt: skip
