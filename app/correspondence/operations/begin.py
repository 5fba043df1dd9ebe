"""The issue of letters as work in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.conferences.models import Conference
from app.history.rules import Actor
from app.i18n import language
from app.jobs import Job, start_job

ISSUE_JOB = "issue-letters"


def begin_issue(*, conference: Conference, letter_ids: Sequence[int], actor: Actor, at: datetime) -> Job:
    """Have these letters issued in the background, with progress, once the surrounding transaction is on disk."""
    return start_job(
        kind=ISSUE_JOB,
        params={
            "conference_id": conference.id, "letter_ids": list(letter_ids), "actor_id": actor.id,
            "actor": actor.label, "language": language(),
        },
        started_by=actor.label, at=at, conference_id=conference.id, total=len(letter_ids),
    )  # fmt: skip
