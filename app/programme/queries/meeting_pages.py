"""Meetings as pages show them: times by tables, a list for each delegation, a proposal beside what stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import gettext as _

from app.conferences.models import Conference
from app.directory.models import Municipality
from app.errors import Message
from app.i18n import language, localized
from app.programme.models import Meeting, MeetingPlan
from app.programme.queries import current_release
from app.programme.queries.meeting_reasons import Offered, Times, place_of
from app.programme.queries.meeting_seats import doings
from app.programme.queries.meeting_sides import municipalities
from app.programme.queries.meetings import (
    Pair,
    Situation,
    end_of,
    meetings_of,
    pair_of,
    plan_of,
    slots_in,
    standing_of,
)
from app.programme.rules.meeting_words import why_words
from app.programme.rules.meetings import HOUSE, TAKES_PLACE, MeetingState, Why, speech_between


@dataclass(frozen=True)
class Line:
    """One meeting as it stands."""

    meeting: Meeting
    standing: MeetingState
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def takes_place(self) -> bool:
        """Whether it is held."""
        return self.standing in TAKES_PLACE and self.starts_at is not None

    def partner_of(self, municipality_id: int) -> Municipality:
        """The other side."""
        return self.meeting.b if self.meeting.a_id == municipality_id else self.meeting.a


@dataclass(frozen=True)
class DayPlan:
    """A day: its tables, and for every time the meetings by table."""

    day: date
    tables: Sequence[str]
    rows: Sequence[tuple[datetime, datetime, Mapping[str, Sequence[Line]]]]


@dataclass(frozen=True)
class Missing:
    """A meeting without a place: both names, the reason in words, and both ids for the form that places it.
    ``occupied``: time by time, all that keeps the two from meeting."""

    pair: Pair
    names: str
    reason: Message
    absent: bool
    occupied: Sequence[str] = ()


def lines_of(meetings: Sequence[Meeting]) -> list[Line]:
    """How each stands, and its hours."""
    return [Line(one, standing_of(one), one.session.starts_at, end_of(one.session)) for one in meetings]


def table_plan(conference: Conference, plan: MeetingPlan | None, lines: Sequence[Line]) -> list[DayPlan]:
    """Every day with times for meetings or meetings: the free tables are seen too."""
    zone = ZoneInfo(conference.timezone)
    times: dict[date, dict[tuple[datetime, datetime], dict[str, list[Line]]]] = defaultdict(dict)
    for slot in slots_in(plan, conference.timezone):
        times[slot.starts_at.astimezone(zone).date()][slot.starts_at, slot.ends_at] = {}
    used: dict[date, list[str]] = defaultdict(list)
    for line in lines:
        if not line.takes_place or line.starts_at is None or line.ends_at is None:
            continue
        day = line.starts_at.astimezone(zone).date()
        row = times[day].setdefault((line.starts_at, line.ends_at), {})
        row.setdefault(line.meeting.table, []).append(line)
        used[day].append(line.meeting.table)
    known = list(plan.tables) if plan else []
    return [
        DayPlan(
            day,
            [*known, *sorted(set(used[day]) - set(known), key=lambda name: (not name, name))],
            [(starts, ends, row) for (starts, ends), row in sorted(found.items(), key=lambda entry: entry[0])],
        )
        for day, found in sorted(times.items())
    ]


def by_delegation(lines: Sequence[Line]) -> list[tuple[Municipality, list[Line]]]:
    """The meetings of each delegation that take place, by the name of the delegation."""
    found: dict[int, tuple[Municipality, list[Line]]] = {}
    for line in lines:
        if line.takes_place:
            for row in (line.meeting.a, line.meeting.b):
                found.setdefault(row.id, (row, []))[1].append(line)
    return sorted(found.values(), key=lambda entry: (localized(entry[0], "name").casefold(), entry[0].id))


def by_interpreter(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The meetings of each interpreter."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.takes_place and line.meeting.interpreter:
            found[line.meeting.interpreter].append(line)
    return sorted(found.items(), key=lambda entry: entry[0].zfill(4) if entry[0].isdigit() else entry[0].casefold())


def by_table(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The meetings at each table."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.takes_place:
            found[line.meeting.table].append(line)
    return sorted(found.items(), key=lambda entry: entry[0].zfill(4) if entry[0].isdigit() else entry[0].casefold())


def _named(known: Mapping[int, Municipality], pair: Sequence[int]) -> str:
    return " – ".join(localized(known[number], "name") for number in pair if number in known)


_WITHOUT_TIMES = frozenset({Why.ABSENT, Why.NO_WINDOW})


def missing_of(
    content: Mapping[str, Any], *, besides: Sequence[Pair] = (), times: Callable[[], Times] | None = None
) -> list[Missing]:
    """Who found no place in a run, and why, in words.

    :param besides: pairs that have a place by now.
    :param times: then all that takes each time is named.
    """
    rows = [row for row in content.get("unplaced", ()) if pair_of(row[0], row[1]) not in besides]
    known = municipalities({number for row in rows for number in row[:2]})
    said = times() if times is not None and any(row[2] not in _WITHOUT_TIMES for row in rows) else None
    found = []
    for one, other, why, side in rows:
        if one in known and other in known:
            reason = Why(why)
            words = why_words(reason, localized(known[side], "name") if side in known else "")
            speech = speech_between(known[one].country, known[other].country)
            if reason is Why.NO_INTERPRETER and speech != HOUSE:
                words = _("no interpreter for %(languages)s is left whenever both are free", languages=_spoken(speech))
            lines = said.reasons((one, other)) if said is not None and reason not in _WITHOUT_TIMES else []
            found.append(Missing((one, other), _named(known, (one, other)), words, reason is Why.ABSENT, lines))
    return found


def _spoken(speech: str) -> str:
    names = Locale.parse(language()).languages
    return " – ".join(str(names.get(code, code)) for code in speech.split("-"))


@dataclass(frozen=True)
class Released:
    """A meeting as the newest release tells of it."""

    partner: Municipality
    starts_at: datetime
    ends_at: datetime
    note: str


def released_meetings(conference: Conference, municipality_id: int) -> list[Released]:
    """The meetings of one side that stand in the newest release, by their hour."""
    release = current_release(conference)
    items = {item["uid"]: item for item in release.content["items"]} if release is not None else {}
    found = []
    for line in lines_of(meetings_of(conference, municipality_id)):
        item = items.get(line.meeting.session.uid)
        if item is None or item["cancelled"] or not item["starts_at"] or not item["ends_at"]:
            continue
        note = next((item[f"description_{code}"] for code in (language(), "en", "de", "ru")
                     if item.get(f"description_{code}")), "")  # fmt: skip
        found.append(
            Released(line.partner_of(municipality_id), datetime.fromisoformat(item["starts_at"]),
                     datetime.fromisoformat(item["ends_at"]), note)
        )  # fmt: skip
    return sorted(found, key=lambda one: one.starts_at)


@dataclass(frozen=True)
class Change:
    """One line of a proposal: where the meeting was (None: nowhere) and where it would be (None: nowhere).
    ``room``: the one it moves to from another."""

    names: str
    before: tuple[datetime, datetime, str] | None
    after: tuple[datetime, datetime, str] | None
    interpreter: str = ""
    reason: Message = ""
    room: str = ""


@dataclass(frozen=True)
class Preview:
    """What applying a proposal would do. ``offered``: every time with its tables, which stand in the room ``place``."""

    new: Sequence[Change]
    moved: Sequence[Change]
    freed: Sequence[Change]
    kept: int
    fixed: int
    missing: Sequence[Missing]
    offered: Sequence[Offered] = ()
    place: str = ""

    @property
    def used(self) -> Sequence[Offered]:
        """The times at which meetings can be held."""
        return [one for one in self.offered if one.tables]

    @property
    def spoilt(self) -> Sequence[Offered]:
        """The times at which there are no tables, or hardly anybody is free."""
        return [one for one in self.offered if not one.tables or one.few]


def preview_of(content: Mapping[str, Any], now_so: Situation, conference: Conference) -> Preview:
    """A proposal beside the draft, in words; it must rest on ``now_so``."""
    lines = {(line.meeting.a_id, line.meeting.b_id): line for line in lines_of(now_so.meetings)}
    known = {key: side.municipality for key, side in now_so.sides.items()}
    for line in lines.values():
        known |= {line.meeting.a_id: line.meeting.a, line.meeting.b_id: line.meeting.b}
    plan = plan_of(conference)
    times = Times(conference, content, now_so.problem.slots)
    missing = missing_of(content, times=lambda: times)
    reasons = {one.pair: one.reason for one in missing}
    for one, other, side in content["gone"]:
        reasons[one, other] = why_words(Why.ABSENT, localized(known[side], "name") if side in known else "")
    found: dict[str, list[Change]] = {"new": [], "moved": [], "kept": [], "freed": []}
    for doing in doings(content["seats"], now_so, plan, conference):
        stands, place = lines.get(doing.pair), doing.place
        found[doing.deed].append(
            Change(
                _named(known, doing.pair),
                _where(stands) if stands is not None and stands.takes_place else None,
                (place.starts_at, place.ends_at, place.table) if place is not None else None,
                place.interpreter if place is not None else "",
                reasons.get(doing.pair, "") if place is None else "",
                place_of(plan) if doing.deed == "moved" and doing.changes.get("room_id") else "",
            )
        )
    return Preview(
        found["new"], found["moved"], found["freed"], len(found["kept"]), len(now_so.problem.held), missing,
        times.offered(), place_of(times.plan),
    )  # fmt: skip


def _where(line: Line) -> tuple[datetime, datetime, str] | None:
    if line.starts_at is None or line.ends_at is None:
        return None
    return line.starts_at, line.ends_at, line.meeting.table
