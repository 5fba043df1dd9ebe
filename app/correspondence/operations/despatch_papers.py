"""The papers of a print run: the sealed pages in one file, envelopes, labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from app.correspondence.models import DespatchRun, Letter
from app.correspondence.operations.addressee import as_recipient, recipient_of
from app.correspondence.operations.export import joined
from app.correspondence.operations.writing import fonts
from app.correspondence.queries import decided_forms, letters_of_run
from app.database import db
from app.directory.models import Organisation
from app.documents.models import SealedDocument
from app.documents.queries import content
from app.i18n import localized, region_name, speaking
from invitations import address
from invitations.envelopes import render_envelopes, render_labels
from invitations.layout.envelope import Envelope, country_lines, language_of
from invitations.layout.labels import LabelSheet


@dataclass(frozen=True)
class Enclosed:
    """A document that goes with letters of a run, and in how many copies it is printed."""

    document: SealedDocument
    title: str
    copies: int


def _own_enclosures(letter: Letter) -> list[int]:
    """The documents that go with a letter beside its file."""
    return [int(row["document_id"]) for row in letter.enclosures if not row.get("merged")]


def letters_pdf(run: DespatchRun) -> bytes:
    """The sealed pages of all letters of a run one after the other, exactly as they were sealed.

    With enclosures they stand behind each letter. Printed on two sides every letter begins a sheet of its own.
    """
    parts: list[bytes] = []
    read: dict[int, bytes] = {}
    for letter in letters_of_run(run):
        if letter.document is None or letter.document.erased_at is not None:
            continue
        parts.append(content(letter.document))
        for document_id in _own_enclosures(letter) if run.with_enclosures else ():
            if document_id not in read:
                read[document_id] = content(db.session.get_one(SealedDocument, document_id))
            parts.append(read[document_id])
    return joined([BytesIO(part) for part in parts], two_sided=run.two_sided)


def enclosures_of_run(run: DespatchRun) -> Sequence[Enclosed]:
    """What is printed beside the letters when the enclosures stand apart."""
    if run.with_enclosures:
        return ()
    titles: dict[int, str] = {}
    copies: dict[int, int] = {}
    for letter in letters_of_run(run):
        for row in letter.enclosures:
            if not row.get("merged"):
                number = int(row["document_id"])
                titles.setdefault(number, str(row["title"]))
                copies[number] = copies.get(number, 0) + 1
    return [Enclosed(db.session.get_one(SealedDocument, number), titles[number], copies[number]) for number in titles]


def post_of(issuer: Organisation | None) -> str:
    """The country in which an issuer posts its letters: Russia when it has an address there."""
    return "RU" if issuer is None or (issuer.addresses or {}).get("ru") else "DE"


def lacking_addresses(letters: Iterable[Letter]) -> list[Letter]:
    """Letters whose municipality has no postal address: their envelopes name the town only."""
    return [letter for letter in letters if not _postal(letter)]


def _postal(letter: Letter) -> list[str]:
    kept = letter.recipient.get("address", ())
    return letter.municipality.postal_address.splitlines() or [str(line) for line in kept]


def envelope_of(letter: Letter, *, post: str) -> Envelope:
    """Sender and addressee of a letter as they stand on its envelope, in the letter's language.

    The address is the one of the directory now; a general letter names each head by name on the envelope.
    """
    code, town, issuer = letter.language, letter.municipality, letter.conference.issuer
    kept = letter.recipient
    if letter.addressed_as:
        kept = recipient_of(letter.head, town, code, decided_forms(code))
    overrides = {(what, key, case): form for what, key, case, form in kept.get("forms", [])}
    lines = address.address_lines(as_recipient(kept), overrides)
    with speaking(code):
        country = region_name(town.country)
    with speaking(language_of(post)):
        foreign = country_lines(
            town.country, language=code, post=post, name=country, sending=region_name(town.country)
        )  # fmt: skip
    sender: tuple[str, ...] = ()
    if issuer is not None:
        found = issuer.addresses or {}
        street = found.get(code) or found.get("en") or found.get("ru") or []
        sender = (localized(issuer, "name", code), *street)
    where = _postal(letter) or [localized(town, "name", code)]
    entry = letter.register_entry
    return Envelope(code, sender, (*lines, *where, *foreign), entry.label if entry is not None else "")


def envelopes_pdf(letters: Sequence[Letter], *, form: str, post: str, title: str) -> bytes:
    """Envelopes, or address sheets for those with a window, in the order of the letters."""
    found = [envelope_of(letter, post=post) for letter in letters]
    return render_envelopes(found, form=form, post=post, fonts=fonts(), title=title)


def labels_pdf(letters: Sequence[Letter], *, sheet: LabelSheet, start: int, post: str, title: str) -> bytes:
    """Labels with the addressees, in the order of the letters."""
    found = [envelope_of(letter, post=post) for letter in letters]
    return render_labels(found, sheet=sheet, start=start, fonts=fonts(), title=title)
