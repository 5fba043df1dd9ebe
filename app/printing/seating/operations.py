"""Plans of seats: made, filled, changed seat by seat; every deed is a step that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.printing.operations.runs import Deliver, Printed, done_before, keep_run
from app.printing.parts import forget_parts
from app.printing.press.pages import Told
from app.printing.seating import queries
from app.printing.seating.models import SeatingPlan, SeatingTable
from app.printing.seating.placing import propose
from app.printing.seating.rules import (
    KIND,
    MOST_SEATS,
    MOST_TABLES,
    CompanionRule,
    Guests,
    SeatOrder,
    Shape,
    in_honour,
)
from app.printing.seating.steps import Deed, changing
from app.printing.seating.typesetting import plan_pdf


@dataclass(frozen=True)
class PlanDetails:
    """What a plan is for, whom it seats, and by which order."""

    title_ru: str
    title_de: str
    session_id: int | None = None
    order: SeatOrder = SeatOrder.ALTERNATE
    guests: Guests = Guests.EVERYONE
    people: tuple[int, ...] = ()
    host_id: int | None = None
    cohost_id: int | None = None
    companions: CompanionRule = CompanionRule.BESIDE
    interpreters_beside: bool = True

    def values(self) -> dict[str, Any]:
        """As the columns keep them."""
        return {**self.__dict__, "people": list(self.people)}


def _require_titled(details: PlanDetails) -> None:
    if not (details.title_ru or details.title_de):
        raise Refusal(_("The plan needs a title."), field="title_ru")
    if details.host_id is not None and details.host_id == details.cohost_id:
        raise Refusal(_("The second host is somebody else."), field="cohost")
    if details.guests is Guests.NAMED and not details.people:
        raise Refusal(_("Please name at least one person."), field="people")


def make_plan(*, conference: Conference, details: PlanDetails, actor: Actor, at: datetime) -> SeatingPlan:
    """Begin a plan without tables.

    :raises Refusal: when it has no title, or nobody is named where people are to be named.
    """
    _require_titled(details)
    with transaction() as session:
        plan = SeatingPlan(conference_id=conference.id, created_at=at, updated_at=at, **details.values())
        session.add(plan)
        session.flush()
        record(deed="make-seating-plan", subject=plan, actor=actor, at=at)
    return plan


def change_plan(*, plan: SeatingPlan, details: PlanDetails, actor: Actor, at: datetime) -> None:
    """Say something else about it; nobody changes seats.

    :raises Refusal: as :func:`make_plan`.
    """
    _require_titled(details)
    with changing(plan, Deed.PLAN, actor, at):
        for name, value in details.values().items():
            setattr(plan, name, value)


def remove_plan(*, plan: SeatingPlan, actor: Actor, at: datetime) -> None:
    """Throw a plan away."""
    with transaction() as session:
        lock(plan)
        record(deed="remove-seating-plan", subject=plan, actor=actor, at=at)
        session.delete(plan)


def propose_seats(*, plan: SeatingPlan, keep: bool, actor: Actor, at: datetime) -> int:
    """Give everybody a seat by the rule; returns how many seats changed.

    :param keep: those who sit already stay; else all but the fixed ones are placed anew.
    :raises Refusal: when there are no tables, or nobody to be seated.
    """
    people = queries.seatable(plan)
    guests = queries.guests_of(people)
    if not plan.tables:
        raise Refusal(_("There is no table yet."))
    if not guests:
        raise Refusal(_("There is nobody to be seated."))
    with changing(plan, Deed.FILL if keep else Deed.PROPOSE, actor, at) as held:
        before = dict(held.seats)
        found = propose(
            queries.tables_of(plan), guests, plan.order, host_side=queries.host_side(plan.conference),
            host=plan.host_id, cohost=plan.cohost_id, companions=plan.companions,
            interpreters_beside=plan.interpreters_beside,
            taken=before if keep else {number: before[number] for number in held.fixed},
        )  # fmt: skip
        held.seats.clear()
        held.seats.update(found)
    return sum(before.get(number) != found.get(number) for number in before.keys() | found.keys())


def _table(plan: SeatingPlan, number: int) -> SeatingTable:
    found = next((table for table in plan.tables if table.number == number), None)
    if found is None:
        raise Refusal(_("There is no table %(number)s.", number=number), field="table")
    return found


def seat_person(
    *, plan: SeatingPlan, delegate_id: int, table: int, place: int | None, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Give somebody a seat; whoever sits there takes the seat that becomes free, or has none. Returns table and place.

    :param table: the number of the table; ``place`` None: the free seat of it that is highest in honour.
    :raises Refusal: when there is no such person, table or seat.
    """
    row = _table(plan, table)
    if not any(one.id == delegate_id for one in queries.seatable(plan)):
        raise Refusal(_("This person is not on site."), field="person")
    if place is not None and not 1 <= place <= row.seats:
        raise Refusal(_("Table %(table)s has the seats 1 to %(last)s.", table=table, last=row.seats), field="place")
    with changing(plan, Deed.SEAT, actor, at, delegate_id=delegate_id, table=table) as held:
        seats = held.seats
        by_seat = {seat: number for number, seat in seats.items()}
        if place is None:
            honoured = in_honour(row.shape, row.seats, second_host=plan.faces(row))
            place = next((one for one in honoured if (row.id, one) not in by_seat), None)
            if place is None:
                raise Refusal(_("Every seat of table %(table)s is taken.", table=table), field="place")
        other = by_seat.get((row.id, place))
        own = seats.pop(delegate_id, None)
        if other is not None and other != delegate_id:
            del seats[other]
            if own is not None:
                seats[other] = own
        seats[delegate_id] = (row.id, place)
    return table, place


def unseat(*, plan: SeatingPlan, delegate_ids: set[int] | None, actor: Actor, at: datetime) -> int:
    """Let people stand up; None: all whose seat is not fixed. Returns how many did."""
    named = {"delegate_id": min(delegate_ids)} if delegate_ids and len(delegate_ids) == 1 else {}
    with changing(plan, Deed.EMPTY if delegate_ids is None else Deed.UNSEAT, actor, at, **named) as held:
        gone = set(held.seats) - held.fixed if delegate_ids is None else delegate_ids & set(held.seats)
        for number in gone:
            del held.seats[number]
    return len(gone)


def fix_seat(*, plan: SeatingPlan, delegate_id: int, fixed: bool, actor: Actor, at: datetime) -> None:
    """Let somebody keep their seat when seats are proposed anew, or no longer.

    :raises Refusal: when the person has no seat.
    """
    with changing(plan, Deed.FIX if fixed else Deed.LOOSEN, actor, at, delegate_id=delegate_id) as held:
        if delegate_id not in held.seats:
            raise Refusal(_("This person has no seat."), field="person")
        (held.fixed.add if fixed else held.fixed.discard)(delegate_id)


def pair(
    *, plan: SeatingPlan, delegate_id: int, whom: int | None, by_rule: bool = False, actor: Actor, at: datetime
) -> None:  # fmt: skip
    """Say by hand whom an accompanying person or an interpreter belongs to.

    :param whom: None: nobody. ``by_rule``: let the rule find it again.
    :raises Refusal: when one of them does not come, or they are the same.
    """
    known = {one.id for one in queries.seatable(plan)}
    if delegate_id not in known or (whom is not None and whom not in known):
        raise Refusal(_("This person is not on site."), field="person")
    if delegate_id == whom:
        raise Refusal(_("Nobody accompanies themselves."), field="whom")
    with changing(plan, Deed.PAIR, actor, at, delegate_id=delegate_id):
        said = [[who, other] for who, other in plan.pairs if who != delegate_id]
        plan.pairs = said if by_rule else [*said, [delegate_id, whom]]


def add_tables(*, plan: SeatingPlan, shape: Shape, seats: int, count: int, actor: Actor, at: datetime) -> None:
    """Put tables behind those there are.

    :raises Refusal: when a table has too many seats, or there are too many tables.
    """
    _require_seats(seats)
    with changing(plan, Deed.TABLES, actor, at, count=count):
        if not 1 <= count <= MOST_TABLES - len(plan.tables):
            raise Refusal(_("A plan has at most %(most)s tables.", most=MOST_TABLES), field="count")
        first = max((table.number for table in plan.tables), default=0) + 1
        plan.tables += [SeatingTable(number=first + n, shape=shape, seats=seats) for n in range(count)]


def _require_seats(seats: int) -> None:
    if not 1 <= seats <= MOST_SEATS:
        raise Refusal(_("A table has 1 to %(most)s seats.", most=MOST_SEATS), field="seats")


def change_table(
    *, plan: SeatingPlan, number: int, shape: Shape, seats: int, actor: Actor, at: datetime
) -> int:  # fmt: skip
    """Make a table larger, smaller, of another shape; returns how many have to stand up.

    :raises Refusal: when there is no such table, or it has too many seats.
    """
    _require_seats(seats)
    with changing(plan, Deed.TABLE, actor, at, table=number) as held:
        row = _table(plan, number)
        gone = held.stand_up(row.id, behind=seats)
        row.shape, row.seats = shape, seats
    return gone


def remove_table(*, plan: SeatingPlan, number: int, actor: Actor, at: datetime) -> int:
    """Take a table away; returns how many have to stand up.

    :raises Refusal: when there is no such table.
    """
    with changing(plan, Deed.REMOVE, actor, at, table=number) as held:
        row = _table(plan, number)
        gone = held.stand_up(row.id)
        plan.tables.remove(row)
    return gone


def print_plan(
    *,
    conference: Conference,
    plan_id: int,
    actor: Actor,
    at: datetime,
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
) -> Printed:
    """Print a plan and log the run.

    :param deed_key: a second call with the same key gives the run there is; one that was broken off goes on.
    :param tell: told how many tables are drawn, of how many; may raise to stop, then nothing is logged.
    :raises Refusal: when there is no such plan, or nobody has a seat.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    plan = queries.plan_of(conference, plan_id)
    if plan is None:
        raise Refusal(_("There is no such seating plan."), field="plan")
    count = len(queries.seats_of(plan))
    if not count:
        raise Refusal(_("Nobody has a seat yet."))
    printed = keep_run(
        conference=conference, kind=KIND, pdf=plan_pdf(plan, deed_key=deed_key, tell=tell), count=count, actor=actor,
        at=at, deed_key=deed_key, deliver=deliver,
    )  # fmt: skip
    forget_parts(deed_key)
    return printed
