"""What people asked for because they come, and what of it was withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, or_, select

from app.conferences.taking_part import is_by_video, is_on_site
from app.database import db
from app.delegations.models import Delegate
from app.format_switch.models import WithdrawnRequest
from app.format_switch.rules import PersonChange
from app.format_switch.rules.requests import Choice, Request, RequestPlan, chosen

_SOME = 5000

_ASKED: Mapping[Request, ColumnElement[bool]] = {
    Request.HOTEL: Delegate.hotel_needed == "yes",
    Request.JOURNEY: or_(Delegate.arrival != "", Delegate.departure != ""),
    Request.VISA: Delegate.visa_needed == "yes",
}


def parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    """Some ids at a time, in their order."""
    wanted = sorted(ids)
    return (wanted[start : start + _SOME] for start in range(0, len(wanted), _SOME))


def requests_planned(
    people: Sequence[PersonChange], choices: Mapping[Request, Choice]
) -> dict[Request, RequestPlan]:  # fmt: skip
    """What becomes of each kind of request when these people move. At most four queries."""
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
            asked += db.session.scalars(select(Delegate.id).where(Delegate.id.in_(some), _ASKED[kind]))
        plan = RequestPlan(
            choice, tuple(sorted(asked)), tuple(sorted(number for number in back if kind in back[number]))
        )
        if leave or plan.back:
            found[kind] = plan
    return found


def withdrawn_of(ids: Collection[int]) -> dict[int, set[Request]]:
    """What of these people was withdrawn by a switch and has not been given back."""
    found: dict[int, set[Request]] = {}
    for some in parts(ids):
        for row in db.session.execute(
            select(WithdrawnRequest.delegate_id, WithdrawnRequest.kind).where(WithdrawnRequest.delegate_id.in_(some))
        ):
            found.setdefault(row.delegate_id, set()).add(row.kind)
    return found
