"""Letters for visas: drafts made of passport data; they go the way of every letter from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.correspondence.models import Letter
from app.correspondence.operations.private import facts_for, prepare_private_letter
from app.correspondence.rules import LetterKind, LetterState
from app.database import lock, transaction
from app.delegations.models import Delegate
from app.delegations.operations.mails import salutation
from app.delegations.queries import personal_link
from app.delegations.queries.visa import need_for, passport_in, record_of, settings_of, visa_letters
from app.delegations.rules import is_cyrillic, usable_address
from app.delegations.rules.visa import Passport, VisaNeed, require_letter_data
from app.errors import Message, Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import date_range, localized, region_name, speaking
from app.mail_texts import write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail

PURPOSES = {
    "ru": "участие в конференции городов-партнёров",
    "de": "Teilnahme an der Städtepartnerkonferenz",
    "en": "taking part in the conference of partner cities",
}
_CONSULATES = {
    ("RU", "ru"): "Консульское учреждение Российской Федерации",
    ("RU", "de"): "Konsularische Vertretung der Russischen Föderation",
    ("RU", "en"): "Consular Office of the Russian Federation",
    ("DE", "ru"): "Визовый отдел Посольства Федеративной Республики Германия",
    ("DE", "de"): "Visastelle der Botschaft der Bundesrepublik Deutschland",
    ("DE", "en"): "Visa Section of the Embassy of the Federal Republic of Germany",
}
_ELSEWHERE = {
    "ru": "Консульский отдел посольства принимающей страны",
    "de": "Visastelle der Botschaft des Gastlandes",
    "en": "Visa Section of the Embassy of the host country",
}


def kind_for(host_country: str) -> LetterKind:
    """The kind of letter a consulate of the host country wants."""
    return LetterKind.VISA_SUPPORT_RU if host_country == "RU" else LetterKind.VISA_SUPPORT_DE


def language_of(host_country: str) -> str:
    """The language a consulate of the host country is written to in when nobody says otherwise."""
    return "ru" if host_country == "RU" else "de"


def consulate_of(conference: Conference, language: str) -> str:
    """To whom visa letters in ``language`` are addressed: what the organisers said, else in general."""
    said: str = getattr(settings_of(conference), f"consulate_{language}")
    return said or _CONSULATES.get((conference.host.country, language), _ELSEWHERE[language])


@dataclass
class Prepared:
    """What became of several: letters, and those refused with the reason."""

    letters: list[Letter] = field(default_factory=list)
    refused: list[tuple[Delegate, Message]] = field(default_factory=list)


def _person(delegate: Delegate, passport: Passport, language: str) -> dict[str, str]:
    """The person inside a sentence, in the script of the letter."""
    gender = {"m": "m", "f": "f"}.get(passport.sex, "u")
    own_russian = is_cyrillic(delegate.last + delegate.first)
    office = delegate.position if is_cyrillic(delegate.position) is (language == "ru") else ""
    parts = {"office": office, "degree": "", "gender": gender}
    if language == "ru":
        if own_russian:
            return parts | {"last": delegate.last, "first": delegate.first, "patronymic": delegate.patronymic}
        last, _, first = passport.cyrillic.partition(" ")
        return parts | {"last": last, "first": first, "patronymic": ""}
    if own_russian:
        names = (passport.surname.title(), passport.given.title())
    else:
        names = (delegate.last or passport.surname.title(), delegate.first or passport.given.title())
    return parts | {"last": names[0], "first": names[1], "patronymic": ""}


def _particulars(delegate: Delegate, passport: Passport, language: str) -> dict[str, Any]:
    """The merge fields of one letter, without what the brief of its kind says already."""
    conference = delegate.conference
    with speaking(language):
        citizenship, residence = region_name(passport.citizenship), region_name(passport.residence)
    issuer = conference.issuer
    addresses = (issuer.addresses or {}) if issuer is not None else {}
    lines = addresses.get(language) or addresses.get("en") or next(iter(addresses.values()), [])
    return {
        "person": _person(delegate, passport, language),
        "passport_name": f"{passport.surname} {passport.given}".strip(),
        "passport_name_cyrillic": passport.cyrillic,
        "sex": passport.sex if passport.sex in {"m", "f"} else passport.sex.upper(),
        "birth_date": passport.birth_date,
        "birth_place": passport.birth_place,
        "citizenship": citizenship if passport.citizenship else "",
        "residence_country": residence if passport.residence else "",
        "passport_number": passport.number,
        "passport_issued": passport.issued,
        "passport_expires": passport.expires,
        "passport_authority": passport.authority,
        "visa_entries": passport.entries,
        "stay_from": passport.stay_from,
        "stay_to": passport.stay_to,
        "towns": localized(conference.host, "name", language),
        "purpose": PURPOSES[language],
        "minors": passport.minors,
        "host_legal_name": localized(issuer, "name", language) if issuer is not None else "",
        "host_legal_address": ", ".join(lines),
        "insurance": passport.insured == "yes",
        "evisa_possible": need_for(delegate) is VisaNeed.EVISA,
    }


def prepare_visa_letter(*, delegate: Delegate, language: str | None = None, actor: Actor, at: datetime) -> Letter:
    """Draft the letter that supports a visa; the draft before it is given up. No number is taken.

    :raises Refusal: naming every field that is missing, or when the person has such a letter already.
    """
    conference = delegate.conference
    host = conference.host.country
    code = language or language_of(host)
    with transaction():
        lock(delegate)
        passport = passport_in(record_of(delegate))
        if passport is None:
            raise Refusal(_l("No passport data are kept of this person."))
        require_letter_data(passport, host)
        living = visa_letters([delegate.id]).get(delegate.id)
        if living is not None and living.state is LetterState.ISSUED:
            raise Refusal(
                _l("The letter is issued already. Annul it in the register first if the passport has changed.")
            )
        kind = kind_for(host)
        given = facts_for(conference, kind, code)
        values = {name: value for name, value in _particulars(delegate, passport, code).items()
                  if value not in (None, "", False) and name not in given}  # fmt: skip

        def draft(particulars: dict[str, Any]) -> Letter:
            return prepare_private_letter(
                conference=conference, kind=kind, language=code, town=delegate.municipality or conference.host,
                subject_id=delegate.id, about=f"{passport.surname} {passport.given}",
                addressee=consulate_of(conference, code), email=delegate.email, reader=delegate.language,
                particulars=particulars, actor=actor, at=at,
            )  # fmt: skip

        try:
            letter = draft(values)
        except Refusal as refusal:
            if refusal.field != "office":
                raise
            letter = draft({**values, "person": {**values["person"], "office": ""}})  # an office we cannot inflect
        record(deed="delegations.prepare_visa_letter", subject=delegate, actor=actor, at=at)
    return letter


def prepare_visa_letters(
    *,
    delegates: Sequence[Delegate],
    language: str | None = None,
    actor: Actor,
    at: datetime,
    tell: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Draft the letters of several; who cannot have one is told with the reason, the others have theirs.

    :param tell: told (people done, in all) before each; may raise to stop, then the letters made so far stay.
    """
    outcome = Prepared()
    for done, delegate in enumerate(delegates):
        if tell is not None:
            tell(done, len(delegates))
        try:
            outcome.letters.append(prepare_visa_letter(delegate=delegate, language=language, actor=actor, at=at))
        except Refusal as refusal:
            outcome.refused.append((delegate, refusal.message))
    return outcome


def send_evisa_notice(*, delegate: Delegate, actor: Actor, at: datetime) -> bool:
    """Mail how an electronic visa is got, with the confirmation of the place; False without an address, or sent before.

    :raises Refusal: when an electronic visa will not do for this person.
    """
    if need_for(delegate) is not VisaNeed.EVISA:
        raise Refusal(_l("For this person an e-visa is not possible, or none is needed."))
    with transaction():
        lock(delegate)
        sent = _mail_evisa(delegate, at) is not None
        if sent:
            record(deed="delegations.send_evisa_notice", subject=delegate, actor=actor, at=at)
    return sent


def _mail_evisa(delegate: Delegate, at: datetime) -> OutgoingMail | None:
    if not usable_address(delegate.email):
        return None
    conference, code = delegate.conference, delegate.language
    with speaking(code):
        when = date_range(conference.starts_on, conference.ends_on)
    mail = write_mail(
        "evisa", code, person=salutation(delegate), title=conference_title(conference, code), when=when,
        host=localized(conference.host, "name", code), number=delegate.public_id, link=personal_link(delegate),
        organisers=conference.contact_email or current_app.config["SETTINGS"].mail_from,
    )  # fmt: skip
    return queue_mail(
        kind="evisa", to=[delegate.email], language=code, mail=mail, at=at, conference_id=conference.id,
        deed_key=f"evisa:{delegate.id}", reply_to=conference.contact_email,
    )  # fmt: skip
