"""The print room on the desk."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event, select

from app.conferences.queries import get
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.history.rules import SYSTEM
from app.jobs import Job, JobState, run_job
from app.printing.models import PrintRun
from app.printing.orders import job_for
from app.printing.queries import path_of
from tests.conftest import NOW
from tests.factories import make_delegate, make_delegation, make_municipality


@pytest.fixture
def url(conference):
    return f"/en/desk/c/{conference.slug}/badges/"


def test_page_tells_how_many_and_who_is_left_out(conference, staff, url):
    make_delegate(conference, "D1")
    make_delegate(conference, "D2", attendance=Attendance.VIDEO)
    make_delegate(conference, "D3", accreditation=Accreditation.WAITLISTED)
    page = staff("desk").get(url).get_data(as_text=True)
    assert '<span class="figures__number">1</span> <span class="figures__what">badge</span>' in page
    rows = re.findall(r'<th scope="row" data-label="Why">(.*?)</th><td class="number"[^>]*>(\d+)</td>', page)
    assert sorted(rows) == [("on the waiting list", "1"), ("takes part by video", "1")]


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_pages_open_in_every_language(conference, staff, run_jobs, language):
    make_delegate(conference, "D1")
    client = staff("secretariat")
    url = f"/{language}/desk/c/{conference.slug}/badges/"
    assert client.get(url).status_code == 200
    client.post(url, data={"scope": "all"})
    run_jobs()
    run = db.session.scalars(select(PrintRun)).one()
    answer = client.get(f"{url}runs/{run.id}")
    assert (answer.status_code, run.sha256 in answer.get_data(as_text=True)) == (200, True)


def test_printing_goes_on_in_the_background_and_gives_the_file(conference, staff, url, run_jobs):
    for number in range(5):
        make_delegate(conference, f"D{number}")
    client = staff("desk")
    answer = client.post(url, data={"scope": "all"})
    job = db.session.scalars(select(Job)).one()
    assert (answer.status_code, answer.location) == (303, f"/en/desk/jobs/{job.id}")
    run_jobs()
    db.session.refresh(job)
    run = db.session.scalars(select(PrintRun)).one()
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)
    assert job.result == {"printed": 5, "pages": 2, "warnings": [], "url": f"{url}runs/{run.id}"}
    pdf = client.get(f"{url}runs/{run.id}/badges.pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert pdf.get_data() == path_of(run.sha256).read_bytes()
    pdf.close()


def test_a_job_begun_anew_prints_once(conference, staff, url, run_jobs):
    make_delegate(conference, "D1")
    staff("desk").post(url, data={"scope": "all"})
    run_jobs()
    job = db.session.scalars(select(Job)).one()
    first = job.result
    with transaction():
        job.state, job.result = JobState.QUEUED, {}
    run_job(job.id)
    db.session.refresh(job)
    assert (job.state, job.result) == (JobState.DONE, first)
    assert len(db.session.scalars(select(PrintRun)).all()) == 1


def test_the_same_order_twice_at_once_is_one_job(conference, staff, url):
    make_delegate(conference, "D1")
    client = staff("desk")
    answers = [client.post(url, data={"scope": scope}).location for scope in ("all", "all", "new")]
    assert answers[0] == answers[1] != answers[2]
    assert len(db.session.scalars(select(Job)).all()) == 2


def test_the_same_order_of_six_at_one_moment_is_one_job(app, conference):
    slug, together = conference.slug, Barrier(6)
    db.session.remove()

    def ask(_number):
        with app.app_context():
            together.wait()
            job = job_for(kind="print-badges", order={"scope": "all"}, conference=get(slug), language="en",
                          actor=SYSTEM, at=NOW)  # fmt: skip
            number = job.id
            db.session.remove()
            return number

    with ThreadPoolExecutor(6) as crowd:
        numbers = set(crowd.map(ask, range(6)))
    assert numbers == set(db.session.scalars(select(Job.id)))
    assert len(numbers) == 1


def test_one_delegation_is_printed_alone_and_must_be_named(conference, staff, url, run_jobs):
    town = make_municipality("karlsruhe", name_en="Karlsruhe", country="DE")
    group = make_delegation(conference, town)
    make_delegate(conference, "D1", delegation_id=group.id)
    make_delegate(conference, "D2")
    client = staff("desk")
    refused = client.post(url, data={"scope": "delegation"})
    assert refused.status_code == 422
    assert "Please choose the delegation." in refused.get_data(as_text=True)
    client.post(url, data={"scope": "delegation", "delegation": str(group.id)})
    run_jobs()
    run = db.session.scalars(select(PrintRun)).one()
    assert (run.scope, run.delegation_id, [badge.delegate.public_id for badge in run.badges]) == (
        "delegation", group.id, ["D1"]
    )  # fmt: skip
    assert "one delegation: Karlsruhe" in client.get(url).get_data(as_text=True)


def test_a_job_with_nothing_new_says_so(conference, staff, url, run_jobs):
    make_delegate(conference, "D1")
    client = staff("desk")
    for scope in ("all", "new"):
        client.post(url, data={"scope": scope})
        run_jobs()
    job = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert (job.state, job.error) == (JobState.DONE, "")
    page = client.get(f"/en/desk/jobs/{job.id}").get_data(as_text=True)
    assert "Nothing is new or changed since the last printing." in page
    assert "1 of 1" not in page


def test_preview_shows_the_badge_and_lets_nothing_in(conference, staff, url):
    row = make_delegate(conference, "D1", badge_ru="<script>alert(1)</script> Орлова", badge_de="A")
    answer = staff("desk").get(f"{url}preview/{row.id}")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src data:; frame-ancestors 'self'"
    )
    page = answer.get_data(as_text=True)
    assert "&lt;script&gt;alert" in page
    assert "<script" not in page


def test_proof_is_one_badge_alone_and_is_not_logged(conference, staff, url):
    row = make_delegate(conference, "D1")
    answer = staff("desk").get(f"{url}proof/{row.id}.pdf")
    assert (answer.status_code, answer.mimetype, answer.get_data()[:5]) == (200, "application/pdf", b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert db.session.scalars(select(PrintRun)).all() == []


def test_preview_finds_a_badge_by_words(conference, staff, url):
    make_delegate(conference, "D1", badge_ru="Орлова Анна")
    wanted = make_delegate(conference, "D2", badge_ru="Белов Лев", badge_de="Lew Below")
    client = staff("desk")
    assert f"preview/{wanted.id}" in client.get(f"{url}?q=below").get_data(as_text=True)
    assert "No badge has these words." in client.get(f"{url}?q=nobody").get_data(as_text=True)


def test_pages_of_another_conference_or_person_are_not_found(conference, staff, url):
    client = staff("desk")
    for path in ("preview/999", "proof/999.pdf", "runs/999", "runs/999/badges.pdf"):
        assert client.get(url + path).status_code == 404


def test_pages_ask_for_a_sign_in(conference, visitor, url):
    assert visitor.get(url).status_code == 303


def test_a_conference_by_video_has_no_badges(conference, staff, url):
    make_delegate(conference, "D1")
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    client = staff("desk")
    assert "The conference is held by video" in client.get(url).get_data(as_text=True)
    assert client.post(url, data={"scope": "all"}).status_code == 422


def test_page_takes_the_same_number_of_questions_for_one_and_for_many(conference, staff, url):
    def asked():
        calls = []
        listener = lambda *call: calls.append(call[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            client.get(url)
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        return len(calls)

    client = staff("desk")
    make_delegate(conference, "D0", delegation_id=make_delegation(conference, conference.host).id)
    client.get(url)
    one = asked()
    for number in range(1, 20):
        town = make_municipality(f"town-{number}")
        make_delegate(conference, f"D{number}", delegation_id=make_delegation(conference, town).id)
    assert asked() == one
