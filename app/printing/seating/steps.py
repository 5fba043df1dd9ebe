"""What is done at a plan of seats as steps, each taken back whole: the rule, the tables, the seats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, insert, select

from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.printing.seating import queries
from app.printing.seating.models import SeatingPlan, SeatingStep, SeatingTable, TakenSeat
from app.printing.seating.queries import Held
from app.printing.seating.rules import CompanionRule, Guests, SeatOrder, Shape

KEPT_STEPS = 50
# What a step keeps of the plan itself; people in it are named by their numbers.
_PLAIN = ("title_ru", "title_de", "session_id", "people", "host_id", "cohost_id", "interpreters_beside", "pairs")
_CHOSEN: Mapping[str, type[StrEnum]] = {"order": SeatOrder, "guests": Guests, "companions": CompanionRule}


class Deed(StrEnum):
    """What a step did."""

    PLAN = "plan"
    PROPOSE = "propose"
    FILL = "fill"
    SEAT = "seat"
    UNSEAT = "unseat"
    EMPTY = "empty"
    FIX = "fix"
    LOOSEN = "loosen"
    PAIR = "pair"
    TABLES = "tables"
    TABLE = "table"
    REMOVE = "remove"


def step_words(step: SeatingStep, names: Mapping[int, str]) -> str:
    """What a step did: "Weber moved to table 3"."""
    name = names.get(step.details.get("delegate_id", 0), _("somebody"))
    table, count = step.details.get("table", 0), step.details.get("count", 0)
    words = {
        Deed.PLAN: lambda: _("occasion or rule changed"),
        Deed.PROPOSE: lambda: _("all seats proposed anew"),
        Deed.FILL: lambda: _("seats given to those who had none"),
        Deed.SEAT: lambda: _("%(name)s moved to table %(table)s", name=name, table=table),
        Deed.UNSEAT: lambda: _("%(name)s without a seat", name=name),
        Deed.EMPTY: lambda: _("all seats emptied"),
        Deed.FIX: lambda: _("%(name)s keeps the seat", name=name),
        Deed.LOOSEN: lambda: _("%(name)s no longer keeps the seat", name=name),
        Deed.PAIR: lambda: _("%(name)s belongs to somebody else", name=name),
        Deed.TABLES: lambda: ngettext("%(num)s table put there", "%(num)s tables put there", count),
        Deed.TABLE: lambda: _("table %(table)s changed", table=table),
        Deed.REMOVE: lambda: _("table %(table)s taken away", table=table),
    }
    return str(words[Deed(step.deed)]())


def _kept(plan: SeatingPlan, held: Held) -> dict[str, Any]:
    """The whole of a plan; tables by number, for one that is put back is a new row."""
    number_of = {table.id: table.number for table in plan.tables}
    return {
        "plan": {name: getattr(plan, name) for name in _PLAIN} | {name: getattr(plan, name).value for name in _CHOSEN},
        "tables": [[table.number, table.shape.value, table.seats] for table in plan.tables],
        "seats": sorted(
            [number, number_of[table], place, number in held.fixed]
            for number, (table, place) in held.seats.items()
            if table in number_of
        ),
    }


@contextmanager
def changing(plan: SeatingPlan, deed: Deed, actor: Actor, at: datetime, **details: Any) -> Iterator[Held]:
    """The seats as they are; what is changed inside, in them or in the plan and its tables, is one step."""
    with transaction() as session:
        lock(plan)
        session.refresh(plan, ["tables"])
        held = queries.held_of(plan)
        before, sat = _kept(plan, held), Held(dict(held.seats), set(held.fixed))
        yield held
        session.flush()
        held.fixed &= set(held.seats)
        after = _kept(plan, held)
        if after == before:
            return
        changed = _write(plan, sat, held)
        plan.updated_at = at
        session.add(
            SeatingStep(
                plan_id=plan.id, deed=deed.value, before=before, details=details, done_by=actor.label, at=at
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
        record(
            deed=f"seating-{deed}", subject=plan, actor=actor, at=at, details={"changed": len(changed), **details}
        )  # fmt: skip


def _write(plan: SeatingPlan, before: Held, after: Held) -> set[int]:
    """Write the seats that are others now; returns whose they are."""
    changed = {
        number
        for number in before.seats.keys() | after.seats.keys()
        if before.seats.get(number) != after.seats.get(number) or (number in before.fixed) != (number in after.fixed)
    }
    with transaction() as session:
        session.execute(delete(TakenSeat).where(TakenSeat.plan_id == plan.id, TakenSeat.delegate_id.in_(changed)))
        rows = [
            {"plan_id": plan.id, "table_id": after.seats[number][0], "place": after.seats[number][1],
             "delegate_id": number, "fixed": number in after.fixed}
            for number in sorted(changed)
            if number in after.seats
        ]  # fmt: skip
        if rows:
            session.execute(insert(TakenSeat), rows)
    return changed


def undo_step(*, plan: SeatingPlan, actor: Actor, at: datetime, step_id: int | None = None) -> SeatingStep:
    """Take steps back, and with them all that they changed; returns the first of them.

    People who do not come any more have no seat afterwards.

    :param step_id: the step before which the plan is again, with all that came after it; None: the last one.
    :raises Refusal: when there is nothing to take back, or the step was taken back already.
    """
    with transaction() as session:
        lock(plan)
        session.refresh(plan, ["tables"])
        steps = queries.steps_of(plan)
        if not steps:
            raise Refusal(_("There is nothing to undo."))
        step = steps[0] if step_id is None else next((one for one in steps if one.id == step_id), None)
        if step is None:
            raise Refusal(_("This step was taken back already."))
        held = queries.held_of(plan)
        sat = Held(dict(held.seats), set(held.fixed))
        _put_back(plan, step.before, held)
        changed = _write(plan, sat, held)
        plan.updated_at = at
        gone = [one for one in steps if one.id >= step.id]
        for one in gone:
            session.delete(one)
        record(deed="seating-undo", subject=plan, actor=actor, at=at,
               details={"changed": len(changed), "steps": len(gone)})  # fmt: skip
    return step


def _put_back(plan: SeatingPlan, before: Mapping[str, Any], held: Held) -> None:
    """Let plan and tables be as they were, and ``held`` the seats."""
    people = queries.known_of(plan)
    with transaction() as session:
        for name in _PLAIN:
            setattr(plan, name, before["plan"][name])
        for name, kind in _CHOSEN.items():
            setattr(plan, name, kind(before["plan"][name]))
        plan.host_id, plan.cohost_id = (one if one in people else None for one in (plan.host_id, plan.cohost_id))
        plan.session_id = plan.session_id if queries.has_session(plan, plan.session_id) else None
        standing = {table.number: table for table in plan.tables}
        tables = {number: (Shape(shape), seats) for number, shape, seats in before["tables"]}
        for number, table in standing.items():
            if number not in tables:
                plan.tables.remove(table)
        for number, (shape, seats) in tables.items():
            if number in standing:
                standing[number].shape, standing[number].seats = shape, seats
            else:
                plan.tables.append(SeatingTable(number=number, shape=shape, seats=seats))
        session.flush()
        session.refresh(plan, ["tables"])
    row_of = {table.number: table.id for table in plan.tables}
    coming = {one.id for one in queries.seatable(plan)}
    held.seats.clear()
    held.fixed.clear()
    for number, table, place, fixed in before["seats"]:
        if number in coming:
            held.seats[number] = (row_of[table], place)
            if fixed:
                held.fixed.add(number)
