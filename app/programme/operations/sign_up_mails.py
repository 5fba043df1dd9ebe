"""What people are told of sessions they signed up for. Queued in the deed's own transaction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.delegations.models import Delegate
from app.delegations.operations.mails import mail_facts, salutation
from app.delegations.queries import personal_link
from app.delegations.rules import usable_address
from app.i18n import localized, number, speaking
from app.mail_texts import write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail
from app.programme.queries.sign_up import Offered
from app.programme.sign_up_words import hours


class News(StrEnum):
    """What happened without the person's own doing."""

    MOVED_UP = "moved-up"
    SIGNED_UP = "signed-up"
    IN_LINE = "in-line"
    TAKEN_OFF = "taken-off"
    NOT_THERE = "not-there"
    GIVEN_BACK = "given-back"
    BACK_IN_LINE = "back-in-line"


def mail_sign_up(
    delegate: Delegate,
    told: Offered | None,
    news: News,
    *,
    line: int | None = None,
    at: datetime,
    kind: str = "session_sign_up",
    held_as: str | None = None,
) -> OutgoingMail | None:
    """Tell somebody how they stand, in their language.

    :param told: the session as people have read of it; None while it stands in no release.
    :param held_as: the key of a deed whose mails wait for a person's release, and ``kind`` theirs.
    :returns: None when there is no address, or no release: nobody is written to about a draft.
    """
    if told is None or not usable_address(delegate.email):
        return None
    conference, language = delegate.conference, delegate.language
    with speaking(language):
        when, place = hours(told, conference.timezone), number(line or 1)
    mail = write_mail(
        "session_sign_up", language, news=news.value, session=localized(told, "title", language) or told.item["id"],
        hours=when, line=place, delegate=delegate, greeting=salutation(delegate),
        link=f"{personal_link(delegate)}/sessions", **mail_facts(conference, language),
    )  # fmt: skip
    return queue_mail(
        kind=kind, to=[delegate.email], language=language, mail=mail, at=at,
        conference_id=conference.id, reply_to=conference.contact_email,
        deed_key=held_as, held=held_as is not None,
    )  # fmt: skip
