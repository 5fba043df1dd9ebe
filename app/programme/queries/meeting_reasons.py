"""What keeps delegations from meeting, by name: sessions that take their time, or sit in the room of the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.i18n import listing, localized, time_range, weekday_date
from app.programme.models import MeetingPlan, ProgrammeSession
from app.programme.queries.meeting_sides import Side, sides_of
from app.programme.queries.meetings import FOR_ALL, end_of, other_sessions, plan_of, slots_in
from app.programme.rules.clashes import folded_name
from app.programme.rules.meetings import Slot

MOST_NAMED = 3


def _overlaps(slots: Sequence[Slot], starts_at: datetime, ends_at: datetime) -> bool:
    return any(slot.starts_at < ends_at and starts_at < slot.ends_at for slot in slots)


def named(session: ProgrammeSession, zone: str) -> str:
    """«„Пленарное заседание“ (10:00–12:00)» in the reader's language, with its sign."""
    title, ends = localized(session, "title") or session.code, end_of(session)
    hours = time_range(session.starts_at, ends, zone) if session.starts_at is not None and ends is not None else ""
    return str(_("%(code)s “%(title)s” (%(hours)s)", code=session.code, title=title, hours=hours))


def concerns(session: ProgrammeSession, key: int, side: Side) -> bool:
    """Whether a delegation, or its head, takes part in a session."""
    if session.kind in FOR_ALL or key in {party.municipality_id for party in session.parties}:
        return True
    if side.heads & {person.delegate_id for person in session.people}:
        return True
    return bool(side.head_names & {folded_name(person.name) for person in session.people if person.delegate_id is None})


def _by_hour(session: ProgrammeSession) -> tuple[str, str]:
    return (session.starts_at.isoformat() if session.starts_at is not None else "", session.code)


def occupied(conference: Conference, sides: Collection[int]) -> Mapping[int, str]:
    """For each of these delegations, in words, what it takes part in while meetings are held."""
    slots = slots_in(plan_of(conference), conference.timezone)
    known = {key: side for key, side in sides_of(conference).items() if key in sides}
    found: dict[int, list[str]] = defaultdict(list)
    for session in sorted(other_sessions(conference), key=_by_hour):
        ends = end_of(session)
        if session.starts_at is None or ends is None or not _overlaps(slots, session.starts_at, ends):
            continue
        words = ""
        for key, side in known.items():
            if concerns(session, key, side):
                words = words or named(session, conference.timezone)
                found[key].append(words)
    return {
        key: _("%(name)s: %(sessions)s", name=localized(known[key].municipality, "name"), sessions=_few(sessions))
        for key, sessions in found.items()
    }


def _few(words: Sequence[str]) -> str:
    if len(words) <= MOST_NAMED:
        return listing(list(words))
    return str(_("%(sessions)s and others", sessions=", ".join(words[:MOST_NAMED])))


def sessions_at_the_tables(
    conference: Conference, plan: MeetingPlan | None, times: Sequence[tuple[datetime, datetime]]
) -> list[str]:
    """Sessions held in the room of the tables while meetings sit there, in words."""
    if plan is None or plan.room_id is None:
        return []
    found = []
    for session in other_sessions(conference):
        starts, ends = session.starts_at, end_of(session)
        if session.room_id != plan.room_id or starts is None or ends is None:
            continue
        if any(begins < ends and starts < until for begins, until in times):
            day = weekday_date(starts.astimezone(ZoneInfo(conference.timezone)).date())
            found.append((starts, f"{day}: {named(session, conference.timezone)}"))
    return [words for _starts, words in sorted(found)]
