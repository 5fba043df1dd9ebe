"""Who gets post: delegates on site or by video, heads of their municipalities; as the receiving country writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from babel import Locale
from babel.core import get_global
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, selectinload

from app.conferences.models import Conference
from app.correspondence.operations.addressee import as_recipient, recipient_of
from app.correspondence.operations.despatch_papers import post_of
from app.correspondence.queries import decided_forms
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.rules import Accreditation
from app.delegations.rules.precedence import side_of
from app.directory.models import Municipality
from app.directory.rules import head_of_year
from app.i18n import localized, region_name, speaking
from app.printing.papers.queries import participants
from app.printing.papers.rules import Paper, Participant, russian_dative
from invitations import address
from invitations.address import UnknownOffice
from invitations.layout.envelope import Envelope, country_lines, language_of
from invitations.recipient import Gender


class Whom(StrEnum):
    """Whose post it is."""

    DELEGATES = "delegates"
    HEADS = "heads"


WHOM_WORDS: Mapping[Whom, LazyString] = {
    Whom.DELEGATES: _l("all delegates with a place"),
    Whom.HEADS: _l("the heads of the municipalities that send a delegation"),
}


SPEAK_GERMAN = frozenset({"DE", "AT", "CH", "LI", "LU"})


@dataclass(frozen=True)
class Posted:
    """One piece of post; ``whole``: street and town are known, else the town alone stands there.

    ``delegate_id`` and ``role`` are of the delegate it goes to; of heads there are none.
    """

    envelope: Envelope
    whole: bool
    delegate_id: int = 0
    role: str = ""


def _sender(conference: Conference, code: str) -> tuple[str, ...]:
    issuer = conference.issuer
    if issuer is None:
        return ()
    found = issuer.addresses or {}
    return (localized(issuer, "name", code), *(found.get(code) or found.get("en") or found.get("ru") or []))


def person_lines(person: Participant, code: str, country: str) -> list[str]:
    """The person as an address names them: the Russian name in the dative, the German one with Frau or Herrn; no such
    word where another language is spoken.
    """
    if code == "ru":
        return [russian_dative(person) or person.names["ru"]]
    word = {Gender.FEMALE: "Frau", Gender.MALE: "Herrn"}.get(person.gender, "") if country in SPEAK_GERMAN else ""
    return [line for line in (word, person.names["de"]) if line]


def _where(country: str, code: str, post: str) -> tuple[str, ...]:
    if not country:
        return ()
    own = _named(country, code) if code == "ru" or country in SPEAK_GERMAN else _own_name(country)
    return country_lines(country, language=code, post=post, name=own, sending=_named(country, language_of(post)))


def _named(country: str, code: str) -> str:
    with speaking(code):
        return region_name(country)


def _own_name(country: str) -> str:
    """«France», "Italia": the country as its own post writes it, in English where it does not write Latin letters."""
    likely = get_global("likely_subtags").get(f"und_{country}", "en").split("_")
    code = likely[0] if "Latn" in likely else "en"
    return str(Locale.parse(code).territories.get(country, country))


def _for_delegates(conference: Conference, post: str, delegation_id: int | None) -> list[Posted]:
    own, group, of_group = aliased(Municipality), aliased(Delegation), aliased(Municipality)
    question = (
        select(
            Delegate.id,
            func.coalesce(own.country, of_group.country, Delegate.country, "").label("country"),
            func.coalesce(own.postal_address, of_group.postal_address, "").label("postal"),
        )
        .outerjoin(own, own.id == Delegate.municipality_id)
        .outerjoin(group, group.id == Delegate.delegation_id)
        .outerjoin(of_group, of_group.id == group.municipality_id)
        .where(Delegate.conference_id == conference.id)
    )
    rows = {row.id: row for row in db.session.execute(question)}
    senders = {code: _sender(conference, code) for code in ("ru", "de")}
    found = []
    everybody = participants(conference, Paper.CERTIFICATES, delegation_id=delegation_id, all_accredited=True)
    for person in everybody:
        row = rows[person.delegate_id]
        code = side_of(row.country) if row.country else person.side
        street = row.postal.splitlines()
        lines = (
            *person_lines(person, code, row.country),
            *(street or [person.places[code]]),
            *_where(row.country, code, post),
        )
        envelope = Envelope(code, senders[code], tuple(line for line in lines if line))
        found.append(Posted(envelope, bool(street), person.delegate_id, person.role))
    return found


def _for_heads(conference: Conference, post: str) -> list[Posted]:
    sent = select(Delegation.municipality_id).where(Delegation.conference_id == conference.id)
    come = select(Delegate.municipality_id).where(
        Delegate.conference_id == conference.id, Delegate.accreditation == Accreditation.GRANTED
    )
    towns = db.session.scalars(
        select(Municipality)
        .where(or_(Municipality.id.in_(sent), Municipality.id.in_(come)))
        .options(selectinload(Municipality.heads))
        .order_by(Municipality.country, Municipality.name_de, Municipality.id)
    ).all()
    decided = {code: decided_forms(code) for code in ("ru", "de")}
    senders = {code: _sender(conference, code) for code in ("ru", "de")}
    found = []
    for town in towns:
        if not town.heads:
            continue
        head = head_of_year(sorted(town.heads, key=lambda row: row.id), conference.starts_on.year)
        code = side_of(town.country)
        kept = recipient_of(head, town, code, decided[code])
        recipient = as_recipient(kept)
        forms = {(what, key, case): form for what, key, case, form in kept.get("forms", [])}
        try:
            named = address.address_lines(recipient, forms)
        except UnknownOffice:  # nobody has decided its forms yet: as it stands
            named = (recipient.office, " ".join(filter(None, (recipient.last, recipient.first, recipient.patronymic))))
        street = town.postal_address.splitlines()
        lines = (*named, *(street or [localized(town, "name", code)]), *_where(town.country, code, post))
        found.append(Posted(Envelope(code, senders[code], lines), bool(street)))
    return found


def posted(conference: Conference, whom: Whom, *, delegation_id: int | None = None) -> Sequence[Posted]:
    """The post for them, delegates as badges are handed out, heads by country and town.

    :param delegation_id: delegates of this one alone.
    """
    post = post_of(conference.issuer)
    return _for_heads(conference, post) if whom is Whom.HEADS else _for_delegates(conference, post, delegation_id)
