"""Reading delegations and delegates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from uuid import NAMESPACE_URL, uuid5

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.calendars import Entry, Mould, bound, event_text, meant_for
from app.conferences.models import Conference, Venue
from app.conferences.queries import conference_title, main_venue
from app.conferences.rules import Attendance
from app.conferences.taking_part import has_both, joins_by_video
from app.correspondence.models import Letter, Reply
from app.correspondence.rules import LetterState
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import HOLDS_A_PLACE, OPENS_DELEGATION, Accreditation, usable_address
from app.i18n import localized, speaking
from app.mail_texts import absolute
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState


def delegates_with_place(conference: Conference, attendance: Attendance | None = None) -> list[Delegate]:
    """Everyone granted, by rank and name; of one kind of attendance when given. Two queries."""
    question = (
        select(Delegate)
        .options(joinedload(Delegate.municipality), joinedload(Delegate.delegation))
        .where(Delegate.conference_id == conference.id, Delegate.accreditation == Accreditation.GRANTED)
        .order_by(*in_order_of(conference))
    )
    if attendance is not None:
        question = question.where(Delegate.attendance == attendance)
    return list(db.session.scalars(question))


def delegate_by_token(token: str) -> Delegate | None:
    """The delegate whose personal page ``token`` opens; that of a double opens the page of the one it became."""
    found = db.session.scalar(_with_conference().where(Delegate.token == token))
    return merged_into(found) if found is not None else None


def _with_conference() -> Select[Delegate]:
    return select(Delegate).options(joinedload(Delegate.conference), joinedload(Delegate.municipality))


def merged_into(delegate: Delegate) -> Delegate:
    """Who ``delegate`` is today: itself, or the one it was merged into (who may have been merged again)."""
    found, seen = delegate, {delegate.id}
    while found.merged_into_id is not None and found.merged_into_id not in seen:
        seen.add(found.merged_into_id)
        found = db.session.scalar(_with_conference().where(Delegate.id == found.merged_into_id)) or found
    return found


def delegation_by_token(token: str) -> Delegation | None:
    """The delegation whose roster ``token`` opens."""
    return db.session.scalar(
        select(Delegation).options(joinedload(Delegation.conference)).where(Delegation.token == token)
    )


def letter_of_reply(token: str) -> Letter | None:
    """The letter whose reply page ``token`` opens."""
    return db.session.scalar(
        select(Letter)
        .options(joinedload(Letter.conference), joinedload(Letter.municipality), joinedload(Letter.reply))
        .where(Letter.reply_token == token)
    )


def delegation_for(conference_id: int, municipality_id: int) -> Delegation | None:
    """The delegation of a municipality, if opened."""
    return db.session.scalar(
        select(Delegation).where(
            Delegation.conference_id == conference_id, Delegation.municipality_id == municipality_id
        )
    )


def answered_without_delegation() -> list[Letter]:
    """Letters whose head comes, sends a deputy or takes part by video, where no delegation is open yet."""
    opened = (
        select(Delegation.id)
        .where(Delegation.conference_id == Letter.conference_id, Delegation.municipality_id == Letter.municipality_id)
        .exists()
    )
    return list(
        db.session.scalars(
            select(Letter)
            .join(Letter.reply)
            .options(joinedload(Letter.conference), joinedload(Letter.municipality), joinedload(Letter.reply))
            .where(Letter.state == LetterState.ISSUED, Reply.answer.in_(OPENS_DELEGATION), ~opened)
            .order_by(Letter.id)
        )
    )


def members(delegation: Delegation) -> list[Delegate]:
    """The roster as it was ordered by hand, then the others by rank; those withdrawn at the end."""
    found = db.session.scalars(
        select(Delegate)
        .where(Delegate.delegation_id == delegation.id, Delegate.merged_into_id.is_(None))
        .order_by(Delegate.roster_position == 0, Delegate.roster_position, *in_order_of(delegation.conference))
    ).all()
    gone = {Accreditation.WITHDRAWN, Accreditation.DECLINED}
    return sorted(found, key=lambda row: row.accreditation in gone)


def link_states(delegates: Sequence[Delegate]) -> dict[int, MailState]:
    """What became of the mail with the personal link, by delegate; none for those never mailed. One query."""
    keys = {f"delegate-link:{row.id}": row.id for row in delegates}
    if not keys:
        return {}
    return {
        keys[key]: state
        for key, state in db.session.execute(
            select(OutgoingMail.deed_key, OutgoingMail.state).where(OutgoingMail.deed_key.in_(keys))
        )
        if key is not None
    }


def how_many_applied(conference_ids: Sequence[int]) -> dict[int, int]:
    """How many registrations wait for a decision, by conference. One query."""
    rows = db.session.execute(
        select(Delegate.conference_id, func.count())
        .where(Delegate.conference_id.in_(conference_ids), Delegate.accreditation == Accreditation.APPLIED)
        .group_by(Delegate.conference_id)
    )
    return {row[0]: row[1] for row in rows}


def delegations(conference: Conference) -> list[tuple[Delegation, int, int]]:
    """Every delegation with how many of it hold a place and how many wait. Constant queries."""
    holding = func.count(Delegate.id).filter(Delegate.accreditation.in_(HOLDS_A_PLACE))
    waiting = func.count(Delegate.id).filter(Delegate.accreditation == Accreditation.WAITLISTED)
    counted = {
        number: (taken, line)
        for number, taken, line in db.session.execute(
            select(Delegate.delegation_id, holding, waiting)
            .where(Delegate.conference_id == conference.id, Delegate.delegation_id.is_not(None))
            .group_by(Delegate.delegation_id)
        )
    }
    rows = db.session.scalars(
        select(Delegation)
        .options(joinedload(Delegation.letter).joinedload(Letter.reply))
        .where(Delegation.conference_id == conference.id)
        .order_by(Delegation.id)
    )
    return [(row, *counted.get(row.id, (0, 0))) for row in rows]


def next_number(conference: Conference, highest: str | None) -> str:
    """The first free public id (``R00001``) of those who register here; ask it under the conference's lock.

    :param highest: what :func:`at_the_door` has found.
    """
    column = Delegate.public_id
    if highest is not None and not highest[1:].isdecimal():
        taken = db.session.scalars(select(column).where(Delegate.conference_id == conference.id, column.like("R%")))
        highest = max((name for name in taken if name[1:].isdecimal()), key=lambda name: int(name[1:]), default=None)
    return f"R{int(highest[1:]) + 1 if highest else 1:05}"


def personal_link(delegate: Delegate) -> str:
    """The address of a delegate's own page, in their language."""
    return absolute(f"/{delegate.language}/delegate/{delegate.token}")


def join_link(delegate: Delegate) -> str:
    """The address at which a delegate enters video sessions."""
    return absolute(f"/join/{delegate.join_token}")


_DOOR = "\ue001"  # stands for the way in, which is each person's own


class ConferenceCalendars:
    """The conference as a calendar entry of its delegates, in their language: at ``venue``, else the main one.

    The UID is one for the whole conference, wherever the house stands; the SEQUENCE is the conference's: a later entry
    replaces an earlier. The organiser is the one who asks in the entries of sessions, too.
    ``REQUEST`` and ``CANCEL`` name the delegate as attendee (RFC 5546 section 3.2.2). A calendar may be shared, so the
    personal page is not in it; the way into the sessions is, for those who take part by video or may do so.

    :param stamp: when they are written.
    """

    def __init__(self, conference: Conference, *, stamp: datetime, venue: Venue | None = None) -> None:
        self._conference, self._stamp, self._venue = conference, stamp, venue
        self._moulds: dict[tuple[str, bool, bool], tuple[Mould, str]] = {}

    def of(self, delegate: Delegate, *, method: str = "PUBLISH", cancelled: bool = False) -> str:
        """The calendar of one of them; the entry is written once for all who take part alike in one language."""
        by_video = joins_by_video(delegate.attendance, self._conference.format)
        key = (delegate.language, by_video, cancelled)
        if key not in self._moulds:
            self._moulds[key] = self._written(delegate.language, by_video=by_video, cancelled=cancelled)
        mould, title = self._moulds[key]
        event = mould.fill(join_link(delegate))
        if method in {"REQUEST", "CANCEL"} and usable_address(delegate.email):
            event = meant_for(event, delegate.email)
        return bound([event], name=title, zone=self._conference.timezone, years=(), method=method)

    def _written(self, language: str, *, by_video: bool, cancelled: bool) -> tuple[Mould, str]:
        conference = self._conference
        title, host = conference_title(conference, language), localized(conference.host, "name", language)
        house = None if by_video else self._venue or main_venue(conference)
        place = [localized(house, "name", language) or house.name] if house is not None else []
        door = _DOOR if by_video or has_both(conference.format) else ""
        with speaking(language):
            location = str(_("by video")) if by_video else ", ".join([*place, host])
        entry = Entry(
            uid=str(uuid5(NAMESPACE_URL, f"urn:ratusha:conference:{conference.slug}")),
            sequence=conference.calendar_sequence,
            start=conference.starts_on,
            end=conference.ends_on,
            all_day=True,
            summary=title,
            location=location,
            description=door,  # not every reader shows CONFERENCE
            url=absolute(f"/{language}/c/{conference.slug}/"),
            conference_url=door,
            cancelled=cancelled,
        )
        event = event_text(
            entry, zone=conference.timezone, stamp=self._stamp, organizer_name=title,
            organizer=parseaddr(conference.contact_email or current_app.config["SETTINGS"].mail_from)[1],
        )  # fmt: skip
        return Mould.of(event, _DOOR), title


def calendar_for(delegate: Delegate, *, stamp: datetime) -> str:
    """The conference as a calendar entry of this delegate; see :class:`ConferenceCalendars`."""
    return ConferenceCalendars(delegate.conference, stamp=stamp).of(delegate)
