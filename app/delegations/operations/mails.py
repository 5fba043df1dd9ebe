"""The mails that follow a deed. Each is queued in the deed's own transaction and leaves after it."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from flask import current_app

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.conferences.taking_part import comes, way_of
from app.correspondence.models import Letter
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries import calendar_for, join_link, personal_link, place_in_line, wish_of
from app.delegations.queries.groups import name_of_delegation
from app.delegations.queries.own_page import needs_a_door
from app.delegations.rules import Accreditation, is_cyrillic, shown, usable_address
from app.delegations.words import answer_lines, attendance_word, missing_words
from app.i18n import date_time, listing, localized, speaking
from app.mail_texts import absolute, write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import Draft, MailFile, mail_writer, order_mail, queue_mail, write_ordered
from invitations.address import salutation as form_of_address
from invitations.recipient import Gender, Recipient


def mail_facts(conference: Conference, language: str) -> dict[str, Any]:
    """What every mail about a conference says."""
    from app.i18n import date_range

    with speaking(language):
        when = date_range(conference.starts_on, conference.ends_on)
    return {
        "conference": conference,
        "title": conference_title(conference, language),
        "when": when,
        "host": localized(conference.host, "name", language),
        "organisers": conference.contact_email or current_app.config["SETTINGS"].mail_from,
    }


def written_name(delegate: Delegate) -> str:
    """The name as mails call somebody: «Анна Павловна» in Russian, in Latin letters in the other languages."""
    cyrillic = is_cyrillic(delegate.last + delegate.first)
    if cyrillic and delegate.language != "ru" and (delegate.last_latin or delegate.first_latin):
        return shown(" ".join(part for part in (delegate.first_latin, delegate.last_latin) if part))
    if cyrillic and delegate.patronymic:
        return shown(" ".join(part for part in (delegate.first, delegate.patronymic) if part))
    return shown(" ".join(part for part in (delegate.first, delegate.last) if part))


def salutation(delegate: Delegate) -> str:
    """«Уважаемая Анна Павловна!», "Sehr geehrter Herr Professor Meier,"; in Latin letters for who reads no Russian."""
    latin = is_cyrillic(delegate.last + delegate.first) and delegate.language != "ru"
    last = delegate.last_latin if latin and delegate.last_latin else delegate.last
    first = delegate.first_latin if latin and delegate.first_latin else delegate.first
    noble = "" if latin else delegate.noble_prefix
    return shown(
        form_of_address(
            Recipient(
                language=delegate.language, office="", last=" ".join(f"{noble} {last}".split()),
                first=" ".join(first.split()), patronymic="" if latin else delegate.patronymic.strip(),
                degree=delegate.academic_title,
                gender=Gender(delegate.gender) if delegate.gender in {"m", "f"} else Gender.UNKNOWN,
            )
        )
    )  # fmt: skip


def code_picture(text: str) -> bytes:
    """``text`` as a full QR code (never Micro QR), PNG, quiet zone kept."""
    drawn = io.BytesIO()
    # A mask given: trying all eight takes longer than everything else a registration does with its code.
    segno.make(text, error="m", micro=False, mask=2).save(drawn, kind="png", scale=6, border=4)
    return drawn.getvalue()


@dataclass(frozen=True)
class Pass:
    """The secret of a badge that is to be, and its picture."""

    token: str
    picture: bytes


def new_pass() -> Pass:
    """Draw a pass. Ask for it before the lock of a conference is held: drawing takes as long as the rest."""
    token = badge_secret()
    return Pass(token, code_picture(token))


def badge_secret() -> str:
    """A new secret for the QR code of a badge."""
    return secrets.token_urlsafe(9)


def _draft(name: str, delegate: Delegate, *, at: datetime, drawn: Pass | None = None, **context: Any) -> Draft | None:
    """The mail to somebody about their part in the conference; None without an address."""
    if not usable_address(delegate.email):
        return None
    granted = delegate.accreditation.value == "granted"
    wish = wish_of(delegate)
    with speaking(delegate.language):
        missing = listing(missing_words(delegate))
        way = attendance_word(way_of(delegate.attendance, delegate.conference.format))
        wished = attendance_word(wish) if wish is not None else ""
    mail = write_mail(
        name, delegate.language, delegate=delegate, person=salutation(delegate), link=personal_link(delegate),
        missing=missing, join=join_link(delegate) if needs_a_door(delegate) else "",
        on_site=comes(delegate.attendance, delegate.conference.format), way=way, wished=wished,
        **mail_facts(delegate.conference, delegate.language), **context,
    )  # fmt: skip
    files = []
    if granted and comes(delegate.attendance, delegate.conference.format):
        picture = drawn.picture if drawn is not None else code_picture(delegate.badge_token)
        files = [MailFile("pass.png", content=picture, media_type="image/png")]
    return Draft(
        kind=name,
        to=[delegate.email],
        language=delegate.language,
        mail=mail,
        conference_id=delegate.conference_id,
        files=files,
        calendar=calendar_for(delegate, stamp=at) if granted else "",
        calendar_method="PUBLISH" if granted else "",
        reply_to=delegate.conference.contact_email,
    )


def _mail(
    name: str, delegate: Delegate, *, key: str | None, at: datetime, drawn: Pass | None = None, **context: Any
) -> OutgoingMail | None:
    write_ordered(at=at, deed_key=_link_key(delegate.id))  # what they were told first comes first
    draft = _draft(name, delegate, at=at, drawn=drawn, **context)
    if draft is None:
        return None
    return queue_mail(
        kind=draft.kind, to=draft.to, language=draft.language, mail=draft.mail, at=at,
        conference_id=draft.conference_id, deed_key=key, files=draft.files, calendar=draft.calendar,
        calendar_method=draft.calendar_method, reply_to=draft.reply_to,
    )  # fmt: skip


def _link_key(delegate_id: int) -> str:
    """The deed key of the mail that brings somebody their personal link."""
    return f"delegate-link:{delegate_id}"


REGISTRATION = "registration"  # the writer of confirmations


def order_confirmation(delegate: Delegate, *, at: datetime) -> None:
    """Have a registration confirmed by mail a moment later; nothing happens where no mail can be sent."""
    if usable_address(delegate.email):
        order_mail(writer=REGISTRATION, subject_id=delegate.id, deed_key=_link_key(delegate.id),
                   conference_id=delegate.conference_id, at=at)  # fmt: skip


@mail_writer(REGISTRATION)
def _confirmation(delegate_id: int, at: datetime) -> Draft | None:
    """What is true of the registration now: granted, applied or waiting."""
    delegate = db.session.get(Delegate, delegate_id)
    if delegate is None or delegate.accreditation in {Accreditation.DECLINED, Accreditation.WITHDRAWN}:
        return None
    waiting = place_in_line(delegate)
    return _draft("waiting" if waiting else "registered", delegate, at=at, waiting=waiting)


def mail_added(
    delegate: Delegate, *, delegation: Delegation | None, drawn: Pass | None = None, at: datetime
) -> OutgoingMail | None:
    """Send the personal link to somebody whom a contact or the secretariat put on the list."""
    return _mail(
        "delegate_added", delegate, key=_link_key(delegate.id), at=at, drawn=drawn,
        waiting=place_in_line(delegate), delegation=delegation,
    )  # fmt: skip


def mail_place_granted(delegate: Delegate, *, moved: bool = False, at: datetime) -> OutgoingMail | None:
    """Tell somebody who waited, or applied, that a place is theirs; ``moved``: they left another for it."""
    key = f"place-granted:{delegate.id}:{delegate.version}"
    return _mail("place_granted", delegate, key=key, at=at, moved=moved)


def mail_place_offered(delegate: Delegate, *, at: datetime) -> OutgoingMail | None:
    """Tell somebody who waits that a place is kept for them, and until when."""
    until = delegate.offered_until
    if until is None:
        return None
    with speaking(delegate.language):
        end = date_time(until, delegate.conference.timezone)
    return _mail("place_offered", delegate, key=f"place-offered:{delegate.id}:{delegate.version}", at=at, until=end)


def mail_changed(delegate: Delegate, *, what: str, at: datetime) -> OutgoingMail | None:
    """Tell a delegate of a change somebody else made: ``what`` is changed, declined, withdrawn, link,
    offer_over, or passed_on."""
    return _mail("delegate_changed", delegate, key=None, at=at, what=what, waiting=place_in_line(delegate))


def mail_delegation_opened(
    delegation: Delegation, *, letter: Letter | None = None, at: datetime
) -> OutgoingMail | None:
    """Send the contact the link to the roster; once for each address.

    :param letter: the one whose answer opened it: the mail then tells what was answered.
    """
    if not usable_address(delegation.contact_email):
        return None
    language = delegation.language
    whose = name_of_delegation(delegation, language)
    with speaking(language):
        lines = answer_lines(letter.reply) if letter is not None and letter.reply is not None else []
    mail = write_mail(
        "delegation_opened", language, delegation=delegation, whose=shown(whose), lines=lines,
        reply_url=absolute(f"/{letter.language}/reply/{letter.reply_token}") if letter is not None and lines else "",
        person=shown(delegation.contact_name), link=absolute(f"/{language}/delegation/{delegation.token}"),
        **mail_facts(delegation.conference, language),
    )  # fmt: skip
    return queue_mail(
        kind="delegation_opened",
        to=[delegation.contact_email],
        language=language,
        mail=mail,
        at=at,
        conference_id=delegation.conference_id,
        deed_key=f"delegation:{delegation.id}:{delegation.contact_email.casefold()}"[:120],
        reply_to=delegation.conference.contact_email,
    )
