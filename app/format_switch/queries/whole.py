"""What a switch would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_hall, is_by_video
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE, usable_address
from app.errors import Message
from app.format_switch.queries.guests import guests_concerned, was_to
from app.format_switch.queries.letters import letters_withdrawn, plan_change_letters
from app.format_switch.queries.moving import moves, people_concerned
from app.format_switch.queries.past import MAIL, TOLD_BY, history
from app.format_switch.queries.quiet import nothing_new
from app.format_switch.queries.requests import requests_planned
from app.format_switch.queries.sessions import concerned_by, session_changes
from app.format_switch.queries.sign_ups import sign_up_changes, unheard_mails
from app.format_switch.rules import (
    WHOLE,
    Decision,
    PersonChange,
    Scope,
    ScopeKind,
    SessionChange,
    SwitchPlan,
    hindrance,
)
from app.format_switch.rules.guests import GuestChange
from app.format_switch.rules.requests import Choice, Kind
from app.format_switch.rules.sign_ups import SignUpChange
from app.mailroom.models import OutgoingMail
from app.mailroom.queries import how_many_not_begun, not_begun


@dataclass
class _People:
    changes: list[PersonChange] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    unreachable: list[int] = field(default_factory=list)
    quiet: list[int] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    hindrance: Message | None = None
    usable: frozenset[int] = frozenset()  # whose address is one

    def tell(self, rows: Sequence[Any], knowing: Collection[int] = ()) -> None:
        for row in rows:
            if not usable_address(row.email):
                self.unreachable.append(row.id)
            elif row.id in knowing:
                self.quiet.append(row.id)
            else:
                self.told.append(row.id)
                self.languages[row.language] += 1


def _people(
    conference: Conference, to: ConferenceFormat, scope: Scope, sessions: Sequence[SessionChange]
) -> _People:  # fmt: skip
    found, rows = _People(), people_concerned(conference)
    found.usable = frozenset(row.id for row in rows if usable_address(row.email))
    if scope.kind in {ScopeKind.DAY, ScopeKind.SESSION}:
        whom: set[int] | None = set()  # where everything is held so already
        if any(change.now != change.then for change in sessions):
            whom = concerned_by(conference, sessions) if scope.kind is ScopeKind.SESSION else None
        if whom:
            whom |= _told_of_days(conference, sessions)
        rows = [
            row for row in rows if row.accreditation in HOLDS_A_PLACE and (whom is None or row.id in whom)
        ]  # fmt: skip
        found.tell(rows, nothing_new(conference, conference.format, rows, (), sessions))
        return found
    moved = moves(conference, to, scope, rows)
    found.changes = moved.changes
    if scope.kind is ScopeKind.WHOLE:
        found.tell(rows, nothing_new(conference, to, rows, found.changes, sessions))
    else:
        found.hindrance = _too_many(conference, rows, moved.asked)
        moving = {change.delegate_id for change in found.changes}
        rows = [row for row in rows if row.id in moving]
        found.tell(rows, nothing_new(conference, conference.format, rows, found.changes, sessions))
    return found


def _told_of_days(conference: Conference, sessions: Sequence[SessionChange]) -> set[int]:
    """Those to whom mails that have not left tell the day of such a session in one sentence: it may not be so any
    more, so theirs are written again. Two queries."""
    zone = ZoneInfo(conference.timezone)
    hours = [held.starts_at for one in sessions if one.now != one.then for held in (one.now, one.then)]
    days = {hour.astimezone(zone).date().isoformat() for hour in hours if hour is not None}
    deeds = [one.id for one in history(conference) if one.scope is ScopeKind.DAY and one.scope_of in days]
    if not deeds:
        return set()
    unsent = db.session.scalars(select(OutgoingMail.deed_key).where(*not_begun(conference.id, MAIL)))
    found = (TOLD_BY.fullmatch(key or "") for key in unsent)
    return {int(one[2]) for one in found if one is not None and int(one[1]) >= min(deeds)}


def _too_many(conference: Conference, rows: Sequence[Any], changes: Sequence[PersonChange]) -> Message | None:
    """Why a delegation cannot move: its people would lose the places they have."""
    coming = [change for change in changes if change.before.accreditation in HOLDS_A_PLACE]
    for way, places in (
        (Attendance.VIDEO, conference.places_video), (Attendance.ON_SITE, conference.places_on_site),
    ):  # fmt: skip
        wanted = sum(change.after.attendance is way for change in coming)
        if places is None or not wanted:
            continue
        there = sum(row.attendance is way and row.accreditation in HOLDS_A_PLACE for row in rows)
        left = max(0, places - there)
        if wanted > left:
            return (
                _l("Places by video left: %(left)s; people who would move: %(coming)s.", left=left, coming=wanted)
                if is_by_video(way)
                else _l("Places on site left: %(left)s; people who would move: %(coming)s.", left=left, coming=wanted)
            )
    return None


def _before(
    conference: Conference, to: ConferenceFormat, scope: Scope, sessions: Sequence[SessionChange]
) -> ConferenceFormat:  # fmt: skip
    """The format from which what is in scope comes: that of most sessions that change."""
    if scope.kind is ScopeKind.WHOLE:
        return conference.format
    if scope.kind is ScopeKind.DELEGATION:
        on_site = not has_hall(to)
        return ConferenceFormat.IN_PERSON if on_site else ConferenceFormat.VIDEO
    forms = {each.value for each in ConferenceFormat} - {to.value}
    found = Counter(change.before for change in sessions if change.now != change.then and change.before in forms)
    if found:
        return ConferenceFormat(found.most_common(1)[0][0])
    others = [each for each in ConferenceFormat if each is not to]
    return conference.format if conference.format in others else others[0]


def _sign_up_mails(conference: Conference, people: _People, changes: Sequence[SignUpChange]) -> int:
    """How many mails tell somebody whom the switch does not write to how they stand in a session."""
    others = people.usable - {*people.told, *people.quiet}
    pairs = {(change.session_id, change.delegate_id) for change in changes if change.delegate_id in others}
    return len(pairs - set(unheard_mails(conference))) if pairs else 0


def _mails_withdrawn(
    conference: Conference, concerned: Collection[int], guests: Sequence[GuestChange], *, whole: bool
) -> int:  # fmt: skip
    """How many mails of earlier switches will never leave: all; of a part those to whom it concerns."""
    if whole:
        return how_many_not_begun(conference.id, MAIL)
    delegates, keys = set(concerned), {guest.key for guest in guests}
    if not delegates and not keys:
        return 0
    unsent = db.session.scalars(select(OutgoingMail.deed_key).where(*not_begun(conference.id, MAIL)))
    return sum(was_to(key, delegates, keys) for key in unsent)


def what_will_change(
    conference: Conference,
    to: ConferenceFormat,
    reason: str = "",
    *,
    scope: Scope = WHOLE,
    decisions: Mapping[str, Decision] | None = None,
    requests: Mapping[Kind, Choice] | None = None,
    at: datetime | None = None,
) -> SwitchPlan:
    """The plan of a switch, from what is true now. A fixed number of queries, whatever the size.

    :param decisions: what is decided for sessions otherwise than proposed, by ``uid``.
    :param requests: what is withdrawn or kept otherwise than proposed.
    :param at: when it would be done: sign-ups for what has begun by then stay as they are.
    """
    if scope.kind is ScopeKind.WHOLE and conference.format is to:
        return SwitchPlan(conference.id, conference.format, to)
    hinders = hindrance(scope, conference.format, to)
    if hinders is not None:
        return SwitchPlan(
            conference.id, _before(conference, to, scope, ()), to, scope=scope, hindrance=hinders
        )  # fmt: skip
    sessions = session_changes(conference, to, scope, decisions or {})
    people = _people(conference, to, scope, sessions)
    whole = scope.kind is ScopeKind.WHOLE
    sign_ups = sign_up_changes(conference, to, scope, sessions, people.changes, at=at)
    letters = plan_change_letters(conference, to, reason) if whole else None
    guests = guests_concerned(conference, to if whole else conference.format, sessions, whole=whole)
    languages = people.languages + Counter(guest.language for guest in guests if guest.is_told)
    return SwitchPlan(
        conference.id,
        _before(conference, to, scope, sessions),
        to,
        sessions,
        people.changes,
        people.told,
        dict(languages),
        people.unreachable,
        quiet=people.quiet,
        letters=[meant.municipality.slug for meant in letters.meant] if letters else (),
        letter_languages=Counter(meant.language for meant in letters.meant) if letters else {},
        letters_refused=[(refused.name, refused.message) for refused in letters.refused] if letters else (),
        letters_withdrawn=letters_withdrawn(conference) if whole else (),
        withdrawn=_mails_withdrawn(conference, [*people.told, *people.quiet], guests, whole=whole),
        scope=scope,
        hindrance=people.hindrance,
        guests=guests,
        sign_ups=sign_ups,
        sign_up_mails=_sign_up_mails(conference, people, sign_ups),
        requests=requests_planned(people.changes, requests or {}),
    )


def unreachable_people(plan: SwitchPlan) -> Sequence[Delegate]:
    """The delegates of a plan nobody can write to: they are telephoned."""
    return db.session.scalars(
        select(Delegate).where(Delegate.id.in_(plan.unreachable)).order_by(Delegate.last, Delegate.first)
    ).all()
