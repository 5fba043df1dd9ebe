"""Background work: a row that people can watch, and a kept task queue (Huey) that runs it.

The row is the truth, the queue only the bell: a job whose worker was killed is taken up again at the next
start of a worker, so what a job does must be safe to begin anew.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from huey import Huey, RedisHuey, SqliteHuey
from sqlalchemy import JSON, CheckConstraint, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.database import Model, UtcDateTime, after_commit, db, enum_column, lock, transaction
from app.errors import Message, Refusal
from app.permissions import Permission

log = logging.getLogger("ratusha.jobs")

STALE_AFTER = timedelta(minutes=2)
SAYS_AFTER = 2.0  # seconds until it is said how long a job will take
SILENT_AFTER = 4.0  # seconds without a word until it is said that nothing is heard of a job


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Model):
    """One piece of background work a person waits for; ``done`` of ``total`` feeds the progress bar."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("done >= 0 AND total >= 0", name="counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[JobState] = mapped_column(enum_column(JobState, "state"), default=JobState.QUEUED, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    started_by: Mapped[str] = mapped_column(String(200), default="")
    conference_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def seconds_silent(job: Job, *, at: datetime) -> int:
    """For how long a running job has told nothing; 0: not long enough to speak of."""
    silent = (at - job.touched_at).total_seconds()
    return int(silent) if job.state is JobState.RUNNING and silent >= SILENT_AFTER else 0


def seconds_left(job: Job, *, at: datetime) -> int | None:
    """How long a running job will take yet, by what it has done since it was ordered or taken up; None: too early to
    say, or nobody knows whether it goes on."""
    again = (job.result or {}).get("taken_up_at")
    begun = datetime.fromisoformat(again) if again else job.created_at
    heard = (job.touched_at - begun).total_seconds()
    if job.state is not JobState.RUNNING or not 0 < job.done <= job.total or heard < SAYS_AFTER:
        return None
    if seconds_silent(job, at=at):
        return None
    return max(0, round(heard / job.done * (job.total - job.done) - (at - job.touched_at).total_seconds()))


class Cancelled(Exception):
    """Raised inside a job whose row was cancelled by a person."""


class Progress:
    """Handed to a job: tells the row how far it is, and stops when a person cancelled it."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def set(self, done: int, total: int) -> None:
        """Record ``done`` of ``total``.

        :raises Cancelled: when a person cancelled the job meanwhile.
        """
        with transaction():
            job = db.session.get_one(Job, self.job_id)
            if job.state is JobState.CANCELLED:
                raise Cancelled
            job.done, job.total, job.touched_at = done, total, now()


JobFunction = Callable[..., dict[str, Any] | None]
LoopFunction = Callable[[threading.Event], object]


@dataclass(frozen=True)
class Work:
    """A kind of job. ``word``: what is done; ``permission``: who may look at it and stop it; ``page``: the page of a
    conference from which it is begun; ``stopped``: what is kept when it is stopped or fails.
    """

    function: JobFunction
    word: Message
    permission: Permission
    page: str
    stopped: Message


_REGISTRY: dict[str, Work] = {}
_KEEPS_WHAT_IS_DONE = _l("What was finished is kept; the rest is as it was.")
_LOOPS: list[tuple[float, LoopFunction]] = []


def job(
    kind: str, *, word: Message, permission: Permission, page: str, stopped: Message = _KEEPS_WHAT_IS_DONE
) -> Callable[[JobFunction], JobFunction]:
    """Register ``function(progress, **params) -> result`` as the work of jobs of this kind; the rest as in Work."""

    def register(function: JobFunction) -> JobFunction:
        known = _REGISTRY.get(kind)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise RuntimeError(f"two jobs of kind {kind}")
        _REGISTRY[kind] = Work(function, word, permission, page, stopped)
        return function

    return register


def kinds_of_work() -> Mapping[str, Work]:
    """Every kind of job there is, by the name it has in its row."""
    return _REGISTRY


def repeatedly(seconds: float) -> Callable[[LoopFunction], LoopFunction]:
    """Register ``function(stop)`` to be run by the worker again and again, ``seconds`` apart.

    ``stop`` is set when the worker is told to end: a long round looks at it between two pieces of work.
    """

    def register(function: LoopFunction) -> LoopFunction:
        if all(known.__qualname__ != function.__qualname__ for _, known in _LOOPS):
            _LOOPS.append((seconds, function))
        return function

    return register


def start_job(*, kind: str, params: dict[str, Any], started_by: str, at: datetime,
              conference_id: int | None = None, total: int = 0) -> Job:  # fmt: skip
    """Add a job; it is rung for when the surrounding transaction has committed."""
    if kind not in _REGISTRY:
        raise RuntimeError(f"no job of kind {kind}")
    with transaction() as session:
        row = Job(kind=kind, params=params, started_by=started_by, conference_id=conference_id, total=total,
                  result={}, done=0, error="", state=JobState.QUEUED, created_at=at, touched_at=at)  # fmt: skip
        session.add(row)
        session.flush()
        job_id = row.id
        after_commit(lambda: ring(job_id))
    return row


_OF_ONE_TIME = frozenset({"key", "actor", "actor_id"})  # of an order: what is another when it is given again


def _order(job: Job) -> dict[str, Any]:
    return {name: value for name, value in job.params.items() if name not in _OF_ONE_TIME}


def begin_again(*, job: Job, started_by: str, actor_id: int | None, at: datetime) -> Job:
    """A new job that does what this one, which failed or was stopped, was to do; in the name of who asks now.

    Returns the job that does it already when there is one, and a job that has not ended or is done as it is.
    """
    with transaction() as session:
        lock(job)  # whoever asks for the same at this moment sees the new one
        if job.state not in {JobState.FAILED, JobState.CANCELLED}:
            return job
        waiting = session.scalars(
            select(Job).where(
                Job.kind == job.kind, Job.conference_id == job.conference_id,
                Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
            )
        )  # fmt: skip
        known = next((one for one in waiting if _order(one) == _order(job)), None)
        if known is not None:
            return known
        given = {"key": secrets.token_hex(8), "actor": started_by, "actor_id": actor_id}
        params = {name: given.get(name, value) for name, value in job.params.items()}
        return start_job(kind=job.kind, params=params, started_by=started_by, at=at, conference_id=job.conference_id,
                         total=job.total)  # fmt: skip


def cancel_job(*, job: Job, at: datetime) -> None:
    """Stop a job that has not ended; what it finished stays."""
    with transaction():
        if job.state in {JobState.QUEUED, JobState.RUNNING}:
            job.state, job.finished_at = JobState.CANCELLED, at


def ring(job_id: int) -> None:
    """Tell the worker that the job waits."""
    current_app.extensions["ratusha.run_job"](job_id)


def run_job(job_id: int) -> None:
    """Do the work of one job row now, in this process. A second ring for the same row does nothing."""
    with transaction():
        row = db.session.get(Job, job_id, with_for_update=True)
        if row is None or row.state is not JobState.QUEUED:
            return
        row.state, row.touched_at = JobState.RUNNING, now()
        kind, params = row.kind, dict(row.params)
    state, result, error = JobState.DONE, {}, ""
    try:
        result = _REGISTRY[kind].function(Progress(job_id), **params) or {}
    except Cancelled:
        state = JobState.CANCELLED
    except Exception as reason:
        db.session.rollback()
        state = JobState.FAILED
        error = str(reason) if isinstance(reason, Refusal) else type(reason).__name__
        if not isinstance(reason, Refusal):
            result = {"unexpected": True}
            log.error("job failed", exc_info=reason, extra={"job": job_id, "kind": kind})
    with transaction():
        row = db.session.get_one(Job, job_id)
        row.state, row.result, row.error = state, result, error
        row.finished_at = row.touched_at = now()
        if state is JobState.DONE:
            row.done = row.total = max(row.total, row.done, 1)


def take_up_lost_jobs(*, at: datetime, all_running: bool) -> int:
    """Queue again what a killed worker left; returns how many. What was begun says so (``taken_up``) until it ends.

    :param all_running: True when no other worker can be at work (embedded queue at its start).
    """
    with transaction() as session:
        limit = at if all_running else at - STALE_AFTER
        lost = session.scalars(
            select(Job).where(
                ((Job.state == JobState.RUNNING) & (Job.touched_at <= limit)) | (Job.state == JobState.QUEUED)
            )
        ).all()
        for row in lost:
            if row.state is JobState.RUNNING:
                row.result = {"taken_up": (row.result or {}).get("taken_up", 0) + 1, "taken_up_at": at.isoformat()}
            row.state = JobState.QUEUED
            job_id = row.id
            after_commit(lambda job_id=job_id: ring(job_id))  # type: ignore[misc]  # mypy: lambda default
    return len(lost)


def _make_queue(app: Flask) -> Huey:
    settings = app.config["SETTINGS"]
    if settings.redis_url:
        return RedisHuey("ratusha", url=settings.redis_url)
    return SqliteHuey("ratusha", filename=str(settings.data / "queue.sqlite"), fsync=False)


def init_app(app: Flask) -> None:
    """Make the queue (it connects lazily) and the one task it knows."""
    queue = _make_queue(app)

    def work(job_id: int) -> None:
        with app.app_context():
            run_job(job_id)

    app.extensions["ratusha.queue"] = queue
    app.extensions["ratusha.run_job"] = queue.task(name="run_job")(work)


def run_worker(app: Flask) -> None:
    """Serve the queue until told to stop; begins with what a killed worker left.

    Without Redis one worker serves a data folder: a second one stands by, with everything read, until the first ends.
    """
    settings = app.config["SETTINGS"]
    try:
        alone = None if settings.redis_url else _alone(settings.data / "worker.lock")
    except KeyboardInterrupt:
        return
    with app.app_context():
        found = take_up_lost_jobs(at=now(), all_running=not settings.redis_url)
        if found:
            log.info("jobs taken up again", extra={"count": found})
    queue: Huey = app.extensions["ratusha.queue"]
    workers = max(1, min(2, os.cpu_count() or 1))
    consumer = queue.create_consumer(
        workers=workers, worker_type="thread", initial_delay=0.05, max_delay=0.5, periodic=False
    )
    stop = threading.Event()
    loops = [threading.Thread(target=_go_round, args=(app, stop, *loop), daemon=True) for loop in _LOOPS]
    for thread in loops:
        thread.start()
    try:
        consumer.run()
    finally:
        stop.set()
        for thread in loops:
            thread.join(timeout=15)
        if alone is not None:
            alone.close()


def _alone(path: Path) -> IO[str]:
    """Wait until no other worker serves: the system frees the lock in the moment a process ends, however it ends."""
    file = path.open("a")
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            log.info("another worker serves; this one stands by")
            fcntl.lockf(file, fcntl.LOCK_EX)
    except OSError as reason:
        log.warning("the data folder knows no locks", exc_info=reason)
    return file


def _go_round(app: Flask, stop: threading.Event, seconds: float, function: LoopFunction) -> None:
    while not stop.is_set():
        with app.app_context():
            try:
                function(stop)
            except Exception as reason:
                log.error("round failed", exc_info=reason, extra={"round": function.__qualname__})
                db.session.rollback()
        stop.wait(seconds)
