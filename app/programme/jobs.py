"""What the worker does by itself, and what follows when somebody leaves the conference."""

from __future__ import annotations

import threading
from typing import Any

from flask_babel import lazy_gettext as _l

from app.clock import now
from app.conferences.models import Conference
from app.database import db
from app.delegations.operations.leaving import when_somebody_left
from app.history.rules import Actor
from app.i18n import speaking
from app.jobs import Progress, job, repeatedly
from app.permissions import Permission
from app.programme.models import Release
from app.programme.operations import give_back_sessions, settle_sessions
from app.programme.operations.meetings import propose_meetings
from app.programme.operations.papers import make_paper
from app.programme.queries.papers import release_is_kept, release_pdf
from app.programme.queries.papers.making import Order, newest_releases


@repeatedly(60)
def fill_free_sessions(_stop: threading.Event | None = None) -> None:
    """Places of sessions that became free elsewhere (an import, an erasure) go to those who wait."""
    settle_sessions(at=now())


@job(
    "place-meetings",
    word=_l("Place bilateral meetings"),
    permission=Permission.EDIT_PROGRAMME,
    page="programme.meetings",
)
def place_meetings_job(progress: Progress, *, conference_id: int, actor_id: int | None, actor: str,
                       language: str) -> dict[str, Any]:  # fmt: skip
    """Look for places of many meetings; begun anew after a crash it looks again. The draft stays as it is."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        found = propose_meetings(
            conference=conference, actor=Actor(kind="staff", id=actor_id, label=actor), at=now(), told=progress.set
        )
        return {
            "placed": len(found.content["seats"]),
            "unplaced": len(found.content["unplaced"]),
            "url": f"/{language}/desk/c/{conference.slug}/programme/meetings/proposal",
        }


@job("programme-paper", word=_l("Make a paper of the programme"), permission=Permission.PRINT, page="programme.papers")
def make_paper_job(progress: Progress, *, conference_id: int, order: dict[str, Any], actor_id: int | None, actor: str,
                   language: str) -> dict[str, Any]:  # fmt: skip
    """Make a paper of the programme; begun anew after a crash it gives the one there is."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        paper = make_paper(
            conference=conference, order=Order.of(order), actor=Actor(kind="staff", id=actor_id, label=actor), at=now(),
            tell=progress.set,
        )  # fmt: skip
        return {"pages": paper.pages, "url": f"/{language}/desk/c/{conference.slug}/programme/papers/{paper.id}"}


@job("programme-booklet", word=_l("Set the booklet of a release"), permission=Permission.PRINT, page="programme.papers")
def set_booklet_job(_progress: Progress, *, release_id: int) -> dict[str, Any]:
    """Set the booklet of a large release somebody asked for; begun anew after a crash it gives the one there is."""
    release = db.session.get_one(Release, release_id)
    return {"bytes": len(release_pdf(release))}


@repeatedly(300)
def set_booklets(stop: threading.Event | None = None) -> None:
    """Set the booklets of the newest releases before somebody asks for them, once the worker has nothing hotter."""
    if stop is None or stop.wait(30):
        return
    for release in newest_releases():
        if stop.is_set():
            return
        if not release_is_kept(release):
            release_pdf(release)


def _give_back(delegate_id: int) -> None:
    give_back_sessions(delegate_id=delegate_id, at=now())


when_somebody_left["programme"] = _give_back
