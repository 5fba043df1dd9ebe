"""What a switch means for papers, hotels and journeys, for waiting lists, and what it cannot take back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import has_hall, has_screen, is_by_video, is_on_site
from app.correspondence.models import Letter, RegisterEntry
from app.correspondence.queries import invited_slugs
from app.correspondence.rules import LetterState
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.visa import visa_letters
from app.delegations.rules import HOLDS_A_PLACE, Accreditation
from app.directory.models import Municipality
from app.format_switch.queries.letters import NOTICE, letters_withdrawn
from app.format_switch.queries.past import MAIL
from app.format_switch.rules import ScopeKind, Standing, SwitchPlan
from app.i18n import localized
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from app.printing.models import Badge

_SOME = 5000


@dataclass(frozen=True)
class Papers:
    """Of those who leave the hall (or come back to it): what was made or asked for, which then counts no more (or
    again)."""

    people: int = 0
    badges: int = 0
    visa_letters: int = 0
    visa_drafts: int = 0
    hotels: int = 0
    journeys: int = 0

    @property
    def anything(self) -> bool:
        """Whether there is anything to say of them."""
        return any((self.badges, self.visa_letters, self.visa_drafts, self.hotels, self.journeys))


@dataclass(frozen=True)
class Consequences:
    """What follows from a plan. ``letters_issued`` are the numbers of the notices that have gone.

    ``left_*`` are free places afterwards, None without a limit; ``waiting`` how many wait then for a place on site.
    """

    leave: Papers
    come: Papers
    mails_gone: int
    letters_issued: Sequence[str]
    waiting: int
    left_on_site: int | None
    left_video: int | None
    invited: int  # heads who hold an invitation
    uninvited: Sequence[str]  # municipalities whose people take part and whose head holds none


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _SOME] for start in range(0, len(ids), _SOME)]


def _papers(ids: Sequence[int]) -> Papers:
    if not ids:
        return Papers()
    badges = hotels = journeys = 0
    letters: Counter[bool] = Counter()
    for some in _parts(ids):
        badges += db.session.scalar(
            select(func.count(Badge.delegate_id.distinct())).where(
                Badge.delegate_id.in_(some), Badge.withdrawn_at.is_(None)
            )
        ) or 0  # fmt: skip
        row = db.session.execute(
            select(
                func.count().filter(Delegate.hotel_needed == "yes"),
                func.count().filter((Delegate.arrival != "") | (Delegate.departure != "")),
            ).where(Delegate.id.in_(some))
        ).one()
        hotels, journeys = hotels + row[0], journeys + row[1]
        letters.update(letter.state is LetterState.ISSUED for letter in visa_letters(some).values())
    return Papers(len(ids), badges, letters[True], letters[False], hotels, journeys)


def _issued(conference: Conference) -> list[str]:
    return list(
        db.session.scalars(
            select(RegisterEntry.label)
            .join(Letter, Letter.register_entry_id == RegisterEntry.id)
            .where(
                Letter.conference_id == conference.id,
                Letter.kind == NOTICE,
                Letter.state == LetterState.ISSUED,
                RegisterEntry.label.not_in(letters_withdrawn(conference)),
            )
            .order_by(RegisterEntry.id)
        )
    )


def _uninvited(conference: Conference, invited: Sequence[str]) -> list[str]:
    own = func.coalesce(Delegate.municipality_id, Delegation.municipality_id)
    towns = db.session.scalars(
        select(Municipality).where(
            Municipality.id.in_(
                select(own)
                .outerjoin(Delegation, Delegation.id == Delegate.delegation_id)
                .where(Delegate.conference_id == conference.id, Delegate.accreditation.in_(HOLDS_A_PLACE))
            ),
            Municipality.slug.not_in(invited),
        )
    )
    return sorted(localized(town, "name") for town in towns)


def _left(capacity: int | None, taken: int) -> int | None:
    return None if capacity is None else max(0, capacity - taken)


def _offered_way(stands: Standing) -> Attendance:
    """Of the place that is offered: who has one is offered one of the other way."""
    here = stands.accreditation is Accreditation.WAITLISTED
    return Attendance.ON_SITE if is_on_site(stands.attendance) is here else Attendance.VIDEO


def consequences(conference: Conference, plan: SwitchPlan) -> Consequences:
    """A fixed number of queries."""
    leave = [
        change.delegate_id for change in plan.people
        if is_on_site(change.before.attendance) and is_by_video(change.after.attendance)
    ]  # fmt: skip
    come = [
        change.delegate_id for change in plan.people
        if is_by_video(change.before.attendance) and is_on_site(change.after.attendance)
    ]  # fmt: skip
    gone = db.session.scalar(
        select(func.count()).where(
            OutgoingMail.conference_id == conference.id, OutgoingMail.kind == MAIL,
            OutgoingMail.state.in_((MailState.SENT, MailState.SENDING, MailState.UNCERTAIN)),
        )
    )  # fmt: skip
    standing: Counter[Any] = Counter()
    for attendance, accreditation, count in db.session.execute(
        select(Delegate.attendance, Delegate.accreditation, func.count())
        .where(Delegate.conference_id == conference.id)
        .group_by(Delegate.attendance, Delegate.accreditation)
    ):
        standing[attendance, accreditation] += count
    for change in plan.people:
        standing[change.before.attendance, change.before.accreditation] -= 1
        standing[change.after.attendance, change.after.accreditation] += 1
    invited = invited_slugs(conference)
    held = {kind: sum(standing[kind, one] for one in HOLDS_A_PLACE) for kind in Attendance}
    for change in plan.people:
        if change.after.offered:
            held[_offered_way(change.after)] += 1
    return Consequences(
        _papers(leave),
        _papers(come),
        gone or 0,
        _issued(conference),
        standing[Attendance.ON_SITE, Accreditation.WAITLISTED],
        _left(conference.places_on_site, held[Attendance.ON_SITE]) if has_hall(plan.after) else 0,
        _left(conference.places_video, held[Attendance.VIDEO]) if has_screen(plan.after) else 0,
        len(invited),
        _uninvited(conference, invited) if plan.scope.kind is ScopeKind.WHOLE else (),
    )
