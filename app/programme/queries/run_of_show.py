"""Reading runs of show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.programme.models import ProgrammeSession, RunItem
from app.programme.rules.papers import Step


def run_of(session: ProgrammeSession) -> list[Step]:
    """The steps of a session in their order."""
    rows = db.session.scalars(
        select(RunItem).where(RunItem.session_id == session.id).order_by(RunItem.position, RunItem.id)
    )
    return [Step(row.minutes, row.what_ru, row.what_de, row.who, row.cue, row.before) for row in rows]


def sign_of_run(steps: Sequence[Step]) -> str:
    """Tells whether somebody changed the run meanwhile."""
    return hashlib.sha256(json.dumps([astuple(step) for step in steps]).encode()).hexdigest()[:32]


def sessions_with_run(conference: Conference) -> list[ProgrammeSession]:
    """The sessions that have a run of show, in the order of their hours."""
    return list(
        db.session.scalars(
            select(ProgrammeSession)
            .where(
                ProgrammeSession.conference_id == conference.id,
                ProgrammeSession.id.in_(select(RunItem.session_id)),
            )
            .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
        )
    )
