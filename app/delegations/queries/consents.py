"""Reading consents, and the texts they are given to."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.database import db
from app.delegations.models import Consent, ConsentWording, Delegate
from app.delegations.rules.consents import ConsentText, Operator, Purpose, consent_text
from app.i18n import localized
from app.kept_pages import kept_facts


def operator_of(conference: Conference, language: str) -> Operator:
    """Who is agreed with: the organisation that issues the letters, else the host municipality."""
    issuer = conference.issuer
    mail: str = current_app.config["SETTINGS"].mail_from
    title = conference_title(conference, language)
    if issuer is None:
        town = localized(conference.host, "name", language)
        return Operator(town, town, conference.contact_email or mail, title)
    addresses = issuer.addresses or {}
    lines = addresses.get(language) or addresses.get("en") or next(iter(addresses.values()), [])
    name = localized(issuer, "name", language)
    return Operator(name, ", ".join(lines) or name, conference.contact_email or issuer.email or mail, title)


def text_for(purpose: Purpose, conference: Conference, language: str) -> ConsentText:
    """The text that is asked for now."""
    return consent_text(purpose, language, operator_of(conference, language))


def texts_for(conference: Conference, language: str) -> dict[str, ConsentText]:
    """Every text that is asked for now, by purpose."""
    operator = operator_of(conference, language)
    return {purpose.value: consent_text(purpose, language, operator) for purpose in Purpose}


def kept_texts_for(conference: Conference, language: str) -> dict[str, ConsentText]:
    """The same, kept for the moment for which a form with these texts is kept too."""
    return kept_facts(("consents", conference.id, language), lambda: texts_for(conference, language))


@dataclass(frozen=True)
class Given:
    """A consent with the words it was given to; empty when they were those of an earlier form."""

    consent: Consent
    text: str


def consents_of(delegate: Delegate) -> list[Given]:
    """Every consent of a person, withdrawn ones too, the newest first. One query."""
    rows = db.session.execute(
        select(Consent, ConsentWording.text)
        .outerjoin(ConsentWording, ConsentWording.sha256 == Consent.wording)
        .where(Consent.delegate_id == delegate.id)
        .order_by(Consent.id.desc())
    )
    return [Given(consent, text or "") for consent, text in rows]


def agrees(delegate: Delegate, purpose: Purpose) -> bool:
    """Whether the person agrees to it now."""
    return purpose.value in (delegate.consents or {})
