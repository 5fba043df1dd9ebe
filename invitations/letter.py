"""compose(...) -> Letter: the only door in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import Final

from invitations import address, merge
from invitations.address import UnknownOffice
from invitations.dates import LANGUAGES, NBSP
from invitations.fields import Value
from invitations.letterhead import Letterhead
from invitations.merge import Block
from invitations.recipient import Gender, Recipient

__all__ = [
    "Attachment",
    "Executor",
    "Letter",
    "MissingFields",
    "Signatory",
    "UnknownKind",
    "UnknownOffice",
    "compose",
    "kinds",
    "shipped_text",
]

_TEXTS: Final = Path(__file__).parent / "texts"
LAYOUTS: Final = {"ru": "gost", "de": "din", "en": "plain"}


class MissingFields(ValueError):
    """What is lacking before the letter can be written; nothing has been rendered. ``fields`` names it."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__("missing: " + ", ".join(fields))
        self.fields = fields


class UnknownKind(ValueError):
    """There is no shipped text of this kind and language."""


@dataclass(frozen=True)
class Attachment:
    """An enclosed document: ``sheets`` sheets in each of ``copies`` copies."""

    title: str
    sheets: int
    copies: int = 1


@dataclass(frozen=True)
class Signatory:
    """Who signs: office, and the name as it is typed: «С.В. Парамонов»."""

    office: str
    name: str


@dataclass(frozen=True)
class Executor:
    """Who prepared the letter (GOST R 7.0.97, requisite 25)."""

    name: str
    phone: str


@dataclass(frozen=True)
class Letter:
    """A letter with every word decided; only the page is still to be made.

    ``number`` None makes a draft. ``address_lines`` is office and name, ``postal_lines`` what stands below.
    """

    kind: str
    language: str
    layout: str
    gost_edition: int
    letterhead: Letterhead
    recipient: Recipient
    address_lines: tuple[str, ...]
    postal_lines: tuple[str, ...]
    salutation: str
    subject: str
    body: tuple[Block, ...]
    closing: str
    number: str | None
    date: Date | None
    attachments: tuple[Attachment, ...]
    signatory: Signatory
    executor: Executor | None
    reply_url: str | None
    verify_url: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_draft(self) -> bool:
        """Whether the letter has no number yet."""
        return self.number is None

    @property
    def sheets(self) -> int:
        """Sheets of all attachments in one copy each."""
        return sum(attachment.sheets for attachment in self.attachments)

    @property
    def title(self) -> str:
        """The document's title for a reader's window: subject, and number where there is one."""
        return f"{self.subject} – {self.number}" if self.number else self.subject


def kinds() -> tuple[str, ...]:
    """The kinds of letter that have shipped texts."""
    return tuple(sorted(folder.name for folder in _TEXTS.iterdir() if (folder / "ru.md").is_file()))


@cache
def shipped_text(kind: str, language: str) -> str:
    """The shipped wording, version 1 of what organisers edit. Raises UnknownKind."""
    path = _TEXTS / kind / f"{language}.md"
    if not re.fullmatch(r"[a-z_]+", kind) or language not in LANGUAGES or not path.is_file():
        raise UnknownKind(f"no text of kind {kind!r} in {language!r}")
    return path.read_text(encoding="utf-8")


def _lacking(
    recipient: Recipient,
    letterhead: Letterhead,
    signatory: Signatory,
    number: str | None,
    date: Date | None,
    language: str,
) -> list[str]:
    """What the letter lacks beside its merge fields."""
    lacking = []
    if not recipient.office.strip():
        lacking.append("office")
    if recipient.gender is not Gender.GROUP:
        lacking += [name for name in ("last", "first") if not getattr(recipient, name).strip()]
        if recipient.gender is Gender.UNKNOWN:
            lacking.append("gender")
    if not letterhead.name(language):
        lacking.append(f"letterhead_{language}")
    if not signatory.office.strip() or not signatory.name.strip():
        lacking.append("signatory")
    if number is not None and not number.strip():
        lacking.append("number")
    if number is not None and date is None:
        lacking.append("date")
    return lacking


def _postal(recipient: Recipient, language: str) -> tuple[str, ...]:
    """Street and town; German foreign post closes with the country in capitals; by e-mail only, the e-mail."""
    lines = tuple(line.strip() for line in recipient.address if line.strip())
    if not lines:
        return (recipient.email.strip(),) if recipient.email.strip() else ()
    country = recipient.country.strip()
    if country and country not in lines:
        lines += (country.upper() if language != "ru" else country,)
    return lines


def compose(
    *,
    kind: str,
    language: str,
    recipient: Recipient,
    letterhead: Letterhead,
    fields: Mapping[str, Value],
    number: str | None,
    date: Date | None,
    attachments: Sequence[Attachment],
    signatory: Signatory,
    executor: Executor | None,
    reply_url: str | None,
    layout: str | None = None,
    gost_edition: int = 2025,
    text: str | None = None,
    verify_url: str | None = None,
) -> Letter:
    """Write one letter: every word decided, nothing rendered yet.

    ``text`` is the organiser's wording; without it the shipped one of ``kind`` is used. ``layout`` is gost, din or
    plain; by default what the language is used to. ``number`` None makes a draft. ``verify_url`` is where anyone
    checks the document; it stands in the foot below the personal link.

    Raises MissingFields (all that is lacking at once), UnknownOffice, UnknownKind, and merge.TextError for a text
    that is not well formed or names an unknown field.
    """
    wording = shipped_text(kind, language) if text is None else text
    chosen = layout or LAYOUTS[language]
    if chosen not in LAYOUTS.values():
        raise ValueError(f"unknown layout: {chosen}")
    if any(attachment.sheets < 1 or attachment.copies < 1 for attachment in attachments):
        raise ValueError("an attachment has at least one sheet and one copy")
    given: dict[str, Value] = {**fields, "reply_url": reply_url}
    lacking = _lacking(recipient, letterhead, signatory, number, date, language)
    missing = tuple(dict.fromkeys([*merge.missing_fields(wording, given, language), *lacking]))
    if missing:
        raise MissingFields(missing)
    if recipient.language != language:
        raise ValueError(f"a recipient in {recipient.language!r} cannot get a letter in {language!r}")
    head, body, closing = _sorted(merge.blocks(wording, given, language))
    return Letter(
        kind=kind,
        language=language,
        layout=chosen,
        gost_edition=gost_edition,
        letterhead=letterhead,
        recipient=recipient,
        address_lines=address.address_lines(recipient),
        postal_lines=_postal(recipient, language),
        salutation=address.salutation(recipient),
        subject=head,
        body=body,
        closing=closing,
        number=number,
        date=date,
        attachments=tuple(attachments),
        signatory=signatory,
        executor=executor,
        reply_url=reply_url,
        verify_url=verify_url,
        fields=given,
    )


def _sorted(found: tuple[Block, ...]) -> tuple[str, tuple[Block, ...], str]:
    """Heading, body and closing phrase."""
    heads = [block.text.replace(NBSP, " ") for block in found if block.kind == "heading"]
    closings = [block.text for block in found if block.kind == "closing"]
    body = tuple(block for block in found if block.kind not in ("heading", "closing"))
    return " ".join(heads), body, " ".join(closings)
