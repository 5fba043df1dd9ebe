"""How long background work will take yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import now
from app.database import transaction
from app.i18n import speaking
from app.job_pages import _left, describe
from app.jobs import Job, JobState, seconds_left, seconds_silent
from tests.factories import NOW

ONE_DATABASE = True


@pytest.mark.parametrize(
    ("state", "done", "after", "left"),
    [
        (JobState.RUNNING, 200, 4, 10), (JobState.RUNNING, 700, 9, 0), (JobState.RUNNING, 0, 9, None),
        (JobState.RUNNING, 200, 1, None), (JobState.QUEUED, 200, 4, None), (JobState.DONE, 700, 4, None),
    ],
)  # fmt: skip
def test_time_left_follows_what_was_done_when_it_can_be_said(
    state: JobState, done: int, after: int, left: int | None
) -> None:
    at = NOW + timedelta(seconds=after)
    job = Job(kind="x", state=state, done=done, total=700, created_at=NOW, touched_at=at)

    assert seconds_left(job, at=at) == left


def test_time_left_counts_from_the_taking_up_goes_down_and_is_not_said_while_nothing_is_heard() -> None:
    again = {"taken_up": 1, "taken_up_at": NOW.isoformat()}
    job = Job(kind="x", state=JobState.RUNNING, done=200, total=700, created_at=NOW - timedelta(hours=1),
              touched_at=NOW + timedelta(seconds=4), result=again)  # fmt: skip
    told = [
        (seconds_left(job, at=at), seconds_silent(job, at=at)) for at in (NOW + timedelta(seconds=n) for n in (4, 6, 9))
    ]
    assert told == [(10, 0), (8, 0), (None, 5)]
    job.touched_at = NOW
    assert seconds_left(job, at=NOW + timedelta(seconds=3)) is None  # nothing was heard since it was taken up


def test_time_left_is_said_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context(), speaking("ru"):
        assert [_left(seconds) for seconds in (None, 0, 22, 89, 125)] == [
            "", "осталась примерно 1 секунда", "осталось примерно 22 секунды", "осталось примерно 89 секунд",
            "осталось примерно 2 минуты",
        ]  # fmt: skip
        with transaction() as session:
            job = Job(kind="x", state=JobState.RUNNING, done=1, total=2, created_at=NOW, touched_at=now())
            session.add(job)
        assert describe(job)["left"].startswith("остал")
