"""The newest release on paper, for everyone. A large one is made in the background, once, and kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, current_app, make_response, render_template, request
from sqlalchemy import select

from app.clock import now
from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.database import lock, transaction
from app.jobs import Job, JobState, start_job
from app.permissions import public as public_page
from app.programme.models import Release
from app.programme.queries import current_release
from app.programme.queries.papers import release_is_kept, release_pdf
from app.programme.views.blueprint import programme
from app.security_headers import limiter

AT_ONCE = 150  # sessions; a booklet of more takes longer than a reader waits
JOB = "programme-booklet"
_TRY_AGAIN_AFTER = timedelta(minutes=10)
_WAIT = 15  # seconds until it is worth another look


@programme.get("/c/<slug>/programme.pdf")
@public_page
@limiter.limit("60 per minute")
def paper(slug: str) -> Any:
    """The newest release on paper, Russian and German side by side; 202 while it is being made."""
    conference = conference_or_404(slug)
    release = current_release(conference) or abort(404)
    if len(release.content["items"]) > AT_ONCE and not release_is_kept(release):
        _order(conference, release)
        page = make_response(
            render_template("programme/booklet_soon.html", slug=slug, title=conference_title(conference)), 202
        )
        page.headers["Retry-After"] = str(_WAIT)
        page.headers["Cache-Control"] = "no-store"
        return page
    response = current_app.response_class(release_pdf(release), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="programme-{slug}-{release.number}.pdf"'
    response.add_etag()
    return response.make_conditional(request)


def _order(conference: Conference, release: Release) -> None:
    """Have it made, unless that has begun; what failed is tried again after a while."""
    with transaction() as session:
        lock(conference)
        newest = session.scalar(
            select(Job).where(Job.kind == JOB, Job.conference_id == conference.id).order_by(Job.id.desc()).limit(1)
        )
        if newest is not None and newest.params["release_id"] == release.id:
            begun = newest.state in {JobState.QUEUED, JobState.RUNNING}
            if begun or (newest.state is JobState.FAILED and newest.touched_at > now() - _TRY_AGAIN_AFTER):
                return
        start_job(
            kind=JOB, params={"release_id": release.id}, started_by="", at=now(), conference_id=conference.id
        )  # fmt: skip
