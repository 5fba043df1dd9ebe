"""Drawing name plates and the technician's table in the background."""

from __future__ import annotations

from typing import Any

from app.clock import now
from app.conferences.models import Conference
from app.database import db
from app.history.rules import Actor
from app.i18n import speaking
from app.jobs import Progress, job
from app.printing.camera.operations import draw_plates
from app.printing.camera.table import print_guests


@job("draw-plates")
def draw_plates_job(progress: Progress, *, conference_id: int, everyone: bool, delegation_id: int | None, key: str,
                    actor_id: int | None, actor: str, language: str) -> dict[str, Any]:  # fmt: skip
    """Draw plates; begun anew after a crash it gives the run it had logged, if it had."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        done = draw_plates(
            conference=conference,
            everyone=everyone,
            delegation_id=delegation_id,
            actor=Actor(kind="staff", id=actor_id, label=actor),
            at=now(),
            deed_key=f"job:{key}",
            tell=progress.set,
        )
        progress.set(done.count, done.count)
        number = done.run.id if done.run is not None else 0
        return {**done.as_json(), "url": f"/{language}/desk/c/{conference.slug}/video/plates/runs/{number}"}


@job("print-guests")
def print_guests_job(progress: Progress, *, conference_id: int, with_part: bool, contacts: bool, key: str,
                     actor_id: int | None, actor: str, language: str) -> dict[str, Any]:  # fmt: skip
    """Lay out the technician's table; begun anew after a crash it gives the run it had logged, if it had."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        done = print_guests(
            conference=conference,
            with_part=with_part,
            contacts=contacts,
            actor=Actor(kind="staff", id=actor_id, label=actor),
            at=now(),
            deed_key=f"job:{key}",
        )
        progress.set(done.count, done.count)
        number = done.run.id if done.run is not None else 0
        return {**done.as_json(), "url": f"/{language}/desk/c/{conference.slug}/video/people/runs/{number}.pdf"}
