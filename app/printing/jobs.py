"""Printing in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.clock import now
from app.conferences.models import Conference
from app.database import db
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import speaking
from app.jobs import Progress, job
from app.printing.camera import jobs as camera
from app.printing.operations import print_badges
from app.printing.papers import jobs as papers
from app.printing.rules import require_layout
from app.printing.rules.sheets import OnPaper

__all__ = ["camera", "papers", "print_badges_job"]


@job("print-badges")
def print_badges_job(progress: Progress, *, conference_id: int, layout: str, scope: str, delegation_id: int | None,
                     delegate_id: int | None, key: str, actor_id: int | None, actor: str, language: str,
                     delegate_ids: Sequence[int] = (), role: str = "", sort: str = "delegation",
                     paper: Mapping[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """Print badges; begun anew after a crash it gives the run it had logged, if it had."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        printed = print_badges(
            conference=conference,
            layout=require_layout(layout),
            scope=scope,
            delegation_id=delegation_id,
            delegate_id=delegate_id,
            delegate_ids=delegate_ids,
            role=role,
            sort=sort,
            paper=OnPaper.of(paper or {}),
            actor=Actor(kind="staff", id=actor_id, label=actor),
            at=now(),
            deed_key=f"job:{key}",
            tell=progress.set,
        )
        if printed.run is None:
            raise Refusal(_("Nothing is new or changed since the last printing."))
        progress.set(printed.count, printed.count)
        return {
            **printed.as_json(),
            "url": f"/{language}/desk/c/{conference.slug}/badges/runs/{printed.run.id}",
        }
