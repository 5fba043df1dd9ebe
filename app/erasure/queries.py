"""Whose data are meant, and where they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.conferences.models import Conference
from app.correspondence.models import Letter, Reply
from app.database import db
from app.delegations.models import Delegate, Delegation, GroupMailRecipient
from app.errors import Refusal
from app.mailroom.models import OutgoingMail
from app.printing.models import Badge, PrintRun


def delegate_of_number(number: str, conference: Conference | None = None) -> Delegate:
    """The delegate with that number of files; a number is one of a conference.

    :raises Refusal: when there is none, or several conferences have one.
    """
    question = select(Delegate).where(Delegate.public_id == number).order_by(Delegate.id)
    if conference is not None:
        question = question.where(Delegate.conference_id == conference.id)
    found = db.session.scalars(question).all()
    if not found:
        raise Refusal(_("There is no delegate “%(number)s”.", number=number), field="delegate")
    if len(found) > 1:
        slugs = ", ".join(row.conference.slug for row in found)
        raise Refusal(
            _("Several conferences have a delegate “%(number)s”: say which one with --conference (%(slugs)s).",
              number=number, slugs=slugs),
            field="conference",
        )  # fmt: skip
    return found[0]


def everybody(conference: Conference) -> list[Delegate]:
    """All delegates of a conference, whatever became of them."""
    return list(
        db.session.scalars(select(Delegate).where(Delegate.conference_id == conference.id).order_by(Delegate.id))
    )


def with_doubles(delegate: Delegate) -> list[Delegate]:
    """A delegate, and the rows that were found to be the same person."""
    return list(
        db.session.scalars(
            select(Delegate)
            .where(or_(Delegate.id == delegate.id, Delegate.merged_into_id == delegate.id))
            .order_by(Delegate.id)
        )
    )


def mails_of(people: Sequence[Delegate]) -> list[OutgoingMail]:
    """Mails written to these people.

    An address that several people share, such as an office's, says nothing by itself: then the mail must carry one of
    their links.
    """
    if not people:
        return []
    conference_id, ids = people[0].conference_id, {person.id for person in people}
    own = {person.email.casefold() for person in people if person.email}
    shared = {
        email.casefold()
        for email in db.session.scalars(
            select(Delegate.email).where(Delegate.conference_id == conference_id, Delegate.id.not_in(ids))
        )
    }
    links = [token for person in people for token in (person.token, person.join_token)]
    by_group = set(
        db.session.scalars(select(GroupMailRecipient.mail_id).where(GroupMailRecipient.delegate_id.in_(ids)))
    )
    rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.conference_id == conference_id))
    found = []
    for mail in rows:
        addresses = {address.casefold() for address in (*mail.to, *mail.copies)}
        if (
            mail.id in by_group
            or bool(addresses & (own - shared))
            or (bool(addresses & own) and any(link in mail.text for link in links))
        ):
            found.append(mail)
    return found


def mails_of_conference(conference: Conference) -> list[OutgoingMail]:
    """Every mail of a conference, those with letters too."""
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.conference_id == conference.id)))


def contacts_of(conference: Conference, addresses: Collection[str] | None = None) -> list[Delegation | Reply]:
    """Delegations and answers that name a contact: of a conference, or those with one of these addresses."""
    delegations = db.session.scalars(select(Delegation).where(Delegation.conference_id == conference.id)).all()
    replies = db.session.scalars(
        select(Reply).join(Reply.letter).where(Letter.conference_id == conference.id)
    ).all()  # fmt: skip
    rows: list[Delegation | Reply] = [*delegations, *replies]
    if addresses is None:
        return rows
    return [row for row in rows if row.contact_email and row.contact_email.casefold() in addresses]


def letters_about(ids: Collection[int]) -> list[Letter]:
    """Letters about these people, such as those to a consulate."""
    return list(db.session.scalars(select(Letter).where(Letter.subject_id.in_(ids)).order_by(Letter.id)))


def runs_with(ids: Collection[int], conference: Conference) -> list[PrintRun]:
    """Print runs on whose sheets these people stand: badges by name, lists of a conference wholly."""
    on_badges = select(Badge.run_id).where(Badge.delegate_id.in_(ids))
    return list(
        db.session.scalars(
            select(PrintRun).where(
                PrintRun.conference_id == conference.id, or_(PrintRun.id.in_(on_badges), PrintRun.kind != "badges")
            )
        )
    )
