"""Telling the organisers that somebody does not take their part."""

from __future__ import annotations

from datetime import datetime

from app.delegations.operations.mails import mail_facts
from app.delegations.rules import usable_address
from app.i18n import localized, speaking
from app.mail_texts import absolute, write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail
from app.programme.models import SessionPerson
from app.programme.part_words import hours_in_words, name_in_words, place_in_words
from app.programme.rules.words import ROLE_OF_ONE

KIND = "part_declined"


def mail_declined(*, person: SessionPerson, at: datetime) -> OutgoingMail | None:
    """Write to the organisers, in the language of the host, within the transaction of the answer; None where no
    address of theirs is known."""
    session, conference = person.session, person.session.conference
    to = conference.contact_email or (conference.issuer.email if conference.issuer is not None else "")
    if not usable_address(to):
        return None
    language = {"RU": "ru", "DE": "de"}.get(conference.host.country, "en")
    with speaking(language):
        facts = {
            "person": name_in_words(person), "role": str(ROLE_OF_ONE[person.role]),
            "session": localized(session, "title") or session.code, "hours": hours_in_words(session),
            "place": place_in_words(session),
        }  # fmt: skip
    link = absolute(f"/{language}/desk/c/{conference.slug}/programme/{session.id}")
    mail = write_mail(
        KIND, language, **facts, code=session.code, remark=person.remark, link=link, **mail_facts(conference, language)
    )
    return queue_mail(
        kind=KIND, to=[to], language=language, mail=mail, at=at, conference_id=conference.id,
        deed_key=f"{KIND}:{person.id}:{at:%Y%m%d%H%M}", reply_to=person.email if usable_address(person.email) else "",
    )  # fmt: skip
