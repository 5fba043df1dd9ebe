"""Watching background work: the list of it, a page of one job, a piece of a page for htmx, and the ways to stop it and
to begin it again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import ColumnElement, func, or_, select

from app.clock import now
from app.database import db
from app.jobs import Job, JobState, Work, begin_again, cancel_job, kinds_of_work, seconds_left, seconds_silent
from app.navigation import Door, add_doors, enter_conference
from app.paging import Page, page_number
from app.permissions import Permission, allow, may

blueprint = Blueprint("jobs", __name__, url_prefix="/<language:language>/desk/jobs")
STATE_WORDS = {
    JobState.QUEUED: _l("waiting for its turn"),
    JobState.RUNNING: _l("at work"),
    JobState.DONE: _l("finished"),
    JobState.FAILED: _l("stopped with an error"),
    JobState.CANCELLED: _l("cancelled"),
}
STATE_TONES = {
    JobState.QUEUED: "waiting", JobState.RUNNING: "information", JobState.DONE: "done", JobState.FAILED: "stop",
    JobState.CANCELLED: "quiet",
}  # fmt: skip
RECENT = timedelta(days=1)  # for how long a page names what failed or was stopped

# Given by the room of conferences: the slug and the title of each of these, by id.
conferences_named: list[Callable[[Collection[int]], dict[int, tuple[str, str]]]] = []


def _left(seconds: int | None) -> str:
    """«осталось около 2 минут»; empty when it cannot be said yet."""
    if seconds is None:
        return ""
    if seconds < 90:
        return str(ngettext("about %(num)s second left", "about %(num)s seconds left", max(1, seconds)))
    return str(ngettext("about %(num)s minute left", "about %(num)s minutes left", round(seconds / 60)))


def _error(job: Job) -> str:
    """What happened, in words for people; of what nobody foresaw, how it is found in the log."""
    if not (job.result or {}).get("unexpected"):
        return job.error
    return str(
        _("Something unexpected happened. Please try again; if it happens again, tell the technician: job %(id)s, "
          "%(kind)s.", id=job.id, kind=job.error)
    )  # fmt: skip


def describe(job: Job) -> dict[str, Any]:
    """What the progress component shows of a job."""
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
        "label": str(STATE_WORDS[job.state]),
        "state": job.state.value,
        "ended": ended,
        "again": again if taken_up or silent else "",
        "left": _left(seconds_left(job, at=now())),
        "error": _error(job),
        "result": job.result,
        "said": (job.result or {}).get("said", ""),
        "url": url_for("jobs.show", job_id=job.id),
        "result_url": (job.result or {}).get("url"),
    }


def _work(job: Job) -> Work:
    """What kind of work it is; 403 to who may not do such work."""
    work = kinds_of_work().get(job.kind) or abort(404)
    if not may(work.permission):
        abort(403)
    return work


def _where(jobs: Collection[Job]) -> dict[int, tuple[str, str]]:
    wanted = {job.conference_id for job in jobs if job.conference_id is not None}
    return conferences_named[0](wanted) if wanted and conferences_named else {}


def _mine() -> ColumnElement[bool]:
    """The jobs of the kinds the person signed in may look at."""
    return Job.kind.in_([kind for kind, work in kinds_of_work().items() if may(work.permission)])


@blueprint.get("/")
@allow(Permission.SEE_DESK)
def listed() -> Any:
    """What is at work, what waits, what has ended: the latest first."""
    total = db.session.scalar(select(func.count()).select_from(Job).where(_mine())) or 0
    page = Page(page_number(), total)
    rows = db.session.scalars(
        select(Job).where(_mine()).order_by(Job.id.desc()).offset(page.offset).limit(page.per_page)
    ).all()
    return render_template("jobs/list.html", jobs=rows, page=page, kinds=kinds_of_work(), words=STATE_WORDS,
                           tones=STATE_TONES, where=_where(rows))  # fmt: skip


@blueprint.get("/<int:job_id>")
@allow(Permission.SEE_DESK)
def show(job_id: int) -> Any:
    """How far the job is; when it was stopped or failed, what is kept and how it is begun again."""
    job = db.session.get(Job, job_id) or abort(404)
    work = _work(job)
    if request.headers.get("HX-Request"):
        described = describe(job)
        piece = render_template("jobs/_progress.html", job=described)
        # the page around the bar (its result, the way to stop) is another one when the job has ended
        return piece, 200, {"HX-Refresh": "true"} if described["ended"] else {}
    slug, title = _where([job]).get(job.conference_id or 0, ("", ""))
    if slug:
        enter_conference(slug=slug, title=title)
    back = url_for(work.page, slug=slug) if slug else url_for("jobs.listed")
    return render_template("jobs/job.html", job=describe(job), row=job, work=work, title=title, back=back)


@blueprint.post("/<int:job_id>/cancel")
@allow(Permission.SEE_DESK)
def cancel(job_id: int) -> Any:
    """Stop the job; what it finished stays."""
    job = db.session.get(Job, job_id) or abort(404)
    _work(job)
    cancel_job(job=job, at=now())
    return redirect(url_for("jobs.show", job_id=job_id), code=303)


@blueprint.post("/<int:job_id>/again")
@allow(Permission.SEE_DESK)
def again(job_id: int) -> Any:
    """Begin the work anew that failed or was stopped."""
    job = db.session.get(Job, job_id) or abort(404)
    _work(job)
    begun = begin_again(job=job, started_by=current_user.name or current_user.email, actor_id=current_user.id, at=now())
    return redirect(url_for("jobs.show", job_id=begun.id), code=303)


def _going_on(conference_id: int, page: str) -> list[dict[str, Any]]:
    """What was begun from a page of a conference and waits, runs, failed or was stopped of late; the latest first."""
    kinds = [kind for kind, work in kinds_of_work().items() if work.page == page]
    rows = db.session.scalars(
        select(Job)
        .where(
            Job.conference_id == conference_id,
            Job.kind.in_(kinds),
            or_(
                Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
                Job.state.in_((JobState.FAILED, JobState.CANCELLED)) & (Job.touched_at > now() - RECENT),
            ),
        )
        .order_by(Job.id.desc())
        .limit(5)
    )
    return [describe(job) | {"word": kinds_of_work()[job.kind].word, "tone": STATE_TONES[job.state]} for job in rows]


def init_app(app: Flask) -> None:
    """The pages, their entry among the others, and what pages ask about work that goes on."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["work_going_on"] = _going_on
    add_doors(app, (Door(_l("Work in the background"), "jobs.listed", Permission.SEE_DESK, order=90),))
