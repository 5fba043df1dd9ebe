"""Reading plans of seats, and who is to have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.precedence import RANKING, in_order_of_copy
from app.delegations.rules.precedence import PROTOCOL, side_of
from app.printing.papers.queries import participants
from app.printing.papers.rules import Paper, Participant
from app.printing.seating.companions import Attendee, Part, belongings, part_of
from app.printing.seating.models import SeatingPlan, SeatingStep, SeatingTable, TakenSeat
from app.printing.seating.placing import Guest
from app.printing.seating.rules import Guests, Table
from app.programme.models import ProgrammeSession


def plans(conference: Conference) -> Sequence[tuple[SeatingPlan, int, int]]:
    """The plans of a conference, the latest first: each with how many seats there are and how many are taken."""
    seats = (
        select(func.coalesce(func.sum(SeatingTable.seats), 0))
        .where(SeatingTable.plan_id == SeatingPlan.id)
        .scalar_subquery()
    )
    taken = select(func.count(TakenSeat.id)).where(TakenSeat.plan_id == SeatingPlan.id).scalar_subquery()
    question = (
        select(SeatingPlan, seats, taken)
        .where(SeatingPlan.conference_id == conference.id)
        .order_by(SeatingPlan.id.desc())
    )
    return [(plan, count, sat) for plan, count, sat in db.session.execute(question)]


def plan_of(conference: Conference, plan_id: int) -> SeatingPlan | None:
    """One plan with its tables."""
    return db.session.scalar(
        select(SeatingPlan)
        .where(SeatingPlan.conference_id == conference.id, SeatingPlan.id == plan_id)
        .options(selectinload(SeatingPlan.tables))
    )


def seats_of(plan: SeatingPlan) -> dict[int, tuple[int, int]]:
    """Table and place by delegate, in the order of tables and places."""
    question = (
        select(TakenSeat.delegate_id, TakenSeat.table_id, TakenSeat.place)
        .join(SeatingTable, SeatingTable.id == TakenSeat.table_id)
        .where(TakenSeat.plan_id == plan.id)
        .order_by(SeatingTable.number, TakenSeat.place)
    )
    return {row.delegate_id: (row.table_id, row.place) for row in db.session.execute(question)}


@dataclass
class Held:
    """Who sits where while a deed changes it: table and place by delegate, and whose seat is fixed."""

    seats: dict[int, tuple[int, int]]
    fixed: set[int]

    def stand_up(self, table: int, *, behind: int = 0) -> int:
        """Let those of a table stand up whose place is ``behind`` that number; returns how many did."""
        gone = [one for one, (where, place) in self.seats.items() if where == table and place > behind]
        for one in gone:
            del self.seats[one]
        return len(gone)


def fixed_of(plan: SeatingPlan) -> set[int]:
    """Whose seat stays when seats are proposed anew."""
    question = select(TakenSeat.delegate_id).where(TakenSeat.plan_id == plan.id, TakenSeat.fixed)
    return set(db.session.scalars(question))


def held_of(plan: SeatingPlan) -> Held:
    """The seats of a plan, to be changed."""
    return Held(seats_of(plan), fixed_of(plan))


def tables_of(plan: SeatingPlan) -> list[Table]:
    """The tables as the rule sees them."""
    return [Table(table.id, table.shape, table.seats) for table in plan.tables]


@dataclass(frozen=True)
class Seatable:
    """Somebody on site; ``wanted``: is to have a seat. ``of``: whom they belong to, ``by_hand``: so it was said."""

    person: Participant
    wanted: bool
    part: Part = Part.GUEST
    of: int | None = None
    by_hand: bool = False

    @property
    def id(self) -> int:
        """The delegate's."""
        return self.person.delegate_id


def seatable(plan: SeatingPlan) -> list[Seatable]:
    """Everyone on site in order of precedence, and who of them is to have a seat; those of one rank by the rule of the
    conference, in the host's alphabet."""
    conference = plan.conference
    people = {person.delegate_id: person for person in participants(conference, Paper.PLACE_CARDS)}
    named = {*plan.people, plan.host_id, plan.cohost_id}
    question = select(
        Delegate.id, *RANKING, Delegate.role, Delegate.function, Delegate.delegation_id, Delegate.interpretation,
    ).where(Delegate.conference_id == conference.id)  # fmt: skip
    coming_here = (row for row in db.session.execute(question) if row.id in people)
    rows = in_order_of_copy(conference, coming_here, language=host_side(conference))
    parts = {row.id: part_of(row.role, row.function) for row in rows}
    wanted = {
        row.id
        for row in rows
        if plan.guests is Guests.EVERYONE
        or (plan.guests is Guests.HEADS and row.precedence <= PROTOCOL)
        or row.id in named
    }
    said = {who: whom for who, whom in plan.pairs if who is not None}
    coming = (
        Attendee(row.id, parts[row.id], row.delegation_id, row.last, needs=">" in row.interpretation)
        for row in rows
        if row.id in wanted
    )
    belonging = belongings(list(coming), said)
    return [
        Seatable(people[row.id], row.id in wanted, parts[row.id], *belonging.get(row.id, (None, row.id in said)))
        for row in rows
    ]


def guests_of(people: Sequence[Seatable]) -> list[Guest]:
    """Those who are to have a seat, as the rule sees them."""
    return [
        Guest(one.id, place, one.person.side, one.of, one.part is Part.INTERPRETER)
        for place, one in enumerate(people)
        if one.wanted
    ]


def host_side(conference: Conference) -> str:
    """The language of the host's side."""
    return side_of(conference.host.country)


def steps_of(plan: SeatingPlan) -> list[SeatingStep]:
    """What an undo takes back, the last first."""
    question = select(SeatingStep).where(SeatingStep.plan_id == plan.id).order_by(SeatingStep.id.desc())
    return list(db.session.scalars(question))


def known_of(plan: SeatingPlan) -> set[int]:
    """The numbers of all delegates of the conference."""
    return set(db.session.scalars(select(Delegate.id).where(Delegate.conference_id == plan.conference_id)))


def has_session(plan: SeatingPlan, session_id: int | None) -> bool:
    """Whether the programme has that session."""
    found = db.session.get(ProgrammeSession, session_id) if session_id else None
    return found is not None and found.conference_id == plan.conference_id


def sessions_of(conference: Conference) -> Sequence[ProgrammeSession]:
    """What a plan may be for, in the order of the programme."""
    return db.session.scalars(
        select(ProgrammeSession)
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False))
        .order_by(ProgrammeSession.starts_at.is_(None), ProgrammeSession.starts_at, ProgrammeSession.code)
    ).all()


def seated(people: Sequence[Seatable], seats: Mapping[int, tuple[int, int]]) -> dict[tuple[int, int], Participant]:
    """Who sits on which place of which table."""
    known = {one.id: one.person for one in people}
    return {seat: known[number] for number, seat in seats.items() if number in known}
