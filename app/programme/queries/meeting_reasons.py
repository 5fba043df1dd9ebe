"""What keeps delegations from meeting, time by time and by name: sessions and the way to them, other meetings, stays,
tables and interpreters; and how many could meet at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.i18n import listing, localized, time_range, weekday_date
from app.programme.models import Meeting, MeetingPlan, ProgrammeSession
from app.programme.queries.meeting_sides import Side, sides_of
from app.programme.queries.meeting_ways import Ways, ways_to
from app.programme.queries.meetings import (
    FOR_ALL,
    Pair,
    at_the_tables,
    end_of,
    meetings_of,
    other_sessions,
    pair_of,
    plan_of,
    standing_of,
)
from app.programme.rules.clashes import folded_name
from app.programme.rules.meetings import MeetingState, Slot, half_day, need_interpreter, speech_between, speech_of

FEW = 4  # a time at which less than one delegation in four is free is told of


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


def _shares(slot: Slot, starts_at: datetime, ends_at: datetime) -> bool:
    return slot.starts_at < ends_at and starts_at < slot.ends_at


@dataclass(frozen=True)
class _Seated:
    """A meeting that takes its time: as the run placed it, or as it stands by hand."""

    pair: Pair
    starts_at: datetime
    ends_at: datetime
    table: str
    interpreter: str
    around: tuple[datetime, datetime]
    meeting: Meeting | None


@dataclass(frozen=True)
class Offered:
    """One time for meetings: its tables (0: their room is needed by ``closing``) and how many of all delegations have
    nothing else then; ``few``: hardly any, because of ``keeping``."""

    when: str
    tables: int
    free: int
    delegations: int
    closing: Sequence[str]
    keeping: Sequence[str]
    few: bool


class Times:
    """Every time for meetings, and by name what takes it."""

    def __init__(self, conference: Conference, content: Mapping[str, Any], slots: Sequence[Slot]) -> None:
        """:param content: of the proposal whose meetings take their times too; ``slots``: of the situation."""
        self.conference, self.zone, self.slots = conference, conference.timezone, slots
        self.plan: MeetingPlan | None = plan_of(conference)
        self.sides = sides_of(conference)
        self.ways: Ways = ways_to(conference, self.plan)
        sessions = other_sessions(conference)
        self.sessions = sorted(filter(self._matters, sessions), key=lambda one: (str(one.starts_at), one.code))
        self.in_room = at_the_tables(conference, self.plan, sessions)
        self.seated = self._seated(content)
        self._kept: dict[int, list[list[str]]] = {}
        self._taken: dict[int, list[list[str]]] = {}

    def _matters(self, session: ProgrammeSession) -> bool:
        starts, ends = session.starts_at, end_of(session)
        if starts is None or ends is None:
            return False
        around = self.ways.around(session, starts, ends)
        return any(_shares(slot, *around) for slot in self.slots)

    def _seated(self, content: Mapping[str, Any]) -> list[_Seated]:
        known = {(one.a_id, one.b_id): one for one in meetings_of(self.conference)}
        found = []
        for one, other, begins, ends, table, interpreter in content.get("seats", ()):
            span = (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
            pair = pair_of(one, other)
            found.append(_Seated(pair, *span, table, interpreter, span, known.get(pair)))
        for pair, meeting in known.items():
            starts, until = meeting.session.starts_at, end_of(meeting.session)
            if starts is None or until is None or standing_of(meeting) is not MeetingState.FIXED:
                continue
            around = self.ways.around(meeting.session, starts, until)
            found.append(_Seated(pair, starts, until, meeting.table, meeting.interpreter, around, meeting))
        return sorted(found, key=lambda one: (one.starts_at, one.pair))

    def _met(self, one: _Seated) -> str:
        towns = [self.sides[key].municipality for key in one.pair if key in self.sides]
        if one.meeting is not None:
            towns = [one.meeting.a, one.meeting.b]
        names = " – ".join(localized(town, "name") for town in towns)
        values = {"names": names, "hours": time_range(one.starts_at, one.ends_at, self.zone)}
        if one.meeting is None:
            return str(_("meeting %(names)s (%(hours)s)", **values))
        return str(_("meeting %(code)s %(names)s (%(hours)s)", code=one.meeting.session.code, **values))

    def _of_session(self, session: ProgrammeSession, slot: Slot, *, by_video: bool) -> str:
        starts, ends = session.starts_at, end_of(session)
        if starts is None or ends is None:
            return ""
        if _shares(slot, starts, ends):
            return named(session, self.zone)
        leaves, back = self.ways.around(session, starts, ends)
        if by_video or not _shares(slot, leaves, back):
            return ""
        words = named(session, self.zone)
        return str(
            _("the way to %(session)s", session=words)
            if slot.ends_at <= starts
            else _("the way from %(session)s", session=words)
        )

    def kept_of(self, key: int) -> list[list[str]]:
        """For each time, what keeps a delegation whatever meetings there are."""
        if key not in self._kept:
            side = self.sides[key]
            own = [session for session in self.sessions if concerns(session, key, side)]
            found = []
            for slot in self.slots:
                words = [] if side.is_there(slot) else [str(_("nobody of the delegation is there"))]
                words += [self._of_session(session, slot, by_video=side.only_video) for session in own]
                found.append([text for text in words if text])
            self._kept[key] = found
        return self._kept[key]

    def taken_of(self, key: int) -> list[list[str]]:
        """For each time, what a delegation has then; nothing: it is free."""
        if key not in self._taken:
            met = [one for one in self.seated if key in one.pair]
            counted: dict[str, int] = defaultdict(int)
            for one in met:
                counted[half_day(one.starts_at, ZoneInfo(self.zone))] += 1
            found = []
            for slot, kept in zip(self.slots, self.kept_of(key), strict=True):
                words = kept + [self._met(one) for one in met if _shares(slot, *one.around)]
                if not words and self.plan is not None and counted[slot.half_day] >= self.plan.per_half_day:
                    words = [str(_("as many meetings in this half-day as it may have"))]
                found.append(words)
            self._taken[key] = found
        return self._taken[key]

    def closing(self, slot: Slot) -> list[str]:
        """The sessions that need the room of the tables then."""
        return [named(session, self.zone) for session, begins, ends in self.in_room if _shares(slot, begins, ends)]

    def free_tables(self, slot: Slot) -> int:
        """How many tables are left beside the meetings placed."""
        if self.plan is None or self.closing(slot):
            return 0
        return len(set(self.plan.tables) - {one.table for one in self.seated if _shares(slot, *one.around)})

    def _for_both(self, pair: Pair, slot: Slot) -> list[str]:
        """What is in the way of two who are free."""
        if all(self.sides[key].only_video for key in pair):
            closing, tables = [], 1
        else:
            closing, tables = self.closing(slot), self.free_tables(slot)
        if closing:
            return [str(_("the room of the tables is taken: %(sessions)s", sessions=listing(closing)))]
        words = [] if tables else [str(_("all tables are taken"))]
        one, other = (self.sides[key].municipality.country for key in pair)
        if need_interpreter(one, other):
            speech = speech_between(one, other)
            busy = {name.interpreter for name in self.seated if _shares(slot, *name.around)}
            if not any(speech_of(name) == speech and name not in busy for name in slot.interpreters):
                words.append(str(_("no interpreter is left")))
        return words

    def reasons(self, pair: Pair) -> list[str]:
        """Time by time what keeps two from meeting; equal neighbours in one line."""
        if any(key not in self.sides for key in pair):
            return []
        lines: list[tuple[Slot, Slot, str]] = []
        for number, slot in enumerate(self.slots):
            parts = [
                str(_("%(name)s: %(sessions)s", name=localized(self.sides[key].municipality, "name"),
                      sessions=", ".join(self.taken_of(key)[number])))
                for key in pair
                if self.taken_of(key)[number]
            ]  # fmt: skip
            parts = parts or self._for_both(pair, slot) or [str(_("free, but another meeting would lose its place"))]
            words = "; ".join(parts)
            if lines and lines[-1][2] == words and self._day(lines[-1][1]) == self._day(slot):
                lines[-1] = (lines[-1][0], slot, words)
            else:
                lines.append((slot, slot, words))
        return [f"{self.when(first, last)}: {words}" for first, last, words in lines]

    def _day(self, slot: Slot) -> Any:
        return slot.starts_at.astimezone(ZoneInfo(self.zone)).date()

    def when(self, first: Slot, last: Slot | None = None) -> str:
        """«среда, 28 июня 2017 г., 14:30–15:00»."""
        return f"{weekday_date(self._day(first))}, {time_range(first.starts_at, (last or first).ends_at, self.zone)}"

    def offered(self) -> list[Offered]:
        """Every time with what is left of it."""
        found = []
        for number, slot in enumerate(self.slots):
            free = sum(not self.kept_of(key)[number] for key in self.sides)
            few = free * FEW < len(self.sides)
            found.append(
                Offered(
                    self.when(slot), 0 if self.closing(slot) else len(self.plan.tables) if self.plan else 0, free,
                    len(self.sides), self.closing(slot), self._for_many(slot) if few else [], few=few,
                )
            )  # fmt: skip
        return found

    def _for_many(self, slot: Slot) -> list[str]:
        words = [self._of_session(one, slot, by_video=False) for one in self.sessions if one.kind in FOR_ALL]
        return [text for text in words if text]


def place_of(plan: MeetingPlan | None) -> str:
    """House and room of the tables, in the reader's language."""
    if plan is None or plan.room is None:
        return ""
    return ", ".join(localized(place, "name") or place.name for place in (plan.room.venue, plan.room))
