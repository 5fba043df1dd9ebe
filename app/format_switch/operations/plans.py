"""Plans of switches: drafted, changed by many hands, looked at, applied or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, lock, transaction
from app.delegations.models import Delegation
from app.errors import Refusal
from app.format_switch.models import SwitchDraft
from app.format_switch.operations.apply import require_reason, switched
from app.format_switch.queries.plans import decisions_of, hours_of, picture, planned, scope_of
from app.format_switch.rules import (
    WHOLE,
    Cost,
    Decision,
    Moved,
    PlanState,
    Scope,
    ScopeKind,
    SwitchPlan,
    hindrance,
    moved_since,
)
from app.format_switch.rules.reasons import cleaned
from app.format_switch.rules.requests import Choice, Kind, choices_of
from app.format_switch.rules.requests import decided as decided_requests
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession

LONGEST_NOTES = 10_000


class ChangedMeanwhile(Refusal):
    """A colleague changed the plan since the form was opened.

    :param theirs: what stands in the plan now, of what was sent and differs.
    """

    def __init__(self, plan: SwitchDraft, theirs: Mapping[str, Any]) -> None:
        super().__init__(_l("%(who)s has changed this plan meanwhile.", who=plan.changed_by))
        self.theirs = dict(theirs)


class WorldMoved(Refusal):
    """What the plan rests on is otherwise than when it was looked at."""

    def __init__(self, moved: Moved) -> None:
        super().__init__(_l("Something has changed since you looked at this plan. Look at it again, then confirm."))
        self.moved = moved


@dataclass(frozen=True)
class PlanDetails:
    """What a form hands over; None is not asked there."""

    reason: str | None = None
    reasons: Mapping[str, str] | None = None
    notes: str | None = None
    costs: Sequence[Cost] | None = None
    decisions: Mapping[str, Decision] | None = None
    requests: Mapping[Kind, Choice] | None = None

    def columns(self) -> dict[str, Any]:
        """As the columns of the plan."""
        values: dict[str, Any] = {}
        if self.reason is not None:
            values["reason"] = " ".join(self.reason.split())
        if self.reasons is not None:
            values["reasons"] = cleaned(self.reasons)
        if self.notes is not None:
            values["notes"] = self.notes.strip()
        if self.costs is not None:
            values["costs"] = [cost.kept() for cost in self.costs]
        if self.decisions is not None:
            values["decisions"] = {uid: one.kept() for uid, one in sorted(self.decisions.items()) if one != Decision()}
        if self.requests is not None:
            values["requests"] = decided_requests(self.requests)
        return values


def require_part(conference: Conference, scope: Scope) -> None:
    """:raises Refusal: (field ``part``) when the conference has no such day, session or delegation."""
    found = False
    if scope.kind is ScopeKind.WHOLE:
        found = not scope.of
    elif scope.kind is ScopeKind.DAY:
        try:
            found = conference.starts_on <= date.fromisoformat(scope.of) <= conference.ends_on
        except ValueError:
            found = False
    elif scope.kind is ScopeKind.SESSION:
        own = select(ProgrammeSession.id).where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.uid == scope.of
        )
        found = db.session.scalar(own) is not None
    elif scope.of.isascii() and scope.of.isdigit() and len(scope.of) < 10:
        group = db.session.get(Delegation, int(scope.of))
        found = group is not None and group.conference_id == conference.id
    if not found:
        raise Refusal(_l("Choose which part of the conference moves."), field="part")


def draft_plan(
    *, conference: Conference, to: ConferenceFormat, scope: Scope = WHOLE, reason: str,
    reasons: Mapping[str, str] | None = None, actor: Actor, at: datetime,
) -> SwitchDraft:  # fmt: skip
    """Begin a plan with what is proposed: plenaries too long for a screen are shortened until somebody decides
    otherwise.

    :param reasons: the reason by language (rules.reasons).
    :raises Refusal: without a reason, for a part there is not, or when it is held so already.
    """
    why, others = require_reason(reason), cleaned(reasons)
    with transaction() as session:
        lock(conference)
        require_part(conference, scope)
        hinders = hindrance(scope, conference.format, to)
        if hinders is not None:
            raise Refusal(hinders, field="to")
        plan = SwitchDraft(
            conference=conference, state=PlanState.DRAFT, to_format=to, scope=scope.kind, scope_of=scope.of,
            reason=why, reasons=others, notes="", decisions={}, requests={}, costs=[], picture={}, digest="",
            seen_at=at, made_by=actor.label, made_at=at, changed_by=actor.label, changed_at=at,
        )  # fmt: skip
        session.add(plan)
        session.flush()
        foreseen = planned(plan)
        if not foreseen.moves:
            raise Refusal(_l("Everything is held so already; there is nothing to plan."), field="to")
        plan.decisions = {
            change.uid: Decision("", change.then.starts_at, change.shorter_until).kept()
            for change in foreseen.sessions
            if change.shorter_until is not None
        }
        _look(plan, at)
        record(deed="format_switch.draft_plan", subject=plan, actor=actor, at=at,
               details={"to": to.value, "scope": scope.kind.value, "scope_of": scope.of})  # fmt: skip
    return plan


def _look(plan: SwitchDraft, at: datetime) -> None:
    db.session.flush()
    plan.picture, plan.digest, plan.seen_at = picture(plan.conference, at), planned(plan).digest, at


def _require_draft(plan: SwitchDraft) -> None:
    if plan.state is not PlanState.DRAFT:
        raise Refusal(_l("This plan has been applied or withdrawn; it cannot be changed any more."))


def change_plan(*, plan: SwitchDraft, details: PlanDetails, version: int, actor: Actor, at: datetime) -> bool:
    """Change a plan; returns whether anything was different.

    Its picture of the world stays: what moved since is still told.

    :param version: the version the person saw.
    :raises ChangedMeanwhile: when it is another by now and says something else than what was sent.
    """
    values = details.columns()
    if "reason" in values:
        values["reason"] = require_reason(values["reason"])
    if len(values.get("notes", "")) > LONGEST_NOTES:
        raise Refusal(_l("The notes are too long: 10,000 characters are allowed."), field="notes")
    with transaction():
        lock(plan)
        _require_draft(plan)
        differing = {name: getattr(plan, name) for name, value in values.items() if getattr(plan, name) != value}
        if not differing:
            return False
        if plan.version != version:
            raise ChangedMeanwhile(plan, differing)
        for name in differing:
            setattr(plan, name, values[name])
        plan.changed_by, plan.changed_at = actor.label, at
        db.session.flush()
        if not moved_since(plan.picture, picture(plan.conference, at)).anything:
            plan.digest = planned(plan).digest
        record(deed="format_switch.change_plan", subject=plan, actor=actor, at=at,
               details={"changed": sorted(differing)})  # fmt: skip
    return True


def take_hours(*, plan: SwitchDraft, version: int, actor: Actor, at: datetime) -> int:
    """Decide for the hours that are proposed; returns for how many sessions."""
    found = hours_of(plan, planned(plan)).proposals
    decisions = decisions_of(plan)
    for uid, one in found.items():
        decisions[uid] = Decision(decisions.get(uid, Decision()).form, one.starts_at, one.ends_at)
    change_plan(plan=plan, details=PlanDetails(decisions=decisions), version=version, actor=actor, at=at)
    return len(found)


def look_at_plan(*, plan: SwitchDraft, actor: Actor, at: datetime) -> None:
    """Take in how the world is now: from here on it is told what moves."""
    with transaction():
        lock(plan)
        _require_draft(plan)
        _look(plan, at)
        record(deed="format_switch.look_at_plan", subject=plan, actor=actor, at=at)


def withdraw_plan(*, plan: SwitchDraft, actor: Actor, at: datetime) -> None:
    """Give up a plan; it stays to be read. Withdrawing twice does nothing more."""
    with transaction():
        lock(plan)
        if plan.state is PlanState.WITHDRAWN:
            return
        _require_draft(plan)
        plan.state, plan.changed_by, plan.changed_at = PlanState.WITHDRAWN, actor.label, at
        record(deed="format_switch.withdraw_plan", subject=plan, actor=actor, at=at)


def apply_plan(*, plan: SwitchDraft, version: int, actor: Actor, at: datetime) -> SwitchPlan | None:
    """Do what the plan says, in one transaction; None when it was applied before: a second click does nothing.

    :param version: the version the person confirmed.
    :raises WorldMoved: when what it rests on is otherwise than when it was looked at.
    :raises ChangedMeanwhile: when a colleague changed the plan since the page was opened.
    """
    with transaction():
        lock(plan.conference)
        lock(plan)
        if plan.state is PlanState.APPLIED:
            return None
        _require_draft(plan)
        if plan.version != version:
            raise ChangedMeanwhile(plan, {})
        moved = moved_since(plan.picture, picture(plan.conference, at))
        if moved.anything:
            raise WorldMoved(moved)
        applied, deed = switched(
            conference=plan.conference, to=plan.to_format, plan=plan.digest, reason=plan.reason, reasons=plan.reasons,
            scope=scope_of(plan), decisions=decisions_of(plan), requests=choices_of(plan.requests), actor=actor, at=at,
        )  # fmt: skip
        if deed is None:
            raise Refusal(_l("Everything is held so already; there is nothing to plan."))
        plan.state, plan.switch_id = PlanState.APPLIED, deed.id
        plan.changed_by, plan.changed_at = actor.label, at
        record(deed="format_switch.apply_plan", subject=plan, actor=actor, at=at, details={"switch": deed.id})
    return applied
