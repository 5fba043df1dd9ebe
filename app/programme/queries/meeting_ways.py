"""The way between the house of the meetings and others, before and after what people have there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.conferences.models import Conference
from app.conferences.taking_part import has_hall
from app.programme.models import MeetingPlan, ProgrammeSession
from app.programme.queries.warnings import travel_times
from app.programme.rules import held_as

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Ways:
    """``house`` is the one of the meetings, None while it is open; ``travel``: minutes between two houses, the smaller
    number first."""

    conference: Conference
    house: int | None
    travel: Mapping[tuple[int, int], int]

    def around(self, session: ProgrammeSession, starts_at: datetime, ends_at: datetime) -> Span:
        """When somebody has to leave the meetings for this session, and when they are back. By video nobody goes."""
        if not self.travel or not has_hall(held_as(session, self.conference.format)):
            return starts_at, ends_at
        there = session.room.venue_id if session.room is not None else session.venue_id
        return starts_at - self._way(there), ends_at + self._way(session.to_venue_id or there)

    def _way(self, other: int | None) -> timedelta:
        if self.house is None or other is None or other == self.house:
            return timedelta(0)
        return timedelta(minutes=self.travel.get((min(self.house, other), max(self.house, other)), 0))


def ways_to(conference: Conference, plan: MeetingPlan | None) -> Ways:
    """The ways to where a plan holds its meetings; one query."""
    room = plan.room if plan is not None else None
    return Ways(conference, room.venue_id if room is not None else None, travel_times(conference))
