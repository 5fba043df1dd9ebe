"""Who may come in by which door, and who decides. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_both, is_on_site
from app.delegations.rules import PUBLIC_ROLES
from app.errors import Refusal

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
    way: Attendance | None = None  # how those of the role take part of a hybrid conference; None: they choose


def chosen_way(rule: Rule, wished: Attendance | None, held: ConferenceFormat) -> Attendance | None:
    """How somebody takes part who has the right to choose, or not.

    :raises Refusal: (field ``attendance``) when they wish what is not theirs to choose.
    """
    if rule.way is None or not has_both(held):
        return wished
    if wished is not None and wished is not rule.way:
        message = (
            _l("With this role one takes part on site.")
            if is_on_site(rule.way)
            else _l("With this role one takes part by video.")
        )
        raise Refusal(message, field="attendance")
    return rule.way


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
