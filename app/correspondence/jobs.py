"""Issuing in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.clock import now
from app.conferences.models import Conference
from app.correspondence.operations import issue_letters
from app.database import db
from app.history.rules import Actor
from app.i18n import speaking
from app.jobs import Progress, job
from app.permissions import Permission


@job("issue-letters", word=_l("Issue of letters"), permission=Permission.ISSUE_LETTERS, page="correspondence.letters")
def issue_letters_job(progress: Progress, *, conference_id: int, letter_ids: list[int], actor_id: int | None,
                      actor: str, language: str) -> dict[str, Any]:  # fmt: skip
    """Issue the letters; begun anew after a crash it goes on with those that have no number yet."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        outcome = issue_letters(
            conference=conference, letter_ids=letter_ids, actor=Actor(kind="staff", id=actor_id, label=actor), at=now(),
            told=progress.set,
        )  # fmt: skip
        return {
            "issued": outcome.count,
            "refused": [entry.as_json() for entry in outcome.refused],
            "url": f"/{language}/desk/c/{conference.slug}/letters?job={progress.job_id}",
        }
