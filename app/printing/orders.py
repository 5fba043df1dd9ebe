"""Orders of printing: the same one twice at once is one job."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import lock, transaction
from app.history.rules import Actor
from app.jobs import Job, JobState, start_job


def job_for(
    *, kind: str, order: Mapping[str, Any], conference: Conference, language: str, actor: Actor, at: datetime
) -> Job:
    """The job that does this very order already, if one waits or runs; else one that is begun now.

    :param order: what is to be done, as the job takes it, beside the conference and who asks.
    """
    wanted = {**order, "conference_id": conference.id}
    with transaction() as session:
        lock(conference)  # whoever orders the same at this moment sees this job
        waiting = session.scalars(
            select(Job)
            .where(
                Job.kind == kind,
                Job.conference_id == conference.id,
                Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
            )
            .order_by(Job.id)
        )
        known = next((job for job in waiting if all(job.params.get(key) == wanted[key] for key in wanted)), None)
        if known is not None:
            return known
        params = {"language": language, **wanted, "key": secrets.token_hex(8), "actor_id": actor.id,
                  "actor": actor.label}  # fmt: skip
        return start_job(kind=kind, params=params, started_by=actor.label, at=at, conference_id=conference.id)
