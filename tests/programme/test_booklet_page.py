"""The booklet for everyone: at once while it is small, in the background and once when it is large."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.clock import now
from app.conferences.models import Conference
from app.database import db, transaction
from app.jobs import Job, JobState
from app.programme.operations import release_programme
from app.programme.queries.papers import release_is_kept
from app.programme.views import booklet
from tests.factories import ACTOR, NOW, make_conference, make_session

ADDRESS = "/de/c/xvi-kaluga-2021/programme.pdf"


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sessions are many."""
    monkeypatch.setattr(booklet, "AT_ONCE", 1)


def _release() -> None:
    conference = make_conference()
    for code in ("A", "B"):
        make_session(conference, code)
    release_programme(conference=conference, actor=ACTOR, at=NOW)


def _jobs() -> list[JobState]:
    return [job.state for job in db.session.query(Job).filter_by(kind=booklet.JOB).order_by(Job.id)]


def test_booklet_is_there_at_once_when_the_release_is_small(visitor: FlaskClient) -> None:
    _release()
    answer = visitor.get(ADDRESS)
    assert (answer.status_code, answer.mimetype, _jobs()) == (200, "application/pdf", [])
    assert visitor.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.usefixtures("_large")
def test_large_booklet_is_made_once_in_the_background_when_asked_for(
    visitor: FlaskClient, run_jobs: Callable[[], int]
) -> None:
    _release()
    first, second = visitor.get(ADDRESS), visitor.get(ADDRESS)
    assert [(one.status_code, one.headers["Retry-After"], one.headers["Cache-Control"]) for one in (first, second)] == [
        (202, "15", "no-store"), (202, "15", "no-store"),
    ]  # fmt: skip
    [way] = html.fromstring(first.text).xpath("//main//a[contains(@class, 'button')]")
    assert (way.get("href"), way.text, _jobs()) == (ADDRESS, "Noch einmal nachsehen", [JobState.QUEUED])
    run_jobs()
    answer = visitor.get(ADDRESS)
    assert (answer.status_code, answer.mimetype, _jobs()) == (200, "application/pdf", [JobState.DONE])


@pytest.mark.usefixtures("_large")
def test_booklet_is_tried_again_after_a_while_when_making_it_failed(visitor: FlaskClient) -> None:
    _release()
    visitor.get(ADDRESS)
    with transaction():
        job = db.session.query(Job).one()
        job.state, job.touched_at = JobState.FAILED, now()
    visitor.get(ADDRESS)
    assert _jobs() == [JobState.FAILED]
    with transaction():
        job.touched_at = now() - timedelta(minutes=11)
    visitor.get(ADDRESS)
    assert _jobs() == [JobState.FAILED, JobState.QUEUED]


@pytest.mark.usefixtures("_large")
def test_new_release_is_made_anew_when_the_one_before_lies_there(
    visitor: FlaskClient, run_jobs: Callable[[], int]
) -> None:
    _release()
    visitor.get(ADDRESS)
    run_jobs()
    conference = db.session.query(Conference).one()
    make_session(conference, "C")
    release = release_programme(conference=conference, actor=ACTOR, at=NOW)
    assert (visitor.get(ADDRESS).status_code, release_is_kept(release)) == (202, False)
