"""The pages of background work: who may see and stop it, how it is found again and begun again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.conferences.models import Conference
from app.database import db, transaction
from app.i18n import speaking
from app.job_pages import describe
from app.jobs import Job, JobState, kinds_of_work, run_job
from app.permissions import GRANTS, Permission, Role
from tests.factories import make_conference, make_delegate


@pytest.fixture
def conference(app: Flask) -> Conference:
    """XVI Kaluga."""
    return make_conference()


def _job(conference: Conference, kind: str, state: JobState, **values: Any) -> Job:
    at = now()
    with transaction() as session:
        row = Job(kind=kind, state=state, conference_id=conference.id, created_at=at, touched_at=at,
                  started_by="Anna Orlowa", **values)  # fmt: skip
        session.add(row)
    return row


def test_job_is_seen_and_stopped_only_by_those_who_may_do_such_work(conference: Conference, staff: Any) -> None:
    letters = _job(conference, "issue-letters", JobState.RUNNING, done=3, total=60)
    badges = _job(conference, "print-badges", JobState.RUNNING, done=3, total=700)
    desk, organiser = staff("desk"), staff("organiser")
    page = f"/en/desk/jobs/{letters.id}"
    assert [desk.get(page).status_code, desk.post(f"{page}/cancel").status_code] == [403, 403]
    listed = desk.get("/en/desk/jobs/").text
    assert "Printing of badges" in listed
    assert "Issue of letters" not in listed
    assert "Issue of letters" in organiser.get("/en/desk/jobs/").text
    assert desk.post(f"/en/desk/jobs/{badges.id}/cancel").status_code == 303
    db.session.expire_all()
    assert (letters.state, badges.state) == (JobState.RUNNING, JobState.CANCELLED)


def test_stopped_printing_says_what_is_kept_and_is_begun_again_from_its_page(
    conference: Conference, staff: Any, run_jobs: Any
) -> None:
    make_delegate(conference, "D1")
    desk, url = staff("desk"), f"/en/desk/c/{conference.slug}/badges/"
    first = desk.post(url, data={"layout": "a6-portrait", "scope": "all"}).headers["Location"]
    assert desk.post(f"{first}/cancel").status_code == 303
    page = desk.get(first).text
    assert "Nothing was printed or logged" in page
    assert f'href="{url}"' in page
    assert "Getting ready" not in page
    assert first in desk.get(url).text  # the page it was begun from names it

    second = desk.post(f"{first}/again").headers["Location"]
    assert (second != first, desk.post(f"{first}/again").headers["Location"]) == (True, second)  # asked twice: one job
    run_jobs()
    jobs = db.session.scalars(select(Job).order_by(Job.id)).all()
    assert [job.state for job in jobs] == [JobState.CANCELLED, JobState.DONE]
    assert jobs[0].params["key"] != jobs[1].params["key"]
    assert jobs[1].result["printed"] == 1
    assert desk.post(f"{second}/again").headers["Location"] == second  # what is done is not done again


def test_unforeseen_error_is_told_in_words_and_with_the_number_of_the_job(app: Flask, conference: Conference) -> None:
    job = _job(conference, "print-badges", JobState.QUEUED, params={"no": "such order"})
    run_job(job.id)
    db.session.refresh(job)
    with app.test_request_context("/de/"), speaking("de"):
        assert (job.state, describe(job)["error"]) == (
            JobState.FAILED,
            f"Etwas Unerwartetes ist geschehen. Bitte versuchen Sie es erneut; geschieht es wieder, nennen Sie der "
            f"Technik: Auftrag {job.id}, TypeError.",
        )


def test_page_names_what_failed_of_late_and_nothing_of_other_conferences(conference: Conference, staff: Any) -> None:
    make_delegate(conference, "D1")
    other = make_conference(slug="another", edition=17, host=conference.host)
    shown = _job(conference, "print-badges", JobState.FAILED, error="x")
    hidden = [_job(other, "print-badges", JobState.FAILED), _job(conference, "print-paper", JobState.FAILED)]
    old = _job(conference, "print-badges", JobState.FAILED)
    with transaction():
        old.touched_at = now() - timedelta(days=3)
    page = staff("desk").get(f"/en/desk/c/{conference.slug}/badges/").text
    assert [f'/en/desk/jobs/{job.id}"' in page for job in (shown, *hidden, old)] == [True, False, False, False]


def test_every_kind_of_work_leads_to_a_page_that_those_who_may_do_it_may_open(app: Flask) -> None:
    from app.permissions import access_of

    for kind, work in kinds_of_work().items():
        asked = access_of(app.view_functions[work.page])
        assert isinstance(asked, Permission), kind
        for role in Role:
            assert work.permission not in GRANTS[role] or asked in GRANTS[role], (kind, role)
