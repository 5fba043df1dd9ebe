"""From rows to a letter: gathers what :mod:`invitations` asks for, tells in plain words what is lacking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.correspondence.models import IncomingLetter, Letter, LetterEnclosure
from app.correspondence.operations.addressee import addressee_of, as_recipient
from app.correspondence.queries import Wording, brief_facts, decided_forms, enclosures_of, wording_of, wordings
from app.correspondence.queries.house import Sheet, letter_sheet
from app.correspondence.rules import (
    ASKING,
    OPEN,
    SHARED_FACTS,
    LetterKind,
    gost_edition,
    partner_countries,
    travels_with_visa,
)
from app.directory.models import MunicipalHead, Municipality, Organisation
from app.directory.queries import partners_of
from app.directory.rules import MunicipalityKind
from app.documents.certificate import certificate
from app.errors import Message, Refusal
from app.i18n import language as language_now
from app.i18n import localized, region_name, speaking
from app.mail_texts import absolute
from app.strongbox import Locked, open_values
from invitations.letter import (
    Attachment,
    Executor,
    InReplyTo,
    MissingFields,
    Signatory,
    SignatureMark,
    TooLong,
    UnknownOffice,
    compose,
)
from invitations.letter import Letter as Written
from invitations.letterhead import Letterhead
from invitations.merge import FIELDS, fields_of

# Facts given with one letter (a change of format says its reason): they outlive a taken-back approval.
OWN_FACTS = ("format", "format_was", "reason", "about", "reader", "private")
PRIVATE = "private"  # of a visa letter: the particulars of the person, locked
ABOUT = "about"  # its name, for the register
READER = "reader"  # its language, for the mail
OWN = "own"  # where they are kept among the fields of a letter
HOST_COUNTRY = "host_country"  # kept among the facts; no merge field
HOST = "host_slug"  # likewise
# Federal subjects that are cities by themselves, by ISO 3166-2.
CITY_STATES = frozenset({"RU-MOW", "RU-SPE", "DE-BE", "DE-HH"})
DATES = ("start", "end", "reply_until")
# What a letter lacks beside merge fields: where it is mended.
_LACKING: Mapping[str, Message] = {
    "office": _l("the office in the language of the letter"),
    "last": _l("the surname in the language of the letter"),
    "first": _l("the first name in the language of the letter"),
    "gender": _l("the form of address (Mr or Ms)"),
    "letterhead_ru": _l("the issuer's name in Russian"),
    "letterhead_de": _l("the issuer's name in German"),
    "letterhead_en": _l("the issuer's name in English"),
    "signatory": _l("name and office of the person who signs"),
    "number": _l("the number"),
    "name": _l("the name of the addressee"),
    "address": _l("the postal address"),
    "date": _l("the date"),
}


@dataclass
class Refused:
    """A municipality whose letter was not made, approved or issued, and why."""

    municipality: str
    name: str
    message: Message
    asks: tuple[int, str] | None = None  # head and language whose form of address nobody knows
    reason: str = "lacking"  # one word for programs: lacking, office, no-head, has-letter, excluded, same-address, …

    def as_json(self) -> dict[str, str]:
        """As ``--json`` prints it."""
        return {
            "municipality": self.municipality, "name": self.name, "message": str(self.message), "reason": self.reason,
        }  # fmt: skip


@dataclass
class Note:
    """What is worth knowing about a letter that is made; without a municipality about all of them."""

    municipality: str
    name: str
    message: Message

    def as_json(self) -> dict[str, str]:
        """As ``--json`` prints it."""
        return {"municipality": self.municipality, "name": self.name, "message": str(self.message)}


@dataclass
class Outcome:
    """What a deed over many letters did.

    ``skipped`` counts those that had a letter already, ``passed_over`` tells of them and of all who were left out by
    choice; ``for_partners`` are the letters for partner cities that were added; ``general``: the letters are one.
    """

    letters: list[Letter] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    skipped: int = 0
    passed_over: list[Refused] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    for_partners: list[Letter] = field(default_factory=list)
    general: bool = False

    @property
    def count(self) -> int:
        """How many letters the deed was done to."""
        return len(self.letters)


def fonts() -> Path:
    """The folder of the fonts that pages and papers share."""
    return Path(current_app.root_path) / "static" / "fonts"


def reply_url(letter: Letter) -> str:
    """The personal link of the letter, as its head opens it."""
    return absolute(f"/{letter.language}/reply/{letter.reply_token}")


def verify_url(code: str, language: str) -> str:
    """Where anyone checks the document with this code."""
    return absolute(f"/{language}/verify/{code}")


def refused_for(municipality: Municipality, message: Message, reason: str = "lacking") -> Refused:
    """A refusal with the municipality's name in the reader's language."""
    return Refused(municipality.slug, localized(municipality, "name"), message, reason=reason)


def refused_letter(head: MunicipalHead | None, municipality: Municipality, language: str, refusal: Refusal) -> Refused:
    """Why a head's letter cannot be written; where nobody knows how to address the office, with where to say it."""
    asks = (head.id, language) if refusal.field == "office" and head is not None else None
    reason = "office" if asks else "lacking"
    return Refused(municipality.slug, localized(municipality, "name"), refusal.message, asks, reason)


def asks_answer(kind: LetterKind, text: str | None) -> bool:
    """Whether a letter asks for an answer: by its kind, or because the organisers' wording names the link."""
    return kind in ASKING or (text is not None and "reply_url" in fields_of(text))


def link_on_paper(letter: Letter, text: str | None) -> str | None:
    """The reply link the paper shows, if the letter asks for an answer.

    A general letter shows none, each head finds their own in the mail; a letter about a person, to a consulate, has
    none either.

    :param text: the organisers' wording; None for the shipped one.
    """
    if letter.addressed_as or letter.subject_id is not None or not asks_answer(letter.kind, text):
        return None
    return reply_url(letter)


def partner_names(partners: Sequence[Municipality], country: str, language: str) -> list[str]:
    """«Зуль, Карлсруэ (Германия)»: the partner cities, the country said once after the last of it."""
    names: list[str] = []
    for other in sorted(partner_countries(country)):
        found = sorted(localized(town, "name", language) for town in partners if town.country == other)
        if found:
            with speaking(language):
                names += [*found[:-1], f"{found[-1]} ({region_name(other)})"]
    return names


def conference_facts(conference: Conference, kind: LetterKind, languages: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What every letter of a kind says, by language: the conference's own facts under those of the briefs."""
    briefs = brief_facts(conference, kind)
    shared = {
        name: next((briefs[code][name] for code in briefs if briefs[code].get(name)), None) for name in SHARED_FACTS
    }
    facts: dict[str, dict[str, Any]] = {}
    for code in languages:
        issuer = conference.issuer
        others = [row for row in conference.organisers if issuer is None or row.id != issuer.id]
        own: dict[str, Any] = {
            "edition": conference.edition,
            "conference_title": localized(conference, "title", code),
            "host_ru": conference.host.name_ru,
            "host_de": conference.host.name_de,
            "host_en": conference.host.name_en,
            HOST_COUNTRY: conference.host.country,
            HOST: conference.host.slug,
            "start": conference.starts_on.isoformat(),
            "end": conference.ends_on.isoformat(),
            "theme": getattr(conference, f"theme_{code}"),
            "format": conference.format.value,
            "partner_organisation": localized(others[0], "name", code) if others else "",
            "responsible_name": getattr(issuer, f"executor_name_{code}") if issuer is not None else "",
            "responsible_phone": conference.contact_phone or (issuer.executor_phone if issuer is not None else ""),
            "responsible_emails": [conference.contact_email] if conference.contact_email else [],
            "reply_until": conference.reply_until.isoformat() if conference.reply_until else None,
        }
        given = {**{name: value for name, value in shared.items() if value is not None}, **briefs[code]}
        facts[code] = own | {name: value for name, value in given.items() if name in FIELDS and value not in (None, "")}
    return facts


def letter_fields(
    facts: Mapping[str, Any],
    municipality: Municipality,
    partners: Sequence[Municipality],
    language: str,
    own: Mapping[str, Any],
    *,
    forwarded_by: Municipality | None = None,
) -> dict[str, Any]:
    """The merge fields of one letter, as kept with it; ``own`` is what only this letter says.

    The host is never among the partner cities to be invited. A letter that a partner city hands on names only that one.

    :param forwarded_by: the partner city whose head hands the letter on.
    """
    others = [town for town in partners if town.slug != facts.get(HOST)] if forwarded_by is None else []
    named = partner_names(others, municipality.country, language)
    said = {name: value for name, value in own.items() if name not in {PRIVATE, ABOUT, READER}}
    visa = travels_with_visa(municipality.country, facts.get(HOST_COUNTRY, municipality.country))
    return {
        **facts, "partners": named, "visa_needed": visa,
        "forwarded_by": localized(forwarded_by, "name", language) if forwarded_by is not None else "",
        "host_is_partner": any(town.slug == facts.get(HOST) for town in partners),
        "city_state": municipality.iso3166_2 in CITY_STATES and municipality.name_ru == municipality.region_ru,
        "to_region": municipality.kind is MunicipalityKind.REGION,
        **said, **kept_own(own),
    }  # fmt: skip


def forwarding(letter: Letter) -> Municipality | None:
    """The partner city whose head hands a letter on; None for a letter that goes to its head directly."""
    return letter.parent.municipality if letter.parent is not None else None


def kept_own(own: Mapping[str, Any] | None) -> dict[str, Any]:
    """What only one letter says, as a draft keeps it among its fields."""
    known = {name: value for name, value in (own or {}).items() if name in OWN_FACTS}
    return {OWN: known} if known else {}


def as_fields(kept: Mapping[str, Any]) -> dict[str, object]:
    """Kept merge fields with their dates as dates, and the particulars of a visa letter opened for this moment."""
    fields: dict[str, object] = dict(kept)
    locked = (kept.get(OWN) or {}).get(PRIVATE)
    if locked:
        try:
            fields = {**open_values(locked), **fields}
        except Locked as reason:
            raise Refusal(_l("The passport data in this letter cannot be opened: their key is not here.")) from reason
    for name in DATES:
        value = fields.get(name)
        if isinstance(value, str) and value:
            fields[name] = date.fromisoformat(value)
    return fields


def enclosures_as_kept(enclosures: Sequence[LetterEnclosure], language: str) -> list[dict[str, Any]]:
    """The enclosures of a letter in its language: document, title, sheets, whether it is part of the letter's file."""
    return [
        {
            "document_id": row.document_id,
            "title": localized(row, "title", language),
            "sheets": max(1, row.document.sheets),
            **({"merged": True} if row.merged else {}),
        }
        for row in enclosures
        if row.language in ("", language)
    ]


def letterhead_of(issuer: Organisation, sheet: Sheet | None = None) -> Letterhead:
    """The issuer's letterhead, with the emblem of its sheet."""
    return Letterhead(
        names={code: name for code in ("ru", "de", "en") if (name := getattr(issuer, f"name_{code}"))},
        addresses={code: tuple(lines) for code, lines in (issuer.addresses or {}).items()},
        email=issuer.email,
        web=issuer.web,
        phones=tuple(issuer.phones or ()),
        logo=sheet.logo if sheet is not None else None,
    )


def _signature_mark(sheet: Sheet) -> SignatureMark | None:
    """The visible mark of the electronic signature, where the sheet wants it and letters are signed."""
    if sheet.signature != "mark" or not current_app.config["SETTINGS"].sign_letters:
        return None
    found = certificate()
    if found is None:
        return None
    return SignatureMark(found.number, found.holder, found.valid_from.date(), found.valid_until.date())


def require_issuer(conference: Conference) -> Organisation:
    """The organisation whose letters and register these are.

    :raises Refusal: when the conference names none.
    """
    if conference.issuer is None:
        raise Refusal(_l("The conference names no organisation that issues its letters; choose one on its page."))
    return conference.issuer


def write(
    *,
    conference: Conference,
    kind: LetterKind,
    language: str,
    recipient: Mapping[str, Any],
    fields: Mapping[str, Any],
    enclosures: Sequence[Mapping[str, Any]],
    url: str | None,
    number: str | None = None,
    dated: date | None = None,
    verify: str | None = None,
    text: str | None = None,
    answers: IncomingLetter | None = None,
    copies: Sequence[Mapping[str, Any]] = (),
    sheet: Sheet | None = None,
) -> Written:
    """Compose a letter of what is kept with it; without a number it is a draft. Nothing is rendered.

    :param answers: the letter it answers: «На № … от …».
    :param text: the organisers' wording; None for the shipped one.
    :param copies: the organisations that get a copy.
    :param sheet: how it looks; None for the sheet of the issuer.
    :raises Refusal: saying what is lacking, or which office is not known.
    """
    issuer = require_issuer(conference)
    executor = getattr(issuer, f"executor_name_{language}")
    looks = sheet or letter_sheet(issuer)
    try:
        return compose(
            kind=kind.value,
            language=language,
            recipient=as_recipient(recipient),
            letterhead=letterhead_of(issuer, looks),
            fields=as_fields(fields),
            number=number,
            date=dated,
            attachments=[Attachment(row["title"], row["sheets"]) for row in enclosures],
            signatory=Signatory(
                getattr(issuer, f"signatory_office_{language}"), getattr(issuer, f"signatory_name_{language}")
            ),
            executor=Executor(executor, issuer.executor_phone) if executor else None,
            reply_url=url,
            layout=looks.layout(language),
            gost_edition=looks.edition or (gost_edition(dated) if dated is not None else 2025),
            house=looks.habits if language == "ru" else None,
            facsimile=looks.facsimile if looks.signature == "facsimile" else None,
            signature_mark=_signature_mark(looks),
            verify_url=verify,
            text=text,
            in_reply_to=InReplyTo(answers.number, answers.dated) if answers is not None else None,
            overrides={(what, key, case): form for what, key, case, form in recipient.get("forms", [])},
            copies=[row["name"] for row in copies],
        )
    except MissingFields as reason:
        raise Refusal(
            _l("The letter cannot be written, this is missing: %(what)s.", what=_named(reason.fields))
        ) from reason
    except UnknownOffice as reason:
        raise Refusal(
            _l("We do not know how to address the office “%(office)s”; please correct it.", office=recipient["office"]),
            field="office",
        ) from reason
    except TooLong as reason:
        raise Refusal(
            _l("The letter to %(name)s cannot be written, this is too long for any sheet: %(what)s.",
               name=_shortened(" ".join(filter(None, (recipient["first"], recipient["last"])))),
               what=_named(reason.fields))
        ) from reason  # fmt: skip
    except ValueError as reason:  # a text that is not well formed, an unknown format
        raise Refusal(_l("The letter cannot be written: %(reason)s.", reason=str(reason))) from reason


def _shortened(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:60].rstrip()}…"


def _named(lacking: Sequence[str]) -> str:
    code = language_now()
    return ", ".join(
        str(_LACKING[name]) if name in _LACKING else FIELDS[name].meaning[code] if name in FIELDS else name
        for name in lacking
    )


def write_letter(
    letter: Letter, *, number: str | None = None, dated: date | None = None, verify_url: str | None = None
) -> Written:
    """Compose a letter row as it stands: an approved one of what was fixed, a draft of what is true now.

    :raises Refusal: see :func:`write`.
    """
    if not letter.fields or letter.state in OPEN:
        recipient, fields, enclosures = gathered(letter)
        wording = wordings(letter.kind, [letter.language])[letter.language]
    else:
        recipient, fields, enclosures = letter.recipient, letter.fields, letter.enclosures
        wording = wording_of(letter.kind, letter.language, letter.text_version) or Wording()
    return write(
        conference=letter.conference, kind=letter.kind, language=letter.language, recipient=recipient, fields=fields,
        enclosures=enclosures, url=link_on_paper(letter, wording.body), number=number, dated=dated, verify=verify_url,
        text=wording.body, copies=letter.copies, answers=letter.answers,
    )  # fmt: skip


def gathered(letter: Letter) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """Recipient, fields and enclosures of a letter as they are true now."""
    conference = letter.conference
    facts = conference_facts(conference, letter.kind, [letter.language])[letter.language]
    partners = [] if letter.addressed_as else partners_of([letter.municipality_id])[letter.municipality_id]
    fields = letter_fields(
        facts, letter.municipality, partners, letter.language, letter.fields.get(OWN, {}),
        forwarded_by=forwarding(letter),
    )  # fmt: skip
    return (
        addressee_of(letter, decided_forms(letter.language)),
        fields,
        enclosures_as_kept(enclosures_of(conference, letter.kind), letter.language),
    )
