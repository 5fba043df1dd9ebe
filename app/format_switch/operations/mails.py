"""Telling every delegate what is new to them, with an entry for the calendar."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.queries import main_venue
from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_hall, is_by_video, joins_by_video
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.operations.mails import salutation
from app.delegations.queries import ConferenceCalendars, join_link, personal_link
from app.delegations.queries.visa import visa_letters
from app.delegations.rules import HOLDS_A_PLACE
from app.directory.zones import town_zone
from app.format_switch.models import FormatSwitch
from app.format_switch.operations.mail_calendars import SessionCalendars
from app.format_switch.operations.mail_choices import Choices, meant, told_of_wish
from app.format_switch.operations.mail_frames import (
    FrameWriter,
    Meaning,
    Reader,
    differs,
    is_off,
    only_doors,
    part_means,
)
from app.format_switch.queries import MAIL, calendars_sent, last_known
from app.format_switch.queries.guests import was_to
from app.format_switch.queries.moving import standing_now
from app.format_switch.queries.news import News
from app.format_switch.queries.past import invited_by_mail
from app.format_switch.queries.requests import withdrawn_of
from app.format_switch.queries.told import Heard, Known, OwnSession, OwnSessions, unanswered_parts
from app.format_switch.rules import PersonOutcome, ScopeKind, Standing, SwitchPlan, outcome_of_person
from app.format_switch.rules.requests import KINDS, Paper, Request
from app.history.rules import Actor
from app.i18n import localized
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import MailFile, PlainMail, queue_plain_mails, withdraw, withdraw_unsent
from app.mailroom.queries import not_begun

_COMES = frozenset({PersonOutcome.RETURNS, PersonOutcome.COMES_ON_SITE, PersonOutcome.LEAVES_WAITING_LIST})


def _withdraw_of(conference: Conference, plan: SwitchPlan, *, actor: Actor, at: datetime) -> None:
    """Withdraw the mails of earlier switches to those whom this one concerns; the others' stay true."""
    told, guests = {*plan.told, *plan.quiet}, {guest.key for guest in plan.guests}
    for mail in db.session.scalars(select(OutgoingMail).where(*not_begun(conference.id, MAIL))).all():
        if was_to(mail.deed_key, told, guests):
            withdraw(mail=mail, actor=actor, at=at)


def _told(ids: Collection[int]) -> Sequence[Delegate]:
    return db.session.scalars(
        select(Delegate)
        .options(
            joinedload(Delegate.municipality), joinedload(Delegate.delegation).joinedload(Delegation.municipality),
            joinedload(Delegate.conference),
        )
        .where(Delegate.id.in_(ids))
        .order_by(Delegate.id)
    ).all()  # fmt: skip


def _asked(delegate: Delegate, invited: bool) -> tuple[str, ...]:
    """What somebody asked for or told us of the journey."""
    found = (
        ("hotel", delegate.hotel_needed == "yes"),
        ("journey", bool(delegate.arrival or delegate.departure)),
        ("visa", invited or delegate.visa_needed == "yes"),
    )
    return tuple(name for name, there in found if there)


def _papers(outcome: PersonOutcome | None, now: Standing, to: ConferenceFormat) -> str:
    """What becomes of the journey: ``withdrawn``, ``again``, ``kept``, or nothing is said."""
    if outcome is PersonOutcome.MOVES_TO_VIDEO:
        return "withdrawn"
    if is_by_video(now.attendance) or now.accreditation not in HOLDS_A_PLACE:
        return ""
    if outcome in _COMES:
        return "again"
    return "kept" if has_hall(to) else ""


def _parted(asked: Sequence[str], gone: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is withdrawn and what is kept, of who leaves the hall; who has no visa letter any more keeps no papers."""
    hidden = {*gone, Request.VISA} if Paper.VISA_LETTER in gone else gone
    return tuple(kind for kind in KINDS if kind in gone), tuple(kind for kind in asked if kind not in hidden)


def follows_from_home(now: Standing, held: ConferenceFormat, sessions: Sequence[OwnSession]) -> bool:
    """Whether somebody follows their sessions from home: who is in a hall on any day hears the host's hours alone."""
    left = [one for one in sessions if not is_off(one)]
    return joins_by_video(now.attendance, held) or (bool(left) and all(one.is_online for one in left))


def _shown(sessions: Sequence[OwnSession], at: datetime) -> list[OwnSession]:
    """Those to come, without what was off before and still is."""
    kept = []
    for one in sessions:
        ends = one.item["ends_at"] or one.item["starts_at"]
        over = bool(ends) and datetime.fromisoformat(ends) <= at
        known_off = is_off(one) and (one.before is None or bool(one.before["cancelled"]))
        if not over and not known_off:
            kept.append(one)
    return kept


class _News:
    """What there is to tell, looked up once for all who knew the same."""

    def __init__(self, programmes: OwnSessions, deed: FormatSwitch) -> None:
        self._programmes, self._deed = programmes, deed
        self._found: dict[Known, News] = {}

    def of(self, knew: Known) -> News:
        if knew not in self._found:
            self._found[knew] = News(
                heard=knew.heard, unheard=knew.unheard, deed=self._deed, known=knew.format,
                before=self._programmes.seen(knew.release), now=self._programmes.now(knew.release),
                listed=self._programmes.after is not None,
            )  # fmt: skip
        return self._found[knew]


def tell_delegates(*, conference: Conference, deed: FormatSwitch, plan: SwitchPlan, actor: Actor, at: datetime) -> int:
    """Queue one mail for each delegate of the plan, held for a person's release; returns how many.

    Mails of earlier switches that have not left are withdrawn: they are not true any more. So each mail says what is
    new to its reader, which may be more than this switch changes, or less. It holds what is the reader's alone: their
    part, their sessions on the host's clock and on their own, their journey, their door; never the address of a room.
    """
    if plan.scope.kind is ScopeKind.WHOLE:
        withdraw_unsent(conference_id=conference.id, kind=MAIL, actor=actor, at=at)
    else:
        _withdraw_of(conference, plan, actor=actor, at=at)
    badges_back = plan.requests[Paper.BADGE].back if Paper.BADGE in plan.requests else ()
    mails = written(conference, deed, plan.told, last_known(conference), badges_back=badges_back, at=at)
    return queue_plain_mails(
        kind=MAIL, mails=mails, conference_id=conference.id, at=at, held=True, reply_to=conference.contact_email
    )


def written(
    conference: Conference,
    deed: FormatSwitch,
    ids: Collection[int],
    known: Mapping[int, Standing],
    *,
    badges_back: Collection[int],
    at: datetime,
) -> list[PlainMail]:
    """The mails of a switch to these delegates, as things stand now.

    :param known: how they stood when they were told last, of those who stand otherwise (:func:`last_known`).
    :param badges_back: whose badge counts again with it.
    """
    have_entry, heard, told = calendars_sent(conference), Heard(conference), _told(ids)
    before = {delegate.id: heard.before(delegate, deed) for delegate in told}
    programmes = OwnSessions(conference, told, before, heard.stood_before(told))
    invited = visa_letters([delegate.id for delegate in told])
    withdrawn = withdrawn_of([delegate.id for delegate in told])
    unanswered = unanswered_parts(conference)
    everything = _News(programmes, deed)
    choices = Choices(conference)
    whole = ConferenceCalendars(conference, stamp=at, venue=main_venue(conference))
    writer = FrameWriter(conference, deed)
    organisers = conference.contact_email or current_app.config["SETTINGS"].mail_from
    calendars, mails = SessionCalendars(programmes.after, organisers, invited=invited_by_mail(conference), at=at), []
    for delegate in told:
        now = standing_now(delegate)
        was = known.get(delegate.id, now)
        place, entry = delegate.accreditation in HOLDS_A_PLACE, delegate.email.casefold() in have_entry
        calendar = ""
        # who waits for a place keeps none in the calendar; one that is offered brings another when it is taken
        entry = entry and (place or not now.offered)
        if place or entry:
            method = "REQUEST" if place else "CANCEL"
            calendar = whole.of(delegate, method=method, cancelled=not place)
        outcome, knew = outcome_of_person(was, now), before[delegate.id]
        own = programmes.of(delegate, was, now)
        sessions = _shown(own, at)
        if outcome is PersonOutcome.LEAVES_WAITING_LIST:  # they had no programme that could change
            sessions = [replace(one, before=None) for one in sessions if not is_off(one)]
        on_video = is_by_video(now.attendance)
        door = join_link(delegate)
        files: tuple[MailFile, ...] = ()
        if place or entry:
            files = calendars.of(delegate, sessions, door, unanswered=unanswered.get(delegate.id, ()))
        told_of = everything.of(knew).of(
            programmes.codes(delegate, was, now), number=delegate.id, was=was.attendance, now=now.attendance,
            place=place,
        )  # fmt: skip
        parts = [one for one in told_of if one.scope in {ScopeKind.DAY, ScopeKind.SESSION}]
        # who is told of a day or a session may come to it, and meets others there on a screen
        to_screen = any(not has_hall(one.to) for one in parts)
        papers, asked = _papers(outcome, now, conference.format), _asked(delegate, delegate.id in invited)
        kept: tuple[str, ...] = ()
        if papers == "again" and delegate.id in badges_back:
            asked = (*asked, Paper.BADGE)
        if papers == "withdrawn":
            asked, kept = _parted(asked, withdrawn.get(delegate.id, ()))
        meaning = Meaning(
            delegate.language, meant(outcome, now), knew.format, on_video,
            joins=place and (on_video or to_screen or any(one.is_online for one in sessions)),
            papers=papers, asked=asked, kept=kept,
            entry="" if not calendar else "cancels" if not place else "replaces" if entry else "new",
            files=len(files), doors_alone=only_doors(sessions), news=told_of,
            part=part_means(sessions, on_video=on_video, to_screen=to_screen)
            if place and parts else "",
            calm=not any(map(differs, sessions)), choice=choices.of(delegate), wish=told_of_wish(delegate),
            offered=now.offered,
        )  # fmt: skip
        link = personal_link(delegate)
        town = delegate.municipality or (delegate.delegation.municipality if delegate.delegation else None)
        reader = Reader(
            salutation(delegate), link, door, f"{link}/programme.ics",
            town_zone(town, delegate.country) if follows_from_home(now, conference.format, sessions) else "",
            (localized(town, "name", delegate.language) or "") if town else "",
        )  # fmt: skip
        mails.append(
            PlainMail(
                delegate.email, delegate.language, writer.write(meaning, reader, sessions if place else ()),
                f"switch-{deed.id}-{delegate.id}", calendar, ("REQUEST" if place else "CANCEL") if calendar else "",
                files,
            )
        )  # fmt: skip
    return mails
