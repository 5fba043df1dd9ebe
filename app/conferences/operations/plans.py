"""The plans of houses and towns that somebody uploaded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, exists, func, select

from app.conferences.details import PlanTexts
from app.conferences.models import Conference, PlanSheet, SitePlan, Venue
from app.database import db, lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.plan_pictures import PlanPicture, plan_picture

MOST = 12  # of a house, and of the town

# Who says whether something issued shows the sheet of that SHA-256: a release keeps what it was released with.
who_shows: dict[str, Callable[[str], bool]] = {}


def _tell(deed: str, plan: SitePlan, actor: Actor, at: datetime) -> None:
    details = {"plan": plan.id, "venue": plan.venue_id, "caption": plan.caption_ru, "sha256": plan.sha256}
    record(deed=deed, subject=None, actor=actor, at=at, conference_id=plan.conference_id, details=details)


def _keep(made: PlanPicture) -> str:
    sha256 = hashlib.sha256(made.screen).hexdigest()
    if db.session.get(PlanSheet, sha256) is None:
        db.session.add(PlanSheet(sha256=sha256, **vars(made)))
        db.session.flush()
    return sha256


def drop_unused(signs: Iterable[str]) -> None:
    """Remove the sheets no plan and nothing issued shows any more. Inside of a transaction."""
    for sha256 in set(signs):
        used = db.session.scalar(select(exists().where(SitePlan.sha256 == sha256)))
        if not used and not any(shows(sha256) for shows in who_shows.values()):
            db.session.execute(delete(PlanSheet).where(PlanSheet.sha256 == sha256))


def _beside(plan: SitePlan) -> list[SitePlan]:
    same = SitePlan.venue_id.is_(None) if plan.venue_id is None else SitePlan.venue_id == plan.venue_id
    chosen = select(SitePlan).where(SitePlan.conference_id == plan.conference_id, same)
    return list(db.session.scalars(chosen.order_by(SitePlan.position, SitePlan.id)))


def add_plan(
    *, conference: Conference, venue: Venue | None, content: bytes, texts: PlanTexts, actor: Actor, at: datetime
) -> SitePlan:
    """Keep a plan of a house, or of the town when ``venue`` is None, after those that are there.

    :raises Refusal: (field ``file``) when it is no sound picture or too small to be printed, or when there are
        :data:`MOST` already.
    """
    made = plan_picture(content)
    with transaction() as session:
        lock(venue if venue is not None else conference)
        plan = SitePlan(conference_id=conference.id, venue_id=venue.id if venue is not None else None)
        same = SitePlan.venue_id.is_(None) if venue is None else SitePlan.venue_id == venue.id
        count, last = session.execute(
            select(func.count(), func.max(SitePlan.position)).where(SitePlan.conference_id == conference.id, same)
        ).one()
        if count >= MOST:
            raise Refusal(_("There are %(number)s plans already; please remove one first.", number=MOST), field="file")
        for name, text in asdict(texts).items():
            setattr(plan, name, text)
        plan.sha256, plan.position = _keep(made), (last or 0) + 1
        plan.uploaded_by, plan.uploaded_at = actor.label, at
        session.add(plan)
        session.flush()
        _tell("add-plan", plan, actor, at)
    return plan


def change_plan(*, plan: SitePlan, texts: PlanTexts, content: bytes = b"", actor: Actor, at: datetime) -> None:
    """Change the texts of a plan, and its picture when another one is given.

    :raises Refusal: (field ``file``) when that is no sound picture or too small to be printed.
    """
    made = plan_picture(content) if content else None
    with transaction() as session:
        lock(plan)
        before = plan.sha256
        for name, text in asdict(texts).items():
            setattr(plan, name, text)
        if made is not None:
            plan.sha256, plan.uploaded_by, plan.uploaded_at = _keep(made), actor.label, at
        session.flush()
        if plan.sha256 != before:
            session.refresh(plan, ["sheet"])
            drop_unused([before])
        _tell("change-plan" if plan.sha256 == before else "replace-plan", plan, actor, at)


def remove_plan(*, plan: SitePlan, actor: Actor, at: datetime) -> None:
    """Take a plan out; releases that show it keep its picture."""
    with transaction() as session:
        _tell("remove-plan", plan, actor, at)
        sha256 = plan.sha256
        session.delete(plan)
        session.flush()
        drop_unused([sha256])


def move_plan(*, plan: SitePlan, actor: Actor, at: datetime) -> None:
    """Put a plan one place earlier among those of its house."""
    with transaction():
        ordered = _beside(plan)
        place = ordered.index(plan)
        ordered.insert(max(0, place - 1), ordered.pop(place))
        for position, row in enumerate(ordered, start=1):
            row.position = position
        _tell("move-plan", plan, actor, at)
