"""Reading meetings: who is there, who wishes whom, what stands in the draft, and the problem a placing has to solve."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.conferences.models import Conference, Room
from app.conferences.taking_part import has_hall
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.rules import HOLDS_A_PLACE
from app.directory.models import Municipality, Partnership
from app.programme.models import Meeting, MeetingPlan, MeetingProposal, MeetingWish, ProgrammeSession
from app.programme.queries.meeting_sides import Side, sides_of
from app.programme.queries.meeting_ways import Ways, ways_to
from app.programme.rules import SessionKind, held_as
from app.programme.rules.clashes import folded_name
from app.programme.rules.meeting_solver import Held, Problem, Seat, Wanted
from app.programme.rules.meetings import (
    TAKES_PLACE,
    MeetingState,
    Slot,
    Window,
    half_day,
    importance,
    interpreter_name,
    need_interpreter,
    slots_of,
    speech_between,
)
from app.programme.rules.sign_up import AN_HOUR

FOR_ALL = frozenset({SessionKind.PLENARY, SessionKind.CEREMONY})  # no delegation is free meanwhile
Pair = tuple[int, int]


def plan_of(conference: Conference) -> MeetingPlan | None:
    """How the conference holds its meetings; None while nothing has been settled."""
    return db.session.scalar(
        select(MeetingPlan)
        .where(MeetingPlan.conference_id == conference.id)
        .options(selectinload(MeetingPlan.windows), joinedload(MeetingPlan.room).joinedload(Room.venue))
    )


def slots_in(plan: MeetingPlan | None, zone: str) -> list[Slot]:
    """The times for meetings."""
    if plan is None:
        return []
    windows = [Window(row.starts_at, row.ends_at, tuple(row.interpreters)) for row in plan.windows]
    return slots_of(windows, minutes=plan.slot_minutes, pause=plan.break_minutes, zone=zone)


def expected_of(conference: Conference) -> list[Municipality]:
    """Whom one may wish to meet: municipalities with a delegation, or with people who hold a place."""
    opened = select(Delegation.municipality_id).where(
        Delegation.conference_id == conference.id, Delegation.municipality_id.is_not(None)
    )
    entered = select(Delegate.municipality_id).where(
        Delegate.conference_id == conference.id, Delegate.accreditation.in_(HOLDS_A_PLACE),
        Delegate.municipality_id.is_not(None),
    )  # fmt: skip
    chosen = select(Municipality).where(or_(Municipality.id.in_(opened), Municipality.id.in_(entered)))
    return list(db.session.scalars(chosen.order_by(Municipality.id)))


def pair_of(one: int, other: int) -> Pair:
    """Two ids in the order in which pairs are kept."""
    return (one, other) if one < other else (other, one)


def ties_among(ids: Collection[int]) -> dict[Pair, int]:
    """Pairs of partners among these and since when (0: not known); entered twice, the older year counts."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Partnership.a_id, Partnership.b_id, Partnership.since_year).where(
            Partnership.a_id.in_(list(ids)), Partnership.b_id.in_(list(ids)), Partnership.a_id != Partnership.b_id
        )
    ).all()
    found: dict[Pair, int] = {}
    for one, other, year in rows:
        pair = pair_of(one, other)
        found[pair] = min((known for known in (found.get(pair, 0), year) if known), default=0)
    return found


def wishes_of(conference: Conference, municipality_id: int | None = None) -> Sequence[MeetingWish]:
    """Who wishes to meet whom, the most urgent first; only those of one side when asked for it."""
    chosen = select(MeetingWish).where(MeetingWish.conference_id == conference.id)
    if municipality_id is not None:
        chosen = chosen.where(MeetingWish.from_id == municipality_id)
    return db.session.scalars(
        chosen.options(joinedload(MeetingWish.wishing), joinedload(MeetingWish.wished)).order_by(
            MeetingWish.priority, MeetingWish.id
        )
    ).all()


def meetings_of(conference: Conference, municipality_id: int | None = None) -> list[Meeting]:
    """Every meeting of the draft by its hour, also those that do not take place (one query)."""
    chosen = select(Meeting).where(Meeting.conference_id == conference.id)
    if municipality_id is not None:
        chosen = chosen.where(or_(Meeting.a_id == municipality_id, Meeting.b_id == municipality_id))
    rows = db.session.scalars(
        chosen.options(
            joinedload(Meeting.a), joinedload(Meeting.b),
            joinedload(Meeting.session).joinedload(ProgrammeSession.room).joinedload(Room.venue),
        ).join(ProgrammeSession, ProgrammeSession.id == Meeting.session_id)
        .order_by(ProgrammeSession.starts_at, Meeting.id)
    ).all()  # fmt: skip
    return list(rows)


def meeting_at(session: ProgrammeSession) -> tuple[int, MeetingState] | None:
    """The number of the meeting a session is, and how it stands; None of one that is none."""
    found = db.session.scalar(select(Meeting).where(Meeting.session_id == session.id))
    return (found.id, standing_of(found)) if found is not None else None


def standing_of(meeting: Meeting) -> MeetingState:
    """How a meeting stands. Steps say when it was changed by hand; one found at another hour was, too."""
    cancelled = meeting.session.cancelled
    if meeting.state in TAKES_PLACE:
        if cancelled:
            return MeetingState.CANCELLED
        return MeetingState.PLACED if is_as_placed(meeting) else MeetingState.FIXED
    return meeting.state if cancelled else MeetingState.FIXED


def is_as_placed(meeting: Meeting) -> bool:
    """Whether the last run put it where it is."""
    return meeting.state is MeetingState.PLACED and meeting.session.starts_at == meeting.starts_at


def proposal_of(conference: Conference) -> MeetingProposal | None:
    """What the last run found and nobody has applied yet."""
    return db.session.get(MeetingProposal, conference.id)


def end_of(session: ProgrammeSession) -> datetime | None:
    if session.starts_at is None:
        return None
    return session.ends_at or session.starts_at + AN_HOUR


def other_sessions(conference: Conference) -> Sequence[ProgrammeSession]:
    """Sessions that take place and are no meetings of ours, with people and parties."""
    ours = select(Meeting.session_id).where(Meeting.conference_id == conference.id)
    return db.session.scalars(
        select(ProgrammeSession)
        .where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False),
            ProgrammeSession.id.not_in(ours),
        )
        .options(
            selectinload(ProgrammeSession.people), selectinload(ProgrammeSession.parties),
            joinedload(ProgrammeSession.room),
        )
    ).all()  # fmt: skip


def at_the_tables(
    conference: Conference, plan: MeetingPlan | None, sessions: Sequence[ProgrammeSession]
) -> list[tuple[ProgrammeSession, datetime, datetime]]:
    """Sessions that need the room of the tables, with the time it is kept free for them, by their hour."""
    if plan is None or plan.room_id is None:
        return []
    found = []
    for session in sessions:
        starts, ends = session.starts_at, end_of(session)
        if session.room_id != plan.room_id or starts is None or ends is None:
            continue
        if has_hall(held_as(session, conference.format)):
            before, after = timedelta(minutes=session.buffer_before), timedelta(minutes=session.buffer_after)
            found.append((session, starts - before, ends + after))
    return sorted(found, key=lambda one: (one[1], one[0].code))


def _overlapping(slots: Sequence[Slot], starts_at: datetime, ends_at: datetime) -> frozenset[int]:
    return frozenset(
        number for number, slot in enumerate(slots) if slot.starts_at < ends_at and starts_at < slot.ends_at
    )


@dataclass(frozen=True)
class Situation:
    """All a placing needs to know. ``gone`` are meetings one side of which is no longer there, ``over`` those nobody
    wants any more, ``absent`` wishes whose other side does not come."""

    problem: Problem
    digest: str
    sides: Mapping[int, Side]
    ties: Mapping[Pair, int]
    meetings: Sequence[Meeting]
    gone: Sequence[tuple[Meeting, int]]
    over: Sequence[Meeting]
    absent: Sequence[tuple[Pair, int]]
    by_hand: Mapping[Pair, ProgrammeSession]


def _busy(
    slots: Sequence[Slot], sides: Mapping[int, Side], sessions: Sequence[ProgrammeSession], ways: Ways
) -> tuple[dict[int, frozenset[int]], list[set[str]]]:
    """The slots in which sides have no time or are on the way, and the folded names of who has a part elsewhere, or
    is on the way, in each slot."""
    away = {
        key: {number for number, slot in enumerate(slots) if not side.is_there(slot)} for key, side in sides.items()
    }
    elsewhere: list[set[str]] = [set() for _ in slots]
    by_person = {number: key for key, side in sides.items() for number in side.heads}
    by_name: dict[str, set[int]] = defaultdict(set)
    for key, side in sides.items():
        for name in side.head_names:
            by_name[name].add(key)
    for session in sessions:
        ends = end_of(session)
        if session.starts_at is None or ends is None:
            continue
        meanwhile = _overlapping(slots, session.starts_at, ends)
        taken = _overlapping(slots, *ways.around(session, session.starts_at, ends))
        if not taken:
            continue
        concerned: set[int] = set(sides) if session.kind in FOR_ALL else set()
        concerned |= {party.municipality_id for party in session.parties}
        for person in session.people:
            name = folded_name(person.name)
            for number in taken:
                elsewhere[number].add(name)
            if person.delegate_id in by_person:
                concerned.add(by_person[person.delegate_id])
            elif person.delegate_id is None:
                concerned |= by_name.get(name, set())
        for key in concerned & set(sides):
            away[key] |= meanwhile if sides[key].only_video else taken
    return {key: frozenset(found) for key, found in away.items() if found}, elsewhere


def _fixed_elsewhere(
    slots: Sequence[Slot], sides: Mapping[int, Side], meetings: Sequence[Meeting], ways: Ways,
    away: dict[int, frozenset[int]], elsewhere: list[set[str]],
) -> None:  # fmt: skip
    """Take the way to and from meetings that were put into another house by hand out of what is free."""
    for meeting in meetings:
        begins, ends = meeting.session.starts_at, end_of(meeting.session)
        if begins is None or ends is None or standing_of(meeting) is not MeetingState.FIXED:
            continue
        around = ways.around(meeting.session, begins, ends)
        if around == (begins, ends):
            continue
        taken = _overlapping(slots, *around)
        for key in (meeting.a_id, meeting.b_id):
            if key in sides and not sides[key].only_video:
                away[key] = away.get(key, frozenset()) | taken
        for number in taken:
            elsewhere[number].add(folded_name(interpreter_name(meeting.interpreter)))


def _hand_made(sessions: Sequence[ProgrammeSession]) -> dict[Pair, ProgrammeSession]:
    found: dict[Pair, ProgrammeSession] = {}
    for session in sessions:
        ids = sorted({party.municipality_id for party in session.parties})
        if session.kind is SessionKind.BILATERAL and len(ids) == 2:
            found[ids[0], ids[1]] = session
    return found


def _absent_side(meeting: Meeting, sides: Mapping[int, Side]) -> int | None:
    return next((key for key in (meeting.a_id, meeting.b_id) if key not in sides), None)


def situation(conference: Conference) -> Situation:
    """Everything as it is now; the same number of queries however many meetings there are."""
    plan, sides = plan_of(conference), sides_of(conference)
    zone = ZoneInfo(conference.timezone)
    sessions, meetings = other_sessions(conference), meetings_of(conference)
    slots = slots_in(plan, conference.timezone)
    ways = ways_to(conference, plan)
    busy, elsewhere = _busy(slots, sides, sessions, ways)
    _fixed_elsewhere(slots, sides, meetings, ways, busy, elsewhere)
    closed = {
        number
        for _session, begins, ends in at_the_tables(conference, plan, sessions)
        for number in _overlapping(slots, begins, ends)
    }
    slots = [
        Slot(slot.starts_at, slot.ends_at, slot.half_day,
             tuple(name for name in slot.interpreters if folded_name(interpreter_name(name)) not in elsewhere[number]),
             closed=number in closed)
        for number, slot in enumerate(slots)
    ]  # fmt: skip
    ties, by_hand = ties_among(sides), _hand_made(sessions)
    wished: dict[Pair, list[int]] = defaultdict(list)
    absent: list[tuple[Pair, int]] = []
    for wish in wishes_of(conference):
        pair = pair_of(wish.from_id, wish.to_id)
        missing = next((key for key in pair if key not in sides), None)
        if missing is None:
            wished[pair].append(wish.priority)
        elif (pair, missing) not in absent:
            absent.append((pair, missing))
    held, wanted, gone, over = [], [], [], []
    placed = {(meeting.a_id, meeting.b_id) for meeting in meetings if standing_of(meeting) in TAKES_PLACE}
    settled: set[Pair] = set(by_hand) - placed
    seats: dict[Pair, Seat] = {}
    begins = {(slot.starts_at, slot.ends_at): number for number, slot in enumerate(slots)}
    for meeting in meetings:
        pair, standing, ends = (meeting.a_id, meeting.b_id), standing_of(meeting), end_of(meeting.session)
        if standing is MeetingState.CANCELLED:
            settled.add(pair)
        if standing not in TAKES_PLACE:
            continue
        missing = _absent_side(meeting, sides)
        if missing is not None:
            gone.append((meeting, missing))
        elif meeting.session.starts_at is None or ends is None:
            continue
        elif standing is MeetingState.FIXED:
            settled.add(pair)
            held.append(
                Held(pair, _overlapping(slots, meeting.session.starts_at, ends),
                     half_day(meeting.session.starts_at, zone), meeting.table, meeting.interpreter)
            )  # fmt: skip
        elif pair not in ties and pair not in wished:
            over.append(meeting)
        elif (meeting.session.starts_at, ends) in begins:
            number = begins[meeting.session.starts_at, ends]
            seats[pair] = Seat(number, meeting.table, meeting.interpreter)
    for pair in sorted((set(ties) | set(wished)) - settled):
        one, other = sides[pair[0]], sides[pair[1]]
        rank, bonus = importance(
            wishes=wished.get(pair, []), since_year=ties.get(pair, 0), tie=pair in ties,
            now_year=conference.starts_on.year,
        )  # fmt: skip
        wanted.append(
            Wanted(
                *pair, rank=rank, bonus=bonus, before=seats.get(pair),
                interpreter=need_interpreter(one.municipality.country, other.municipality.country),
                speech=speech_between(one.municipality.country, other.municipality.country),
                table=not (one.only_video and other.only_video),
            )
        )  # fmt: skip
    problem = Problem(
        slots=tuple(slots), tables=tuple(plan.tables) if plan else (), per_half_day=plan.per_half_day if plan else 1,
        wanted=tuple(wanted), held=tuple(held), busy=busy,
    )  # fmt: skip
    return Situation(
        problem, _digest(problem, plan, gone, over), sides, ties, meetings, gone, over, absent, by_hand
    )  # fmt: skip


def _digest(
    problem: Problem, plan: MeetingPlan | None, gone: Sequence[tuple[Meeting, int]], over: Sequence[Meeting]
) -> str:
    """A sign that is the same while a placing would rest on the same facts."""
    facts = [
        problem.slots, problem.tables, problem.per_half_day, problem.wanted,
        [(one.sides, sorted(one.slots), one.half_day, one.table, one.interpreter) for one in problem.held],
        sorted((key, sorted(found)) for key, found in (problem.busy or {}).items()),
        plan.room_id if plan else None,
        [meeting.id for meeting, _side in gone], [meeting.id for meeting in over],
    ]  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()
