"""What others have done to the draft since somebody's page was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import undefer

from app.conferences.models import Conference
from app.database import db
from app.history.rules import Actor
from app.programme.models import DraftStep
from app.programme.queries.steps import in_words
from app.programme.rules.steps import StepState
from app.programme.rules.tip import Tip

MOST = 20  # steps told one by one; after more than these the page is made anew as a whole


def tip_of(conference: Conference) -> Tip:
    """Where the draft stands; one small query."""
    newest = select(func.max(DraftStep.number)).where(DraftStep.conference_id == conference.id).scalar_subquery()
    rows = db.session.execute(
        select(DraftStep.number, DraftStep.state).where(
            DraftStep.conference_id == conference.id,
            or_(DraftStep.state == StepState.UNDONE, DraftStep.number == newest),
        )
    ).all()
    undone = frozenset(row.number for row in rows if row.state is StepState.UNDONE)
    return Tip(max((row.number for row in rows), default=0), undone)


@dataclass(frozen=True)
class News:
    """Something somebody did. ``rooms``: columns of the grid it touches; ``sessions``: the numbers of what it left in
    the draft."""

    text: str
    own: bool
    rooms: frozenset[str]
    sessions: tuple[int, ...]


def news_since(conference: Conference, seen: Tip, *, actor: Actor, no_room: str) -> list[News] | None:
    """The steps since ``seen``, the oldest first; None when there are too many to tell.

    :param actor: who asks; what is theirs is marked as their own.
    :param no_room: the column of sessions without a room.
    """
    now_undone = tip_of(conference).undone
    turned = now_undone ^ seen.undone
    rows: Sequence[DraftStep] = db.session.scalars(
        select(DraftStep)
        .where(
            DraftStep.conference_id == conference.id,
            or_(DraftStep.number > seen.number, DraftStep.number.in_(turned)),
            DraftStep.state != StepState.DROPPED,
        )
        .options(undefer(DraftStep.before), undefer(DraftStep.after))
        .order_by(DraftStep.number)
        .limit(MOST + 1)
    ).all()
    if len(rows) > MOST:
        return None
    return [_news(row, actor, no_room) for row in rows]


def _news(step: DraftStep, actor: Actor, no_room: str) -> News:
    undone = step.state is StepState.UNDONE
    told = {"who": step.actor_label, "step": in_words(step)}
    text = _("%(who)s – undone (%(step)s)", **told) if undone else _("%(who)s – %(step)s", **told)
    snapshots: list[dict[str, Any]] = [kept for kept in (*step.before.values(), *step.after.values()) if kept]
    left = (step.before if undone else step.after).values()
    return News(
        text, (step.actor_kind, step.actor_id) == (actor.kind, actor.id),
        frozenset(str(kept["room_id"] or no_room) for kept in snapshots),
        tuple(kept["id"] for kept in left if kept),
    )  # fmt: skip


__all__ = ["MOST", "News", "news_since", "tip_of"]
