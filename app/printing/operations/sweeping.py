"""Sweeping away the parts of printings nobody will go on with, and files that belong to no run."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import db
from app.jobs import Job, JobState
from app.printing.keeping import DRAFT
from app.printing.models import PrintRun
from app.printing.queries import parts_folder, parts_of

KEPT = timedelta(days=1)  # since something was put there last


def sweep_parts(*, at: datetime) -> int:
    """Throw away what killed processes left, except of jobs that wait or run; returns how many folders there were."""
    folder = parts_folder()
    if not folder.is_dir():
        return 0
    going_on = select(Job.params).where(Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    needed = {parts_of(f"job:{params['key']}") for params in db.session.scalars(going_on) if params.get("key")}
    before, count = (at - KEPT).timestamp(), 0
    for path in sorted(folder.iterdir()):
        if path not in needed and path.stat().st_mtime < before:
            shutil.rmtree(path, ignore_errors=True)
            count += 1
    return count


def sweep_files(*, at: datetime) -> int:
    """Throw away files of printings that were never logged, such as the draft of a process that was killed; returns how
    many. What is younger than a day may be about to be logged."""
    before = (at - KEPT).timestamp()
    old = [path for path in parts_folder().parent.glob("*.*") if path.is_file() and path.stat().st_mtime < before]
    logged = set(db.session.scalars(select(PrintRun.sha256))) if old else set()
    gone = [path for path in old if path.name.startswith(DRAFT) or path.stem not in logged]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
