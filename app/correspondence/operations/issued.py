"""What is written down of an issued letter: its line in the register and the mail that takes it along."""

from __future__ import annotations

import re
from datetime import date, datetime

from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.operations.writing import ABOUT, OWN, READER, reply_url, verify_url
from app.correspondence.rules import ASKING, EntryState, LetterKind, file_name
from app.database import db, fold
from app.documents.models import SealedDocument
from app.mail_texts import write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import MailFile, queue_mail
from invitations.letter import Letter as Written

# What an enclosure's file is called beside the letter's.
_ENCLOSURE = {"ru": "Приложение", "de": "Anlage", "en": "Enclosure"}


def entry_of(
    letter: Letter, written: Written, *, register: OutgoingRegister, number: int, pages: int, dated: date, at: datetime
) -> RegisterEntry:
    """The line of the outgoing register; ``pages`` are the letter's own, without its enclosures."""
    addressee = on_one_line(", ".join(written.address_lines))[:700]
    town = letter.municipality
    found_by = (written.number, addressee, town.name_ru, town.name_de, town.name_en,
                subject_of(letter, written))  # fmt: skip
    return RegisterEntry(
        register=register,
        number=number,
        label=written.number or "",
        dated=dated,
        addressee=addressee,
        subject=subject_of(letter, written)[:500],
        sheets=pages + written.sheets,
        executor=written.executor.name if written.executor is not None else "",
        search=fold(on_one_line(" ".join(filter(None, found_by)))) or "",
        state=EntryState.REGISTERED,
        annulled_reason="",
        created_at=at,
    )


def subject_of(letter: Letter, written: Written) -> str:
    """What the register says the letter is about: of a visa letter, whom it is about too."""
    about = letter.fields.get(OWN, {}).get(ABOUT, "")
    return on_one_line(f"{written.subject}: {about}" if about else written.subject)


def on_one_line(text: str) -> str:
    """Without breaks."""
    return re.sub(r"\s+", " ", text).strip()


def queue_letter(
    letter: Letter, document: SealedDocument, number: int, written: Written, at: datetime, *, held: bool = False
) -> OutgoingMail | None:
    """The mail with the letter and its enclosures; None when the letter is printed because the head has no address.

    A letter for a partner city has none: it goes with the one to the Russian head.

    :param held: it waits for a person's word.
    """
    address = str(letter.recipient.get("email", "")).strip()
    if not address or letter.parent_letter_id is not None:
        return None
    conference = letter.conference
    enclosed = [
        MailFile(
            filename=file_name(f"{_ENCLOSURE[letter.language]} {place}. {row['title']}"),
            document=db.session.get_one(SealedDocument, row["document_id"]),
        )
        for place, row in enumerate(letter.enclosures, start=1)
        if not row.get("merged")
    ]
    reader = letter.fields.get(OWN, {}).get(READER, "") or letter.language
    mail = write_mail(
        "letter" if letter.subject_id is None else "visa_letter", reader,
        subject_line=on_one_line(written.subject), salutation=written.salutation,
        number=written.number, dated=written.date, enclosures=len(enclosed),
        reply_url=reply_url(letter) if written.reply_url or (letter.addressed_as and letter.kind in ASKING) else "",
        to_forward=sum("partner" in row for row in letter.enclosures),
        reply_until=conference.reply_until, issuer=written.letterhead.name(letter.language),
        signatory=written.signatory, invitation=letter.kind is LetterKind.INVITATION,
        verify_url=verify_url(document.code, letter.language),
    )  # fmt: skip
    return queue_mail(
        kind=f"letter-{letter.kind.value}",
        to=[address],
        language=reader,
        mail=mail,
        at=at,
        conference_id=conference.id,
        deed_key=f"letter-{letter.id}",
        files=[MailFile(filename=file_name(f"{number}_{letter.municipality.slug}"), document=document), *enclosed],
        reply_to=conference.contact_email or written.letterhead.email,
        copies=letter.recipient.get("copy_to", ()),
        held=held,
    )
