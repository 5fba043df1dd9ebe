"""Reading who may come in by which door."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import is_on_site
from app.database import db
from app.delegations.models import DeclineReason, Delegate, DelegateChange, RegistrationDraft, RoleRule
from app.delegations.queries.places import waiting_line
from app.delegations.rules import HOLDS_A_PLACE, Accreditation
from app.delegations.rules.ways_in import DRAFT_LIVES, Rule, is_open, needs_approval, role_of
from app.strongbox import Locked, open_values


def rules_of(conference: Conference) -> dict[str, Rule]:
    """What holds for single roles, where it was said. One query."""
    rows = db.session.scalars(select(RoleRule).where(RoleRule.conference_id == conference.id))
    return {row.role: Rule(row.public, row.approval, row.places_on_site, row.places_video, row.way) for row in rows}


def approval_for(conference: Conference, roles: str, rules: Mapping[str, Rule] | None = None) -> bool:
    """Whether somebody of this role is accredited by hand."""
    known = rules_of(conference) if rules is None else rules
    return needs_approval(known, roles, conference=conference.approval_needed)


def registration_is_open(conference: Conference, at: datetime) -> bool:
    """Whether anyone may register at ``at``."""
    return is_open(switch=conference.registration_open, opens_at=conference.registration_opens_at,
                   closes_at=conference.registration_closes_at, at=at)  # fmt: skip


def most_of(rule: Rule, attendance: Attendance) -> int | None:
    """How many of a role may take part this way; None for no limit of their own."""
    return rule.on_site if is_on_site(attendance) else rule.video


def left_by_role(conference: Conference, attendance: Attendance, rules: Mapping[str, Rule]) -> dict[str, int]:
    """How many places each role that has a limit of its own still has, below 0 where more have one. No query where
    no role has a limit."""
    limits = {role: most for role, rule in rules.items() if (most := most_of(rule, attendance)) is not None}
    if not limits:
        return {}
    taken: Counter[str] = Counter()
    for roles, standing, offered in db.session.execute(
        select(Delegate.role, Delegate.accreditation, Delegate.offered_until.is_not(None)).where(
            Delegate.conference_id == conference.id, Delegate.attendance == attendance,
            Delegate.accreditation.in_((*HOLDS_A_PLACE, Accreditation.WAITLISTED)),
        )
    ):  # fmt: skip
        taken[role_of(roles)] += standing in HOLDS_A_PLACE or offered
    for row in waiting_line(conference, attendance):  # who keeps a place of the other way until they take this one
        taken[role_of(row.role)] += row.accreditation in HOLDS_A_PLACE and row.offered_until is not None
    return {role: most - taken[role] for role, most in limits.items()}


def offers_due(at: datetime) -> list[Delegate]:
    """Those whose time to take a place that was kept for them is over."""
    return list(
        db.session.scalars(
            select(Delegate)
            .where(Delegate.offered_until <= at, Delegate.accreditation.in_((*HOLDS_A_PLACE, Accreditation.WAITLISTED)))
            .order_by(Delegate.offered_until, Delegate.id)
        )
    )


def digest_of(token: str) -> str:
    """As a draft's token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def draft_of(conference: Conference, token: str, at: datetime) -> RegistrationDraft | None:
    """The started form a link opens; None when it is finished, forged or too old."""
    row = db.session.scalar(
        select(RegistrationDraft).where(
            RegistrationDraft.token == digest_of(token), RegistrationDraft.conference_id == conference.id
        )
    )
    return row if row is not None and row.updated_at > at - DRAFT_LIVES else None


def draft_values(draft: RegistrationDraft) -> dict[str, list[str]]:
    """What was typed; nothing when no key opens it any more."""
    try:
        return {str(name): [str(one) for one in values] for name, values in open_values(draft.sealed).items()}
    except Locked:
        return {}


def changes_of(delegate: Delegate, limit: int = 50) -> list[DelegateChange]:
    """What was changed of a person, the newest first."""
    return list(
        db.session.scalars(
            select(DelegateChange)
            .where(DelegateChange.delegate_id == delegate.id)
            .order_by(DelegateChange.id.desc())
            .limit(limit)
        )
    )


def decline_reasons(conference: Conference) -> list[DeclineReason]:
    """Reasons to choose from."""
    return list(
        db.session.scalars(
            select(DeclineReason).where(DeclineReason.conference_id == conference.id).order_by(DeclineReason.id)
        )
    )


def end_of_offer(at: datetime, hours: int) -> datetime:
    """Until when a place offered at ``at`` is kept: to the minute."""
    return (at + timedelta(hours=hours)).replace(second=0, microsecond=0)
