"""What putting a proposal into the draft would do to each meeting: asked by the preview and by the deed itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_hall
from app.database import db
from app.i18n import LANGUAGES, speaking
from app.programme.models import Meeting, MeetingPlan, ProgrammeSession
from app.programme.queries.meeting_sides import Side
from app.programme.queries.meetings import Pair, Situation, standing_of
from app.programme.rules.meeting_words import table_words
from app.programme.rules.meetings import TAKES_PLACE


@dataclass(frozen=True)
class Place:
    """Where a meeting is held. ``table`` and ``interpreter`` may be empty."""

    starts_at: datetime
    ends_at: datetime
    table: str
    interpreter: str


@dataclass(frozen=True)
class Doing:
    """One meeting of a proposal; ``place`` None: it loses the one it has. ``changes`` are those of its session."""

    pair: Pair
    meeting: Meeting | None
    deed: Literal["new", "moved", "kept", "freed"]
    place: Place | None
    changes: Mapping[str, Any]


def told_table(table: str, code: str) -> str:
    """What stands as a description of a meeting at that table."""
    with speaking(code):
        return str(table_words(table))


def tables_of(conference: Conference) -> dict[int, str]:
    """The tables of all meetings by the number of their session."""
    chosen = select(Meeting.session_id, Meeting.table.label("table_name")).where(Meeting.conference_id == conference.id)
    return {row.session_id: row.table_name for row in db.session.execute(chosen)}


def format_of(conference: Conference, pair: Pair, sides: Mapping[int, Side]) -> ConferenceFormat | None:
    """How two sides meet, when it is not as the conference is held."""
    by_video = [sides[key].only_video for key in pair if key in sides]
    if not has_hall(conference.format) or not any(by_video):
        return None
    return ConferenceFormat.VIDEO if all(by_video) else ConferenceFormat.HYBRID


def changes_of(
    meeting: Meeting, session: ProgrammeSession, place: Place, plan: MeetingPlan | None, held: ConferenceFormat | None
) -> dict[str, Any]:
    """What is different at the session when the meeting is held there; table and interpreter stand beside.

    A description somebody wrote themselves stays, and a room chosen in the editor while none is settled.
    """
    room = plan.room if plan is not None and place.table else None
    values: dict[str, Any] = {
        "starts_at": place.starts_at, "ends_at": place.ends_at, "day": None, "room_id": room.id if room else None,
        "venue_id": None, "cancelled": False, "cancelled_by_switch": False, "format": held,
    }  # fmt: skip
    if plan is not None and plan.room is None:
        values.pop("room_id"), values.pop("venue_id")
    if meeting.table != place.table:
        for code in LANGUAGES:
            column = f"description_{code}"
            if getattr(session, column) in {"", told_table(meeting.table, code)}:
                values[column] = told_table(place.table, code)
    changed = {name: value for name, value in values.items() if getattr(session, name) != value}
    if meeting.interpreter != place.interpreter:
        changed["people"] = place.interpreter
    if meeting.table != place.table:
        changed["table"] = place.table
    return changed


def takes_place(meeting: Meeting) -> bool:
    """Whether it is held, at an hour that is known."""
    return standing_of(meeting) in TAKES_PLACE and meeting.session.starts_at is not None


def doings(
    seats: Sequence[Sequence[Any]], now_so: Situation, plan: MeetingPlan | None, conference: Conference
) -> Iterator[Doing]:
    """All a proposal would do, meeting by meeting; what was fixed by hand is not named."""
    known = {(meeting.a_id, meeting.b_id): meeting for meeting in now_so.meetings}
    seated = {one.sides for one in now_so.problem.held}
    for one, other, starts, ends, table, interpreter in seats:
        pair: Pair = (one, other)
        seated.add(pair)
        place = Place(datetime.fromisoformat(starts), datetime.fromisoformat(ends), table, interpreter)
        meeting = known.get(pair)
        if meeting is None:
            yield Doing(pair, None, "new", place, {})
            continue
        changes = changes_of(meeting, meeting.session, place, plan, format_of(conference, pair, now_so.sides))
        yield Doing(
            pair, meeting, "new" if not takes_place(meeting) else "moved" if changes else "kept", place, changes
        )
    for pair, meeting in known.items():
        if pair not in seated and standing_of(meeting) in TAKES_PLACE:
            yield Doing(pair, meeting, "freed", None, {})
