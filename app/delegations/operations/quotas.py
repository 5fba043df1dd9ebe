"""The staff may go beyond a delegation's quota, when they say that it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import lock, transaction
from app.delegations.models import Delegate, Delegation
from app.delegations.operations.registration import add_on_behalf
from app.delegations.operations.standing import grant
from app.delegations.queries.groups import GONE, name_of_delegation, size_of
from app.delegations.rules import DelegateDetails
from app.delegations.rules.questions import Given
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def exceeds_quota(*, delegation: Delegation, more: int = 1, over_quota: bool) -> bool:
    """Whether ``more`` people are too many for the delegation. Under its lock.

    :param over_quota: the staff said that it is meant.
    :raises Refusal: (field ``over_quota``) when they are and nobody said so.
    """
    size = size_of(delegation)
    if not size.beyond(more):
        return False
    if not over_quota:
        raise Refusal(
            _l(
                "The quota of the delegation is exceeded: %(name)s may have %(quota)s and would have %(people)s.",
                name=name_of_delegation(delegation), quota=size.quota, people=size.people + more,
            ),
            field="over_quota",
        )  # fmt: skip
    return True


def register_on_behalf(
    *,
    conference: Conference,
    details: DelegateDetails,
    answers: Mapping[str, Given] | None = None,
    language: str,
    nonce: str = "",
    over_quota: bool,
    actor: Actor,
    at: datetime,
) -> Delegate:
    """The secretariat registers somebody; beyond the quota of their city's delegation only when it is meant.

    :param over_quota: whether it is; it then stands in the history of the person and of the delegation.
    :raises Refusal: with the field that is wrong; with ``over_quota`` when the delegation has its people already.
    """
    with transaction() as session:
        lock(conference)
        newest = session.scalar(select(func.max(Delegate.id)).where(Delegate.conference_id == conference.id)) or 0
        row = add_on_behalf(
            conference=conference, details=details, answers=answers, language=language, nonce=nonce, actor=actor, at=at
        )  # fmt: skip
        joined = row.delegation if row.id > newest else None  # the same form sent twice asks nothing anew
        if joined is not None and exceeds_quota(delegation=joined, more=0, over_quota=over_quota):
            note_beyond_quota(delegate=row, delegation=joined, actor=actor, at=at)
    return row


def grant_within_quota(*, delegate: Delegate, over_quota: bool, actor: Actor, at: datetime) -> None:
    """Grant accreditation; to somebody who had left a delegation that is full by now only when it is meant.

    :raises Refusal: when no place is left; with ``over_quota`` when the delegation has its people already.
    """
    with transaction():
        lock(delegate.conference)
        lock(delegate)
        delegation = delegate.delegation if delegate.accreditation in GONE else None
        beyond = delegation is not None and exceeds_quota(delegation=delegation, over_quota=over_quota)
        grant(delegate=delegate, actor=actor, at=at)
        if delegation is not None and beyond:
            note_beyond_quota(delegate=delegate, delegation=delegation, actor=actor, at=at)


def note_beyond_quota(*, delegate: Delegate, delegation: Delegation, actor: Actor, at: datetime) -> None:
    """Write down that somebody was taken into a delegation deliberately beyond its quota."""
    size = size_of(delegation)
    details = {"delegation": delegation.id, "delegate": delegate.public_id, "people": size.people, "quota": size.quota}
    for subject in (delegate, delegation):
        record(deed="delegations.exceed_quota", subject=subject, actor=actor, at=at, details=details)
