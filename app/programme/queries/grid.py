"""A day of the draft as a grid: rooms beside each other, hours below each other, and what has no hour yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, and_, func, or_, select

from app.conferences.models import Conference, Room, Venue
from app.database import db
from app.i18n import language, localized, number
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.queries.tracks import tracks_of
from app.programme.queries.warnings import warnings_of
from app.programme.rules import SessionKind
from app.programme.rules.day_grid import DAY, Span, lanes, shown_hours, span
from app.programme.rules.grid_type import FULL, Look, Told, scale_of
from app.programme.rules.words import KINDS

NO_ROOM = "none"
MOST_LANES = 24
MOST_IN_TRAY = 200
MOST_REMARKS = 6  # told beside a session; the page of warnings has them all
FEW_ROOMS = 5  # so many stand beside each other, used or not

# Kinds by colour; the word of the kind stands beside. Gold is for honours alone, brick for what is urgent.
TONES: Mapping[SessionKind, str] = {
    SessionKind.PLENARY: "verdigris",
    SessionKind.WORKING_GROUP: "sky", SessionKind.ROUND_TABLE: "sky",
    SessionKind.BILATERAL: "plum", SessionKind.SIGNING: "plum",
    SessionKind.CEREMONY: "gold", SessionKind.RECEPTION: "gold",
    SessionKind.YOUTH: "moss", SessionKind.SPORT: "moss", SessionKind.EXCURSION: "moss", SessionKind.FAIR: "moss",
    SessionKind.PRESS: "umber",
}  # fmt: skip
COLOURS = ("verdigris", "sky", "plum", "gold", "moss", "umber", "brick", "slate")


@dataclass(frozen=True)
class Slot:
    """A session as the grid shows it. ``start``: minutes of the host's clock, ``length``: how many it lasts; None: not
    known.

    ``lane`` of ``lanes`` when others share room and time; ``earlier`` and ``later``: it began the day before, it
    goes on beyond what is shown. ``unseen`` says to those who do not see the grid what it shows by its lines.
    """

    id: int
    code: str
    version: int
    title: str
    hours: str
    facts: str
    unseen: str
    tone: str
    warnings: tuple[str, ...]
    cancelled: bool
    start: int | None
    length: int | None
    drawn_from: int = 0
    drawn_for: int = 0
    before: int = 0
    after: int = 0
    earlier: bool = False
    later: bool = False
    day: date | None = None
    lane: int = 0
    lanes: int = 1
    look: Look = FULL


@dataclass
class Column:
    """A room with its sessions; ``key`` is its id, or ``none`` for those without a room.

    ``night``: sessions of the evening before that end before the first hour shown.
    """

    key: str
    name: str
    venue: str = ""
    slots: list[Slot] = field(default_factory=list)
    night: list[Slot] = field(default_factory=list)

    @property
    def wide(self) -> int:
        """How many lanes it has where it has most."""
        return max((slot.lanes for slot in self.slots), default=1)


@dataclass(frozen=True)
class Board:
    """A day: from hour ``first`` to ``last``, which is up to 30 when the night belongs to it.

    ``legend``: colours with what they stand for; ``rooms_left_out``: rooms of venues where nothing takes place;
    ``tall``: the classes that say how tall an hour is drawn.
    """

    day: date
    first: int
    last: int
    columns: list[Column]
    tray: list[Slot]
    more_in_tray: int
    legend: list[tuple[str, list[str]]]
    rooms_left_out: int
    tall: str = ""

    def column(self, key: str) -> Column | None:
        """The column of a room."""
        return next((column for column in self.columns if column.key == key), None)

    @property
    def slots(self) -> list[Slot]:
        """Those with an hour on this day, which can be moved here, in the order of their hours."""
        own = [slot for column in self.columns for slot in column.slots if not slot.earlier]
        return sorted(own, key=lambda slot: (slot.start or 0, slot.code))


def days_of(conference: Conference) -> dict[date, int]:
    """The days of the conference and those of the draft, with the number of sessions that begin there; one query."""
    zone = ZoneInfo(conference.timezone)
    length = (conference.ends_on - conference.starts_on).days
    found = Counter({conference.starts_on + timedelta(days=number): 0 for number in range(length + 1)})
    rows = db.session.execute(
        select(ProgrammeSession.starts_at, ProgrammeSession.day, func.count())
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False))
        .group_by(ProgrammeSession.starts_at, ProgrammeSession.day)
    )
    for starts_at, day, count in rows:
        day = day if starts_at is None else starts_at.astimezone(zone).date()
        if day is not None:
            found[day] += count
    return dict(sorted(found.items()))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _of_day(conference: Conference, day: date, zone: ZoneInfo) -> Select[ProgrammeSession]:
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    row = ProgrammeSession
    return select(row).where(
        row.conference_id == conference.id, row.starts_at < ends,
        or_(row.ends_at > begins, and_(row.ends_at.is_(None), row.starts_at >= begins)),
    )  # fmt: skip


def sessions_on(conference: Conference, day: date) -> list[ProgrammeSession]:
    """The sessions that begin on a day, in the order of their hours; one query."""
    zone = ZoneInfo(conference.timezone)
    found = db.session.scalars(_of_day(conference, day, zone)).all()
    mine = [one for one in found if one.starts_at is not None and one.starts_at.astimezone(zone).date() == day]
    return sorted(mine, key=lambda one: (one.starts_at or datetime.max.replace(tzinfo=UTC), one.code))


def clock(minutes: int) -> str:
    """``615`` is "10:15", also on the next morning."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _minutes(session: ProgrammeSession) -> int | None:
    if session.starts_at is None or session.ends_at is None:
        return None
    return int((session.ends_at - session.starts_at).total_seconds()) // 60


class _Maker:
    """Makes slots; words that are the same for many are asked for once."""

    def __init__(self, conference: Conference, sessions: Sequence[ProgrammeSession]) -> None:
        self.zone = ZoneInfo(conference.timezone)
        self.language = language()
        (self.warned, self.counts), self.people = _warned(conference, sessions), _people(sessions)
        self.kinds = {kind: str(word) for kind, word in KINDS.items()}
        self.counted: dict[int, str] = {}
        self.remarks: dict[int, str] = {}
        self.rooms: dict[int, str] = {}
        self.legend: dict[str, set[str]] = {}
        self.open, self.cancelled, self.earlier = _("hour open"), _("is cancelled"), _("began the day before")

    def _people(self, count: int) -> str:
        if count and count not in self.counted:
            self.counted[count] = ngettext("%(count)s person", "%(count)s people", count, count=number(count))
        return self.counted.get(count, "")

    def _remarks(self, count: int) -> str:
        if count and count not in self.remarks:
            self.remarks[count] = ngettext("%(count)s warning", "%(count)s warnings", count, count=number(count))
        return self.remarks.get(count, "")

    def room(self, session: ProgrammeSession) -> str:
        """The name of its room, else of its venue."""
        if session.room is None:
            return (
                (localized(session.venue, "name", self.language) or session.venue.name)
                if session.venue is not None
                else ""
            )
        if session.room.id not in self.rooms:
            self.rooms[session.room.id] = localized(session.room, "name", self.language) or session.room.name
        return self.rooms[session.room.id]

    def slot(self, session: ProgrammeSession, taken: Span | None) -> Slot:
        """One session; ``taken``: None when its hour is not known."""
        title = localized(session, "title", self.language) or session.code
        people = self._people(self.people.get(session.id, 0))
        warnings = tuple(self.warned.get(session.code, ()))
        hours = self.open
        if taken is not None:
            hours = clock(taken.start) if taken.end is None else f"{clock(taken.start)}–{clock(taken.end)}"
        earlier = taken is not None and taken.start < 0
        kind, room = self.kinds[session.kind], self.room(session)
        unseen = [
            session.code, room if session.room_id else "", self.cancelled if session.cancelled else "",
            self.earlier if earlier else "", self._remarks(self.counts[session.code]),
        ]  # fmt: skip
        facts = [kind, people, "" if session.room_id else room]
        tone = TONES.get(session.kind, "slate")
        if session.track is not None and session.track.colour in COLOURS:
            tone = session.track.colour
            self.legend.setdefault(tone, set()).add(
                localized(session.track, "name", self.language) or session.track.code
            )
        else:
            self.legend.setdefault(tone, set()).add(kind)
        return Slot(
            id=session.id, code=session.code, version=session.version, title=title, hours=hours,
            facts=" · ".join(part for part in facts if part), unseen="".join(f", {part}" for part in unseen if part),
            tone=tone, warnings=warnings, cancelled=session.cancelled,
            start=None if taken is None else taken.start,
            length=_minutes(session),
            before=0 if earlier else session.buffer_before, after=session.buffer_after, earlier=earlier,
        )  # fmt: skip


def _drawn(slot: Slot, taken: Span, first: int, last: int) -> Slot:
    start, end = taken.drawn
    shown, until = max(start, first * 60), min(end, last * 60)
    return replace(
        slot, drawn_from=shown, drawn_for=max(until - shown, 5), later=end > until,
        after=0 if end > until else slot.after,
    )  # fmt: skip


def _in_lanes(slots: list[Slot]) -> list[Slot]:
    slots.sort(key=lambda slot: (slot.drawn_from, slot.code))
    found = lanes([(slot.drawn_from, slot.drawn_from + slot.drawn_for) for slot in slots])
    return [
        slot if total == 1 else replace(slot, lane=lane % MOST_LANES, lanes=min(total, MOST_LANES))
        for slot, (lane, total) in zip(slots, found, strict=True)
    ]


def _set_looks(columns: Iterable[Column]) -> str:
    """Let each session tell as much as it has room for; how tall the hours are for that."""
    told = [
        (column, place, Told(len(slot.title), len(slot.facts), slot.drawn_for, slot.lanes, column.wide))
        for column in columns
        for place, slot in enumerate(column.slots)
    ]
    scale = scale_of([one for _column, _place, one in told])
    for (column, place, _one), look in zip(told, scale.looks, strict=True):
        if look is not FULL:
            column.slots[place] = replace(column.slots[place], look=look)
    return f"tall-{scale.step} phone-tall-{scale.phone}"


def _rooms_shown(
    venues: Sequence[Venue], sessions: Iterable[ProgrammeSession], *, everything: bool
) -> list[tuple[Venue, Room]]:
    """Where there are many rooms, only those in which something takes place; all when nothing does."""
    rooms = [(venue, room) for venue in venues for room in venue.rooms]
    if everything or len(rooms) <= FEW_ROOMS:
        return rooms
    used = {session.room_id for session in sessions}
    return [(venue, room) for venue, room in rooms if room.id in used] or rooms


def _columns(rooms: Iterable[tuple[Venue, Room]], *, without_room: bool) -> list[Column]:
    """What has no room comes first; while there is nothing of the kind, its column stands at the end."""
    columns = [Column(str(room.id), _room_name(room), localized(venue, "name") or venue.name) for venue, room in rooms]
    open_ = Column(NO_ROOM, _("No room yet"))
    return [open_, *columns] if without_room else [*columns, open_]


def _room_name(room: Room) -> str:
    return localized(room, "name") or room.name


def _people(sessions: Iterable[ProgrammeSession]) -> dict[int, int]:
    rows = db.session.execute(
        select(SessionPerson.session_id, func.count())
        .where(SessionPerson.session_id.in_([session.id for session in sessions]))
        .group_by(SessionPerson.session_id)
    )
    return {number: count for number, count in rows}  # noqa: C416  # rows are no pairs for the type checker


def _warned(conference: Conference, sessions: Sequence[ProgrammeSession]) -> tuple[dict[str, list[str]], Counter[str]]:
    """The warnings of each session, after some how many more there are; and how many there are."""
    found: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for warning in warnings_of(conference, sessions):
        counts.update(warning.sessions)
        open_ = [code for code in warning.sessions if len(found[code]) < MOST_REMARKS]
        if open_:
            text = str(warning.message)
            for code in open_:
                found[code].append(text)
    for code, count in counts.items():
        if count > MOST_REMARKS:
            more = count - MOST_REMARKS
            found[code].append(ngettext("and %(count)s more warning", "and %(count)s more warnings", more,
                                        count=number(more)))  # fmt: skip
    return found, counts


def board(
    conference: Conference, day: date, venues: Sequence[Venue], *, all_hours: bool = False, all_rooms: bool = False,
    besides: tuple[int, int] | None = None,
) -> Board:  # fmt: skip
    """The grid of a day; the number of queries is the same for one session and for hundreds.

    :param besides: hours shown in any case.
    :param all_rooms: else where there are many, only those where something takes place on that day.
    """
    zone = ZoneInfo(conference.timezone)
    sessions = list(db.session.scalars(_of_day(conference, day, zone)))
    waiting = list(
        db.session.scalars(
            select(ProgrammeSession).where(
                ProgrammeSession.conference_id == conference.id,
                ProgrammeSession.starts_at.is_(None),
                or_(ProgrammeSession.day.is_(None), ProgrammeSession.day == day),
            )
        )
    )
    waiting.sort(key=lambda one: (one.day is None, one.code))
    held = tracks_of(conference)  # kept like the venues' rooms, so that no session asks for its own
    maker = _Maker(conference, [*sessions, *waiting[:MOST_IN_TRAY]])
    taken = [(one, span(one.starts_at, one.ends_at, day, zone)) for one in sessions if one.starts_at is not None]
    first, last = shown_hours([found for _one, found in taken], whole_day=all_hours)
    if besides is not None:
        first, last = min(first, besides[0]), max(last, besides[1])
    rooms = _rooms_shown(venues, sessions, everything=all_rooms)
    columns = _columns(rooms, without_room=any(one.room_id is None for one, _span in taken))
    by_key = {column.key: column for column in columns}
    for session, found in taken:
        column = by_key.get(str(session.room_id or NO_ROOM), by_key[NO_ROOM])
        slot = maker.slot(session, found)
        if found.start < 0 and found.drawn[1] <= max(first * 60, 0):
            column.night.append(slot)
        elif found.start < DAY:
            column.slots.append(_drawn(slot, found, first, last))
    for column in columns:
        column.slots = _in_lanes(column.slots)
    tall = _set_looks(columns)
    tray = [maker.slot(one, None) for one in waiting[:MOST_IN_TRAY]]
    del held
    legend = [(tone, sorted(maker.legend[tone])) for tone in COLOURS if tone in maker.legend]
    left_out = sum(len(venue.rooms) for venue in venues) - len(rooms)
    return Board(day, first, last, columns, tray, max(0, len(waiting) - MOST_IN_TRAY), legend, left_out, tall)


__all__ = ["COLOURS", "NO_ROOM", "Board", "Column", "Slot", "board", "clock", "days_of", "sessions_on"]
