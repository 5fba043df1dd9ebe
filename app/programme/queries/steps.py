"""Reading the steps of a draft: what somebody may undo, and in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, select

from app import i18n
from app.conferences.models import Conference
from app.database import db
from app.history.rules import Actor
from app.programme.models import DraftStep
from app.programme.rules.steps import NOT_UNDONE, STEPS, StepState

NAMED = 3  # more sessions than these are counted


def _own(conference: Conference, actor: Actor, state: StepState) -> tuple[ColumnElement[bool], ...]:
    return (
        DraftStep.conference_id == conference.id, DraftStep.state == state, DraftStep.actor_kind == actor.kind,
        DraftStep.actor_id.is_not_distinct_from(actor.id), DraftStep.deed.not_in(NOT_UNDONE),
    )  # fmt: skip


def step_to_undo(conference: Conference, actor: Actor) -> DraftStep | None:
    """The newest step of this person that stands; everybody undoes their own."""
    return db.session.scalar(
        select(DraftStep).where(*_own(conference, actor, StepState.DONE)).order_by(DraftStep.number.desc()).limit(1)
    )


def step_to_redo(conference: Conference, actor: Actor) -> DraftStep | None:
    """The step this person undid last and may do again."""
    return db.session.scalar(
        select(DraftStep).where(*_own(conference, actor, StepState.UNDONE)).order_by(DraftStep.number).limit(1)
    )


def _day(text: Any) -> str:
    return i18n.date_long(date.fromisoformat(str(text)))


def in_words(step: DraftStep) -> str:
    """«перенесено: K07», "3 Sitzungen: verschoben": what a step did, in the reader's language."""
    details = step.details
    codes, count = details.get("codes", []), int(details.get("count", 0))
    about = (
        i18n.listing(codes)
        if count <= NAMED and count == len(codes)
        else ngettext("%(count)s session", "%(count)s sessions", count, count=i18n.number(count))
    )
    if step.deed == "shift":
        minutes = int(details.get("minutes", 0))
        amount = i18n.number(abs(minutes))
        deed = (
            _("shifted later by %(minutes)s min.", minutes=amount)
            if minutes > 0
            else _("shifted earlier by %(minutes)s min.", minutes=amount)
        )
    elif step.deed == "copy-day":
        deed = _("copied from %(source)s to %(target)s", source=_day(details["source"]), target=_day(details["target"]))
    else:
        deed = str(STEPS.get(step.deed, step.deed))
    return f"{about}: {deed}"
