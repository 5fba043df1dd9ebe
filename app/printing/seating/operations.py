"""Plans of seats: made, filled, changed seat by seat, taken back step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from app.conferences.models import Conference
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.printing.operations.runs import Deliver, Printed, done_before, keep_run
from app.printing.seating import queries
from app.printing.seating.models import SeatingPlan, SeatingStep, SeatingTable, TakenSeat
from app.printing.seating.rules import (
    KIND,
    MOST_SEATS,
    MOST_TABLES,
    Guests,
    SeatOrder,
    Shape,
    in_honour,
    propose,
)
from app.printing.seating.typesetting import plan_pdf

KEPT_STEPS = 50
Seats = dict[int, tuple[int, int]]


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
    with transaction():
        lock(plan)
        for name, value in details.values().items():
            setattr(plan, name, value)
        plan.updated_at = at
        record(deed="change-seating-plan", subject=plan, actor=actor, at=at)


def remove_plan(*, plan: SeatingPlan, actor: Actor, at: datetime) -> None:
    """Throw a plan away."""
    with transaction() as session:
        lock(plan)
        record(deed="remove-seating-plan", subject=plan, actor=actor, at=at)
        session.delete(plan)


@contextmanager
def _step(plan: SeatingPlan, deed: str, actor: Actor, at: datetime, **details: Any) -> Iterator[Seats]:
    """The seats as they are; what is changed in them inside is written and can be taken back."""
    with transaction() as session:
        lock(plan)
        seats = queries.seats_of(plan)
        before = dict(seats)
        yield seats
        changed = {number for number in before.keys() | seats.keys() if before.get(number) != seats.get(number)}
        if not changed:
            return
        _write(plan, seats, changed)
        plan.updated_at = at
        session.add(
            SeatingStep(
                plan_id=plan.id, deed=deed, before=[[number, *seat] for number, seat in before.items()],
                details=details, done_by=actor.label, at=at,
            )
        )  # fmt: skip
        session.flush()
        oldest = (
            select(SeatingStep.id)
            .where(SeatingStep.plan_id == plan.id)
            .order_by(SeatingStep.id.desc())
            .offset(KEPT_STEPS)
        )
        session.execute(delete(SeatingStep).where(SeatingStep.id.in_(list(session.scalars(oldest)))))
        record(deed=f"seating-{deed}", subject=plan, actor=actor, at=at, details={"count": len(changed), **details})


def _write(plan: SeatingPlan, seats: Mapping[int, tuple[int, int]], changed: set[int]) -> None:
    with transaction() as session:
        session.execute(delete(TakenSeat).where(TakenSeat.plan_id == plan.id, TakenSeat.delegate_id.in_(changed)))
        rows = [
            {"plan_id": plan.id, "table_id": seats[number][0], "place": seats[number][1], "delegate_id": number}
            for number in sorted(changed)
            if number in seats
        ]
        if rows:
            session.execute(insert(TakenSeat), rows)


def propose_seats(*, plan: SeatingPlan, keep: bool, actor: Actor, at: datetime) -> int:
    """Give everybody a seat by the rule; returns how many seats changed.

    :param keep: those who sit already stay; else all are placed anew.
    :raises Refusal: when there are no tables, or nobody to be seated.
    """
    people = queries.seatable(plan)
    guests = queries.guests_of(people)
    if not plan.tables:
        raise Refusal(_("There is no table yet."))
    if not guests:
        raise Refusal(_("There is nobody to be seated."))
    with _step(plan, "propose", actor, at) as seats:
        before = dict(seats)
        found = propose(
            queries.tables_of(plan), guests, plan.order, host_side=queries.host_side(plan.conference),
            host=plan.host_id, cohost=plan.cohost_id, taken=before if keep else None,
        )  # fmt: skip
        seats.clear()
        seats.update(found)
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
    with _step(plan, "seat", actor, at, delegate_id=delegate_id, table=table) as seats:
        by_seat = {seat: number for number, seat in seats.items()}
        if place is None:
            place = next((one for one in in_honour(row.shape, row.seats) if (row.id, one) not in by_seat), None)
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
    """Let people stand up; None: all. Returns how many did."""
    with _step(plan, "unseat", actor, at) as seats:
        gone = set(seats) if delegate_ids is None else delegate_ids & set(seats)
        for number in gone:
            del seats[number]
    return len(gone)


def undo_step(*, plan: SeatingPlan, actor: Actor, at: datetime) -> int:
    """Take the last step back; returns how many people stand up or sit elsewhere.

    Seats that are gone and people who do not come any more stay as they are now.

    :raises Refusal: when there is nothing to take back.
    """
    with transaction() as session:
        lock(plan)
        step = queries.last_step(plan)
        if step is None:
            raise Refusal(_("There is nothing to undo."))
        room = {table.id: table.seats for table in plan.tables}
        known = {one.id for one in queries.seatable(plan)}
        now = queries.seats_of(plan)
        back = {
            number: (table, place)
            for number, table, place in step.before
            if place <= room.get(table, 0) and number in known
        }
        changed = {number for number in now.keys() | back.keys() if now.get(number) != back.get(number)}
        if changed:
            _write(plan, back, changed)
        plan.updated_at = at
        session.delete(step)
        record(deed="seating-undo", subject=plan, actor=actor, at=at, details={"count": len(changed)})
    return len(changed)


def add_tables(*, plan: SeatingPlan, shape: Shape, seats: int, count: int, actor: Actor, at: datetime) -> None:
    """Put tables behind those there are.

    :raises Refusal: when a table has too many seats, or there are too many tables.
    """
    if not 1 <= seats <= MOST_SEATS:
        raise Refusal(_("A table has 1 to %(most)s seats.", most=MOST_SEATS), field="seats")
    with transaction() as session:
        lock(plan)
        session.refresh(plan, ["tables"])
        if not 1 <= count <= MOST_TABLES - len(plan.tables):
            raise Refusal(_("A plan has at most %(most)s tables.", most=MOST_TABLES), field="count")
        first = max((table.number for table in plan.tables), default=0) + 1
        plan.tables += [SeatingTable(number=first + n, shape=shape, seats=seats) for n in range(count)]
        plan.updated_at = at
        session.flush()
        record(deed="add-seating-tables", subject=plan, actor=actor, at=at,
               details={"shape": shape.value, "seats": seats, "count": count})  # fmt: skip


def change_table(
    *, plan: SeatingPlan, number: int, shape: Shape, seats: int, actor: Actor, at: datetime
) -> int:  # fmt: skip
    """Make a table larger, smaller, of another shape; returns how many have to stand up.

    :raises Refusal: when there is no such table, or it has too many seats.
    """
    if not 1 <= seats <= MOST_SEATS:
        raise Refusal(_("A table has 1 to %(most)s seats.", most=MOST_SEATS), field="seats")
    with transaction():
        with _step(plan, "table", actor, at, table=number) as taken:
            row = _table(plan, number)
            gone = [one for one, (table, place) in taken.items() if table == row.id and place > seats]
            for one in gone:
                del taken[one]
        row.shape, row.seats, plan.updated_at = shape, seats, at
        record(deed="change-seating-table", subject=plan, actor=actor, at=at,
               details={"table": number, "shape": shape.value, "seats": seats})  # fmt: skip
    return len(gone)


def remove_table(*, plan: SeatingPlan, number: int, actor: Actor, at: datetime) -> int:
    """Take a table away; returns how many have to stand up.

    :raises Refusal: when there is no such table.
    """
    with transaction() as session:
        with _step(plan, "table", actor, at, table=number) as taken:
            row = _table(plan, number)
            gone = [one for one, (table, _place) in taken.items() if table == row.id]
            for one in gone:
                del taken[one]
        plan.tables.remove(row)
        session.flush()
        plan.updated_at = at
        record(deed="remove-seating-table", subject=plan, actor=actor, at=at, details={"table": number})
    return len(gone)


def print_plan(
    *,
    conference: Conference,
    plan_id: int,
    actor: Actor,
    at: datetime,
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: object = None,  # noqa: ARG001  # one piece of work
) -> Printed:
    """Print a plan and log the run.

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
    return keep_run(
        conference=conference, kind=KIND, pdf=plan_pdf(plan), count=count, actor=actor, at=at, deed_key=deed_key,
        deliver=deliver,
    )  # fmt: skip
