"""Who may come in by which door, and who decides. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.delegations.rules import PUBLIC_ROLES

DRAFT_LIVES = timedelta(days=30)


class Approval(StrEnum):
    """Who accredits those of a role."""

    AS_CONFERENCE = "as_conference"
    AUTOMATIC = "automatic"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Rule:
    """What holds for one role."""

    public: bool = True
    approval: Approval = Approval.AS_CONFERENCE
    on_site: int | None = None
    video: int | None = None


def role_of(roles: str) -> str:
    """The role that counts of several joined by ``;``: the first."""
    return roles.split(";")[0]


def needs_approval(rules: Mapping[str, Rule], roles: str, *, conference: bool) -> bool:
    """Whether somebody decides by hand; what the role's rule says goes before what the conference says."""
    found = rules.get(role_of(roles), Rule()).approval
    return conference if found is Approval.AS_CONFERENCE else found is Approval.BY_HAND


def public_roles(rules: Mapping[str, Rule]) -> list[str]:
    """Roles that may register on the public page, in the order of the form."""
    return [role.value for role in PUBLIC_ROLES if rules.get(role.value, Rule()).public]


def is_open(*, switch: bool, opens_at: datetime | None, closes_at: datetime | None, at: datetime) -> bool:
    """Whether the public page is open: switched on, and between its dates where they are given."""
    return switch and (opens_at is None or opens_at <= at) and (closes_at is None or at < closes_at)
