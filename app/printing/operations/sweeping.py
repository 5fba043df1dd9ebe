"""Sweeping away the parts of printings nobody will go on with."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import db
from app.jobs import Job, JobState
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
