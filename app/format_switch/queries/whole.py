"""What a switch would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE, Accreditation, usable_address
from app.format_switch.queries.letters import plan_change_letters
from app.format_switch.queries.past import MAIL, moved_away
from app.format_switch.rules import (
    PersonChange,
    SessionChange,
    Standing,
    SwitchPlan,
    dropped,
    outcome_of_session,
    person_after,
)
from app.i18n import localized
from app.mailroom.queries import how_many_not_begun
from app.programme.models import ProgrammeSession
from app.programme.rules import held_as

CONCERNED = HOLDS_A_PLACE | {Accreditation.WAITLISTED}


def _sessions(conference: Conference, to: ConferenceFormat) -> list[SessionChange]:
    found = db.session.scalars(
        select(ProgrammeSession)
        .where(ProgrammeSession.conference_id == conference.id)
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
    )
    changes = []
    for item in found:
        if item.cancelled and not item.cancelled_by_switch:
            continue  # cancelled by a person: no switch brings it back
        before = "cancelled" if item.cancelled else held_as(item, conference.format).value
        after = "cancelled" if dropped(item.kind, item.format, to) else held_as(item, to).value
        changes.append(
            SessionChange(
                item.id, item.code, localized(item, "title"), before, after, outcome_of_session(before, after)
            )
        )
    return changes


def what_will_change(conference: Conference, to: ConferenceFormat, reason: str = "") -> SwitchPlan:
    """The plan of a switch, from what is true now. A fixed number of queries, whatever the size."""
    if conference.format is to:
        return SwitchPlan(conference.id, conference.format, to)
    away = moved_away(conference)
    people: list[PersonChange] = []
    told: list[int] = []
    unreachable: list[int] = []
    languages: Counter[str] = Counter()
    rows = db.session.execute(
        select(Delegate.id, Delegate.attendance, Delegate.accreditation, Delegate.email, Delegate.language)
        .where(Delegate.conference_id == conference.id, Delegate.accreditation.in_(CONCERNED))
        .order_by(Delegate.waitlisted_at, Delegate.id)
    ).all()
    taken = Counter(row.attendance for row in rows if row.accreditation in HOLDS_A_PLACE)
    if to is ConferenceFormat.VIDEO:
        taken[Attendance.VIDEO] += taken[Attendance.ON_SITE]
    else:
        # those who return hold their places again before anybody else is given one
        taken[Attendance.ON_SITE] += sum(
            1
            for row in rows
            if row.attendance is Attendance.VIDEO and row.id in away and away[row.id].accreditation in HOLDS_A_PLACE
        )
    for row in rows:
        now = Standing(row.attendance, row.accreditation)
        moved = person_after(
            now,
            to=to,
            moved_before=away.get(row.id),
            room_on_site=conference.places_on_site is None or taken[Attendance.ON_SITE] < conference.places_on_site,
            room_on_video=conference.places_video is None or taken[Attendance.VIDEO] < conference.places_video,
        )
        if moved is not None:
            after, outcome = moved
            people.append(PersonChange(row.id, now, after, outcome))
            if (
                after.accreditation in HOLDS_A_PLACE
                and (outcome.value == "comes-on-site" or now.accreditation is Accreditation.WAITLISTED)
                and row.id not in away
            ):
                taken[after.attendance] += 1
        if usable_address(row.email):
            told.append(row.id)
            languages[row.language] += 1
        else:
            unreachable.append(row.id)
    letters = plan_change_letters(conference, to, reason)
    return SwitchPlan(
        conference.id,
        conference.format,
        to,
        _sessions(conference, to),
        people,
        told,
        dict(languages),
        unreachable,
        letters=[meant.municipality.slug for meant in letters.meant],
        letters_refused=[(refused.name, refused.message) for refused in letters.refused],
        withdrawn=how_many_not_begun(conference.id, MAIL),
    )


def unreachable_people(plan: SwitchPlan) -> Sequence[Delegate]:
    """The delegates of a plan nobody can write to: they are telephoned."""
    return db.session.scalars(
        select(Delegate).where(Delegate.id.in_(plan.unreachable)).order_by(Delegate.last, Delegate.first)
    ).all()
