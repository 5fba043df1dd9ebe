"""compose(...) -> Letter: the only door in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as fields_of_class
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import Final

from invitations import address, merge
from invitations.address import UnknownOffice
from invitations.dates import LANGUAGES, NBSP
from invitations.fields import Value
from invitations.house import HouseOptions
from invitations.letterhead import Letterhead
from invitations.merge import Block
from invitations.overrides import Overrides, decided
from invitations.pictures import Picture
from invitations.recipient import Gender, Recipient
from invitations.signs import plain_text

__all__ = [
    "KINDS",
    "LAYOUTS",
    "Attachment",
    "Executor",
    "HouseOptions",
    "InReplyTo",
    "Letter",
    "MissingFields",
    "Signatory",
    "SignatureMark",
    "TooLong",
    "UnknownKind",
    "UnknownOffice",
    "compose",
    "kinds",
    "shipped_text",
]

_TEXTS: Final = Path(__file__).parent / "texts"
KINDS: Final = (
    "invitation", "programme_cover", "change_of_format", "visa_support_ru", "visa_support_de", "confirmation", "thanks",
    "free",
)  # fmt: skip
LAYOUTS: Final = {
    "ru": ("gost-corner", "gost-lengthwise"),
    "de": ("din-5008-b", "din-5008-a"),
    "en": ("plain",),
}
# Shorter names of the usual layouts.
_ALIASES: Final = {"gost": "gost-corner", "din": "din-5008-b"}
MOST_COPIES: Final = 3  # beside the addressee
_LONGEST: Final = {"office": 400, "name": 250, "address": 400}
# «Вас», «Вашего» within a sentence; what opens one keeps its capital.
_TO_ONE: Final = re.compile(r"(?<![.!?…:][ \u00a0])(?<!^)\bВ(?:ы|ас|ам|ами|аш(?:а|е|и|у|ей|его|ему|ем|им|ими|их)?)\b")


class MissingFields(ValueError):
    """What is lacking before the letter can be written; nothing has been rendered. ``fields`` names it."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__("missing: " + ", ".join(fields))
        self.fields = fields


class UnknownKind(ValueError):
    """There is no shipped text of this kind and language."""


class TooLong(ValueError):
    """Something about the addressee is longer than any sheet can show. ``fields`` names it."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__("too long: " + ", ".join(fields))
        self.fields = fields


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
class InReplyTo:
    """The letter this one answers (GOST R 7.0.97, requisite 12): «На № 12 от 01.04.2021»."""

    number: str
    date: Date


@dataclass(frozen=True)
class SignatureMark:
    """The visible mark of an electronic signature (GOST R 7.0.97, requisite 23)."""

    certificate: str
    owner: str
    valid_from: Date
    valid_to: Date


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
    house: HouseOptions = field(default_factory=HouseOptions)
    in_reply_to: InReplyTo | None = None
    facsimile: Picture | None = None
    signature_mark: SignatureMark | None = None
    copies: tuple[str, ...] = ()

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
    return KINDS


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
    if not recipient.office.strip() and not recipient.organisation.strip():
        lacking.append("office")
    if recipient.gender is not Gender.GROUP and not recipient.is_organisation:
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


def _cleaned(recipient: Recipient) -> Recipient:
    """The addressee with every text as one plain line. Raises TooLong."""
    words = {
        part.name: plain_text(getattr(recipient, part.name))
        for part in fields_of_class(recipient)
        if isinstance(getattr(recipient, part.name), str) and part.name not in ("language", "gender")
    }
    address_of = tuple(plain_text(line) for line in recipient.address)
    whole = replace(recipient, **words, address=address_of)  # type: ignore[arg-type]
    lengths = {
        "office": len(whole.office) + len(whole.organisation),
        "name": len(whole.last) + len(whole.first) + len(whole.patronymic) + len(whole.degree),
        "address": sum(map(len, whole.address)) + 20 * max(0, len(whole.address) - 4),
    }
    too_long = tuple(name for name, length in lengths.items() if length > _LONGEST[name])
    if too_long:
        raise TooLong(too_long)
    return whole


def _layout(layout: str | None, language: str) -> str:
    chosen = LAYOUTS[language][0] if layout is None else _ALIASES.get(layout, layout)
    if chosen not in (name for names in LAYOUTS.values() for name in names):
        raise ValueError(f"unknown layout: {layout}")
    return chosen


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
    overrides: Overrides | None = None,
    house: HouseOptions | None = None,
    in_reply_to: InReplyTo | None = None,
    facsimile: Picture | None = None,
    signature_mark: SignatureMark | None = None,
    copies: Sequence[str] = (),
) -> Letter:
    """Write one letter: every word decided, nothing rendered yet.

    ``text`` is the organiser's wording; without it the shipped one of ``kind`` is used. ``layout`` is one of
    :data:`LAYOUTS`; by default what the language is used to. ``number`` None makes a draft. ``verify_url`` is where
    anyone checks the document; it stands in the foot below the personal link. ``overrides`` are forms the organiser
    has decided, ``house`` the habits of a Russian sheet; ``facsimile`` or ``signature_mark`` stands where the hand
    would sign. ``copies`` names the organisations that get the letter too: further addressees on a Russian sheet (four
    at most in all, GOST R 7.0.97, 5.15), the distribution list of a German one.

    Raises MissingFields (all that is lacking at once), UnknownOffice, UnknownKind, TooLong, and merge.TextError for a
    text that is not well formed or names an unknown field.
    """
    wording = shipped_text(kind, language) if text is None else text
    chosen = _layout(layout, language)
    habits = house or HouseOptions()
    if facsimile is not None and signature_mark is not None:
        raise ValueError("a letter bears a facsimile or the mark of an electronic signature, not both")
    if len(copies) > MOST_COPIES:
        raise ValueError(f"a letter has at most {MOST_COPIES + 1} addressees")
    if any(attachment.sheets < 1 or attachment.copies < 1 for attachment in attachments):
        raise ValueError("an attachment has at least one sheet and one copy")
    recipient = _cleaned(recipient)
    given: dict[str, Value] = {**fields, "reply_url": reply_url, "addressee": recipient}
    lacking = _lacking(recipient, letterhead, signatory, number, date, language)
    missing = tuple(dict.fromkeys([*merge.missing_fields(wording, given, language, overrides=overrides), *lacking]))
    if missing:
        raise MissingFields(missing)
    if recipient.language != language:
        raise ValueError(f"a recipient in {recipient.language!r} cannot get a letter in {language!r}")
    head, body, closing = _sorted(merge.blocks(wording, given, language, overrides=overrides))
    return Letter(
        kind=kind,
        language=language,
        layout=chosen,
        gost_edition=gost_edition,
        letterhead=letterhead,
        recipient=recipient,
        address_lines=address.address_lines(recipient, overrides),
        postal_lines=_postal(recipient, language),
        salutation=_opening(recipient, overrides, habits),
        subject=head,
        body=_said_to(recipient, _going_on(body, habits)) if language == "ru" else body,
        closing=closing,
        number=number,
        date=date,
        attachments=tuple(attachments),
        signatory=signatory,
        executor=executor,
        reply_url=reply_url,
        verify_url=verify_url,
        fields=given,
        house=habits,
        in_reply_to=in_reply_to,
        facsimile=facsimile,
        signature_mark=signature_mark,
        copies=tuple(filter(None, map(plain_text, copies))),
    )


def _opening(recipient: Recipient, overrides: Overrides | None, habits: HouseOptions) -> str:
    """The salutation; what the organiser has decided stands to the last comma."""
    if decided(overrides, "salutation", address.key_of(recipient)) is not None:
        return address.salutation(recipient, overrides)
    spoken = address.salutation(recipient)
    return habits.opening(spoken) if recipient.language == "ru" else spoken


def _going_on(body: tuple[Block, ...], habits: HouseOptions) -> tuple[Block, ...]:
    """The body as it goes on after the salutation."""
    if not body or body[0].kind != "paragraph" or not body[0].runs:
        return body
    first = body[0].runs[0]
    changed = replace(first, text=habits.goes_on(first.text))
    return (replace(body[0], runs=(changed, *body[0].runs[1:])), *body[1:])


def _said_to(recipient: Recipient, body: tuple[Block, ...]) -> tuple[Block, ...]:
    """The body as it is said to its addressee: «Вы» and «Ваш» are written small to several persons."""
    if recipient.gender is not Gender.GROUP:
        return body
    return tuple(
        replace(
            block,
            runs=tuple(replace(run, text=_TO_ONE.sub(lambda found: found[0].lower(), run.text)) for run in block.runs),
        )
        for block in body
    )


def _sorted(found: tuple[Block, ...]) -> tuple[str, tuple[Block, ...], str]:
    """Heading, body and closing phrase."""
    heads = [block.text.replace(NBSP, " ") for block in found if block.kind == "heading"]
    closings = [block.text for block in found if block.kind == "closing"]
    body = tuple(block for block in found if block.kind not in ("heading", "closing"))
    return " ".join(heads), body, " ".join(closings)
