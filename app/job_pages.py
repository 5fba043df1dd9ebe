"""Watching a background job: a page, a piece of a page for htmx, and the way to cancel."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import now
from app.database import db
from app.jobs import Job, JobState, cancel_job, seconds_left, seconds_silent
from app.permissions import Permission, allow

blueprint = Blueprint("jobs", __name__, url_prefix="/<language:language>/desk/jobs")


def _left(seconds: int | None) -> str:
    """«осталось около 2 минут»; empty when it cannot be said yet."""
    if seconds is None:
        return ""
    if seconds < 90:
        return str(ngettext("about %(num)s second left", "about %(num)s seconds left", max(1, seconds)))
    return str(ngettext("about %(num)s minute left", "about %(num)s minutes left", round(seconds / 60)))


def describe(job: Job) -> dict[str, Any]:
    """What the progress component shows of a job."""
    words = {
        JobState.QUEUED: _("waiting for its turn"),
        JobState.RUNNING: _("at work"),
        JobState.DONE: _("finished"),
        JobState.FAILED: _("stopped with an error"),
        JobState.CANCELLED: _("cancelled"),
    }
    ended = job.state not in {JobState.QUEUED, JobState.RUNNING}
    taken_up = not ended and (job.result or {}).get("taken_up")
    again = _("The worker was interrupted. The work was taken up again by itself; what was finished is kept.")
    silent = seconds_silent(job, at=now())
    if silent:
        again = ngettext(
            "Nothing new for %(num)s second. If the worker was interrupted, the work is taken up again by itself "
            "within seconds; what was finished is kept.",
            "Nothing new for %(num)s seconds. If the worker was interrupted, the work is taken up again by itself "
            "within seconds; what was finished is kept.",
            silent,
        )
    return {
        "id": job.id,
        "done": job.done,
        "total": job.total,
        "label": words[job.state],
        "state": job.state.value,
        "ended": ended,
        "again": again if taken_up or silent else "",
        "left": _left(seconds_left(job, at=now())),
        "error": job.error,
        "result": job.result,
        "said": (job.result or {}).get("said", ""),
        "url": url_for("jobs.show", job_id=job.id),
        "result_url": (job.result or {}).get("url"),
    }


@blueprint.get("/<int:job_id>")
@allow(Permission.SEE_DESK)
def show(job_id: int) -> Any:
    """How far the job is."""
    job = db.session.get(Job, job_id) or abort(404)
    if request.headers.get("HX-Request"):
        described = describe(job)
        piece = render_template("jobs/_progress.html", job=described)
        # the page around the bar (its result, the way to stop) is another one when the job has ended
        return piece, 200, {"HX-Refresh": "true"} if described["ended"] else {}
    return render_template("jobs/job.html", job=describe(job))


@blueprint.post("/<int:job_id>/cancel")
@allow(Permission.SEE_DESK)
def cancel(job_id: int) -> Any:
    """Stop the job; what it finished stays."""
    cancel_job(job=db.session.get(Job, job_id) or abort(404), at=now())
    return redirect(url_for("jobs.show", job_id=job_id), code=303)
