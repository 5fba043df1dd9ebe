"""Delegations: their kinds, what each member is in them, and how far they are. No database."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from app.errors import Refusal


class DelegationKind(StrEnum):
    """Who sends a delegation."""

    MUNICIPALITY = "municipality"
    ASSOCIATION = "association"
    MINISTRY = "ministry"
    PRESS = "press"
    SPONSOR = "sponsor"
    MISSION = "mission"


class DelegationFunction(StrEnum):
    """What a member is within the delegation; what they are at the conference is their role."""

    HEAD = "head"
    DEPUTY = "deputy"
    CONTACT = "contact"
    MEMBER = "member"
    INTERPRETER = "interpreter"
    DRIVER = "driver"


# Nobody shares these with another member.
ONE_ONLY = frozenset({DelegationFunction.HEAD, DelegationFunction.CONTACT})


class DelegationState(StrEnum):
    """How far a delegation is: its contact enters people, hands the list in, the secretariat checks and confirms it."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    FROZEN = "frozen"


ALLOWED_STATES: Mapping[DelegationState, frozenset[DelegationState]] = {
    DelegationState.OPEN: frozenset({DelegationState.SUBMITTED}),
    DelegationState.SUBMITTED: frozenset({DelegationState.OPEN, DelegationState.CHECKED}),
    DelegationState.CHECKED: frozenset({DelegationState.OPEN, DelegationState.SUBMITTED, DelegationState.CONFIRMED}),
    DelegationState.CONFIRMED: frozenset({DelegationState.OPEN, DelegationState.SUBMITTED, DelegationState.FROZEN}),
    DelegationState.FROZEN: frozenset({DelegationState.CONFIRMED, DelegationState.OPEN}),
}

# A change by the contact makes these wait for a new check.
LOOKED_AT = frozenset({DelegationState.CHECKED, DelegationState.CONFIRMED})

# What the contact may do; the rest is the secretariat's.
OF_THE_CONTACT = frozenset({(DelegationState.OPEN, DelegationState.SUBMITTED)})


def require_state_change(before: DelegationState, after: DelegationState, *, by_staff: bool) -> None:
    """:raises Refusal: when a delegation in ``before`` cannot be brought to ``after`` by these people."""
    if after not in ALLOWED_STATES[before] or not (by_staff or (before, after) in OF_THE_CONTACT):
        raise Refusal(_l("That is not possible any more: the delegation has been brought further meanwhile."))


def require_not_frozen(state: DelegationState, *, by_staff: bool) -> None:
    """:raises Refusal: when only the staff may change the delegation any more."""
    if state is DelegationState.FROZEN and not by_staff:
        raise Refusal(_l("The list of this delegation is final. Please write to the organisers about changes."))


def require_quota(quota: int | None, taken: int, more: int = 1) -> None:
    """:raises Refusal: when ``more`` people do not fit into the delegation; it says how many still do."""
    if quota is None or taken + more <= quota:
        return
    left = max(0, quota - taken)
    if left == 0:
        raise Refusal(
            lazy_ngettext(
                "Your delegation may have %(num)s person; that place is taken.",
                "Your delegation may have %(num)s people; all these places are taken.", quota,
            )
        )  # fmt: skip
    raise Refusal(
        lazy_ngettext(
            "Only %(num)s more person can be entered in your delegation.",
            "Only %(num)s more people can be entered in your delegation.", left,
        )
    )  # fmt: skip
