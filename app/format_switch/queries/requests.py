"""What people asked for because they come, the papers made for them, and what of it was withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from app.conferences.taking_part import is_by_video, is_on_site
from app.correspondence.models import Letter
from app.correspondence.rules import LetterState
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.visa import VISA_KINDS
from app.format_switch.models import WithdrawnRequest
from app.format_switch.rules import PersonChange
from app.format_switch.rules.requests import Choice, Kind, Paper, Request, RequestPlan, chosen
from app.printing.models import Badge

_SOME = 5000

_ASKED: Mapping[Request, ColumnElement[bool]] = {
    Request.HOTEL: Delegate.hotel_needed == "yes",
    Request.JOURNEY: or_(Delegate.arrival != "", Delegate.departure != ""),
    Request.VISA: Delegate.visa_needed == "yes",
}


def papers(kind: Paper, ids: Sequence[int], *, withdrawn: bool) -> tuple[Any, Any, tuple[ColumnElement[bool], ...]]:
    """The rows of papers of these people: their table, the column that names the person, and which of them.

    :param withdrawn: those that are withdrawn, else those that count.
    """
    table, owner = (Badge, Badge.delegate_id) if kind is Paper.BADGE else (Letter, Letter.subject_id)
    state = table.withdrawn_at.is_not(None) if withdrawn else table.withdrawn_at.is_(None)
    which: tuple[ColumnElement[bool], ...] = (owner.in_(ids), state)
    if kind is Paper.VISA_LETTER:
        which += (Letter.kind.in_(VISA_KINDS), Letter.state == LetterState.ISSUED)
    return table, owner, which


def _asking(kind: Kind, ids: Sequence[int]) -> Select[Any]:
    if isinstance(kind, Request):
        return select(Delegate.id).where(Delegate.id.in_(ids), _ASKED[kind])
    _table, owner, which = papers(kind, ids, withdrawn=False)
    return select(owner).where(*which).distinct()


def parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    """Some ids at a time, in their order."""
    wanted = sorted(ids)
    return (wanted[start : start + _SOME] for start in range(0, len(wanted), _SOME))


def requests_planned(
    people: Sequence[PersonChange], choices: Mapping[Kind, Choice]
) -> dict[Kind, RequestPlan]:  # fmt: skip
    """What becomes of each kind of request and paper when these people move. At most eight queries."""
    leave = [
        change.delegate_id for change in people
        if is_on_site(change.before.attendance) and is_by_video(change.after.attendance)
    ]  # fmt: skip
    come = [
        change.delegate_id for change in people
        if is_by_video(change.before.attendance) and is_on_site(change.after.attendance)
    ]  # fmt: skip
    back = withdrawn_of(come)
    found = {}
    for kind, choice in chosen(choices).items():
        asked: list[int] = []
        for some in parts(leave):
            asked += db.session.scalars(_asking(kind, some))
        plan = RequestPlan(
            choice, tuple(sorted(asked)), tuple(sorted(number for number in back if kind in back[number]))
        )
        if leave or plan.back:
            found[kind] = plan
    return found


def withdrawn_of(ids: Collection[int]) -> dict[int, set[Kind]]:
    """What of these people was withdrawn by a switch and has not been given back."""
    found: dict[int, set[Kind]] = {}
    for some in parts(ids):
        for row in db.session.execute(
            select(WithdrawnRequest.delegate_id, WithdrawnRequest.kind).where(WithdrawnRequest.delegate_id.in_(some))
        ):
            found.setdefault(row.delegate_id, set()).add(row.kind)
        for kind in Paper:
            _table, owner, which = papers(kind, some, withdrawn=True)
            for number in db.session.scalars(select(owner).where(*which).distinct()):
                found.setdefault(number, set()).add(kind)
    return found
