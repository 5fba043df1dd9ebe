"""Printing certificates and cards in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.clock import now
from app.conferences.models import Conference
from app.database import db
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import speaking
from app.jobs import Progress, job
from app.printing.papers.lists import print_list
from app.printing.papers.operations import print_paper
from app.printing.papers.rules import ListPaper, Paper, require_paper_layout


@job("print-paper")
def print_paper_job(progress: Progress, *, conference_id: int, paper: str, layout: str, scope: str,
                    delegation_id: int | None, delegate_ids: list[int], key: str, actor_id: int | None, actor: str,
                    language: str) -> dict[str, Any]:  # fmt: skip
    """Print a paper; begun anew after a crash it gives the run it had logged, if it had."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        given: dict[str, Any] = {
            "conference": conference, "delegation_id": delegation_id, "at": now(), "deed_key": f"job:{key}",
            "actor": Actor(kind="staff", id=actor_id, label=actor), "tell": progress.set,
        }  # fmt: skip
        if paper in set(ListPaper):
            printed = print_list(**given, paper=ListPaper(paper))
        else:
            printed = print_paper(
                **given,
                paper=Paper(paper),
                layout=require_paper_layout(Paper(paper), layout),
                scope=scope,
                delegate_ids=delegate_ids,
            )
        if printed.run is None:
            raise Refusal(_("Nothing is new or changed since the last printing."))
        progress.set(printed.count, printed.count)
        return {
            **printed.as_json(),
            "url": f"/{language}/desk/c/{conference.slug}/papers/runs/{printed.run.id}",
        }
