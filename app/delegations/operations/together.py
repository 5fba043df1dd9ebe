"""One decision about many delegates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.conferences.taking_part import is_on_site
from app.database import db, lock, transaction
from app.delegations.models import Delegate, Delegation
from app.delegations.operations.quotas import exceeds_quota, grant_within_quota, note_beyond_quota
from app.delegations.operations.standing import decline
from app.delegations.queries import places
from app.delegations.queries.groups import GONE, size_of
from app.delegations.rules import ALLOWED, HOLDS_A_PLACE, Accreditation, usable_address
from app.errors import Message, Refusal
from app.history.operations import record
from app.history.rules import Actor

Tell = Callable[[int, int], object]


class TogetherDeed(StrEnum):
    """What can be done with many at once."""

    GRANT = "grant"
    DECLINE = "decline"
    JOIN = "join"


@dataclass(frozen=True)
class Forecast:
    """What a deed would do, counted before it is done."""

    chosen: int
    will_change: int
    already: int
    impossible: int
    without_place: int
    without_address: int
    beyond_quota: int = 0


@dataclass
class TogetherResult:
    """What a deed did: ``refused`` are numbers of delegates with the reason."""

    done: int = 0
    unchanged: int = 0
    refused: list[tuple[str, Message]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {"done": self.done, "unchanged": self.unchanged,
                "refused": [[number, str(message)] for number, message in self.refused]}  # fmt: skip


_GOAL = {TogetherDeed.GRANT: Accreditation.GRANTED, TogetherDeed.DECLINE: Accreditation.DECLINED}


def forecast(
    *, conference: Conference, delegates: Sequence[Delegate], deed: TogetherDeed, delegation: Delegation | None = None
) -> Forecast:
    """What ``deed`` would do to ``delegates`` now; changes nothing."""
    if deed is TogetherDeed.JOIN:
        already = sum(delegation is not None and row.delegation_id == delegation.id for row in delegates)
        more = sum(row.delegation_id != delegation.id and row.accreditation not in GONE
                   for row in delegates) if delegation is not None else 0  # fmt: skip
        beyond = size_of(delegation).beyond(more) if delegation is not None and more else 0
        return Forecast(len(delegates), len(delegates) - already, already, 0, 0, 0, beyond)
    goal = _GOAL[deed]
    already = sum(row.accreditation is goal for row in delegates)
    possible = [row for row in delegates if goal in ALLOWED[row.accreditation]]
    short = 0
    if deed is TogetherDeed.GRANT:
        counted = places(conference)
        for row in possible:
            kind = counted["on_site" if is_on_site(row.attendance) else "video"]
            capacity = kind["capacity"]
            if row.accreditation in HOLDS_A_PLACE or capacity is None:
                continue
            if (kind["taken"] or 0) >= capacity:
                short += 1
            else:
                kind["taken"] = (kind["taken"] or 0) + 1
    return Forecast(
        chosen=len(delegates), will_change=len(possible) - short, already=already,
        impossible=len(delegates) - already - len(possible), without_place=short,
        without_address=sum(not usable_address(row.email) for row in possible),
    )  # fmt: skip


def decide_together(
    *,
    conference: Conference,
    ids: Sequence[int],
    deed: TogetherDeed,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
    delegation: Delegation | None = None,
    over_quota: bool = False,
    actor: Actor,
    at: datetime,
    tell: Tell = lambda _done, _total: None,
) -> TogetherResult:
    """Grant, decline or put into a delegation, one after the other; who cannot be is reported, the others are done.

    Each one is a deed of its own: stopped half-way and begun anew, nothing is done twice.

    :param reasons: why they are declined, by language; each reads their own. It goes before ``reason``.
    :param over_quota: whether a delegation may get more people than its quota; it stands in the history then.

    :raises Refusal: when the delegation is of another conference.
    """
    if deed is TogetherDeed.JOIN and (delegation is None or delegation.conference_id != conference.id):
        raise Refusal(_l("Please choose a delegation."), field="delegation")
    result = TogetherResult()
    for place, number in enumerate(ids, start=1):
        row = db.session.get(Delegate, number)
        if row is None or row.conference_id != conference.id or row.merged_into_id is not None:
            continue
        try:
            told = (reasons or {}).get(row.language) or reason
            if deed is TogetherDeed.JOIN:
                changed = _join(row, delegation, over_quota, actor, at)
            else:
                changed = _one(row, deed, told, actor, at)
        except Refusal as refusal:
            result.refused.append((row.public_id, refusal.message))
        else:
            result.done += changed
            result.unchanged += not changed
        if place % 25 == 0 or place == len(ids):
            tell(place, len(ids))
    return result


def _one(row: Delegate, deed: TogetherDeed, reason: str, actor: Actor, at: datetime) -> bool:
    if row.accreditation is _GOAL[deed]:
        return False
    if deed is TogetherDeed.GRANT:
        grant_within_quota(delegate=row, over_quota=False, actor=actor, at=at)
    else:
        decline(delegate=row, reason=reason, actor=actor, at=at)
    return True


def _join(row: Delegate, delegation: Delegation | None, over_quota: bool, actor: Actor, at: datetime) -> bool:
    with transaction() as session:
        if delegation is not None:
            lock(delegation)
        lock(row)
        if delegation is None or row.delegation_id == delegation.id:
            return False
        beyond = row.accreditation not in GONE and exceeds_quota(delegation=delegation, over_quota=over_quota)
        before = row.delegation_id
        row.delegation_id, row.updated_at = delegation.id, at
        row.roster_position, row.function = 0, ""
        session.flush()
        record(deed="delegations.join_delegation", subject=row, actor=actor, at=at,
               details={"from": before, "to": delegation.id})  # fmt: skip
        if beyond:
            note_beyond_quota(delegate=row, delegation=delegation, actor=actor, at=at)
    return True
