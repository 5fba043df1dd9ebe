"""Certificates and cards on the desk and on the command line."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.database import db, transaction
from app.jobs import Job, JobState
from app.printing.models import Certificate, PrintedPaper, PrintRun
from app.printing.papers.commands import COMMANDS
from app.printing.papers.rules import Paper
from app.printing.queries import path_of
from tests.factories import make_delegate


@pytest.fixture
def begun(conference):
    """The conference has begun long ago."""
    with transaction():
        conference.starts_on, conference.ends_on = date(2021, 4, 1), date(2021, 4, 3)
    return conference


@pytest.fixture
def url(conference):
    return f"/en/desk/c/{conference.slug}/papers/"


def _run(kind, *arguments):
    return CliRunner().invoke(COMMANDS[Paper(kind)], list(arguments))


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_pages_open_in_every_language(begun, staff, run_jobs, language):
    make_delegate(begun, "D1")
    client = staff("secretariat")
    url = f"/{language}/desk/c/{begun.slug}/papers/"
    assert client.get(url).status_code == 200
    client.post(url, data={"paper": "tent-cards:a4", "scope": "all"})
    run_jobs()
    run = db.session.scalars(select(PrintRun)).one()
    answer = client.get(f"{url}runs/{run.id}")
    assert (answer.status_code, run.sha256 in answer.text) == (200, True)


def test_printing_goes_on_in_the_background_and_gives_the_file_and_single_files(begun, staff, url, run_jobs):
    for number in range(3):
        make_delegate(begun, f"D{number}")
    client = staff("desk")
    answer = client.post(url, data={"paper": "certificates:a4", "scope": "all"})
    job = db.session.scalars(select(Job)).one()
    assert (answer.status_code, answer.location) == (303, f"/en/desk/jobs/{job.id}")
    run_jobs()
    db.session.refresh(job)
    run = db.session.scalars(select(PrintRun)).one()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    assert job.result == {"printed": 3, "pages": 3, "warnings": [], "url": f"{url}runs/{run.id}"}
    pdf = client.get(f"{url}runs/{run.id}/papers.pdf")
    assert pdf.get_data() == path_of(run.sha256).read_bytes()
    pdf.close()
    with zipfile.ZipFile(io.BytesIO(client.get(f"{url}runs/{run.id}/papers.zip").get_data())) as folder:
        assert folder.namelist() == ["0001_D0.pdf", "0002_D1.pdf", "0003_D2.pdf"]


def test_the_same_order_twice_at_once_is_one_job(begun, staff, url):
    make_delegate(begun, "D1")
    client = staff("desk")
    papers = ("place-cards:six", "place-cards:six", "place-cards:four")
    answers = [client.post(url, data={"paper": paper, "scope": "all"}).location for paper in papers]
    assert answers[0] == answers[1] != answers[2]


def test_people_named_by_hand_are_printed_alone_and_must_be_found(begun, staff, url, run_jobs):
    make_delegate(begun, "D1")
    wanted = make_delegate(begun, "D2", last="Белов", badge_ru="Белов Лев", badge_de="Lew Below")
    client = staff("desk")
    given = {"paper": "tent-cards:a4", "scope": "picked"}
    assert "Please name at least one person." in client.post(url, data=given).text
    refused = client.post(url, data={**given, "people": "D2\nNobody"})
    assert (refused.status_code, "fits: Nobody (nobody)." in refused.text) == (422, True)
    client.post(url, data={**given, "people": "lew below\n\n d2 "})
    run_jobs()
    assert [row.delegate_id for row in db.session.scalars(select(PrintedPaper))] == [wanted.id]


def test_list_of_participants_is_printed_from_its_page_with_those_who_agreed(begun, staff, url, run_jobs):
    make_delegate(begun, "D1", consents={"publication": "2026-1"})
    make_delegate(begun, "D2")
    client = staff("desk")
    assert "of them agreed" in client.get(f"{url}participants").text
    for data in ({"only_agreed": "y"}, {"with_photos": "y"}):
        assert client.post(f"{url}participants", data={"scope": "all", **data}).status_code == 303
        run_jobs()
    runs = db.session.scalars(select(PrintRun).order_by(PrintRun.id)).all()
    assert [(run.kind, run.scope, run.layout, run.count) for run in runs] == [
        ("participants", "agreed", "a4", 1), ("participants", "all", "a4-photo", 2),
    ]  # fmt: skip
    assert "who agreed to stand in the list" in client.get(f"{url}runs/{runs[0].id}").text


def test_one_delegation_must_be_named(begun, staff, url):
    make_delegate(begun, "D1")
    refused = staff("desk").post(url, data={"paper": "place-cards:six", "scope": "delegation"})
    assert (refused.status_code, "Please choose the delegation." in refused.text) == (422, True)


def test_certificates_are_refused_on_the_page_before_the_first_day(conference, staff, url):
    with transaction():
        conference.starts_on, conference.ends_on = date(2100, 4, 1), date(2100, 4, 3)
    make_delegate(conference, "D1")
    client = staff("desk")
    assert "The conference has not begun" in client.get(url).text
    assert client.post(url, data={"paper": "certificates:a4", "scope": "all"}).status_code == 422
    assert db.session.scalars(select(Job)).all() == []


def test_proof_is_the_longest_names_and_gives_no_number(begun, staff, url):
    for number in range(12):
        make_delegate(begun, f"D{number}")
    answer = staff("desk").get(f"{url}proof/certificates/a4.pdf")
    assert (answer.status_code, answer.mimetype, answer.get_data()[:5]) == (200, "application/pdf", b"%PDF-")
    assert db.session.scalars(select(Certificate)).all() == []
    assert db.session.scalars(select(PrintRun)).all() == []


def test_pages_of_unknown_papers_and_runs_are_not_found(begun, staff, url):
    client = staff("desk")
    for path in (
        "proof/posters/a4.pdf",
        "proof/certificates/a4.pdf",
        "runs/9",
        "runs/9/papers.pdf",
        "runs/9/papers.zip",
    ):
        assert client.get(url + path).status_code == 404, path


def test_pages_ask_for_a_sign_in(conference, visitor, url):
    assert visitor.get(url).status_code == 303


def test_print_certificates_writes_the_file_and_tells_in_json(begun, tmp_path):
    make_delegate(begun, "D1")
    out = tmp_path / "c.pdf"
    done = _run("certificates", "--conference", begun.slug, "--out", str(out), "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"printed": 1, "pages": 1, "warnings": []})
    assert out.read_bytes().startswith(b"%PDF-")


def test_print_certificates_changes_nothing_in_a_dry_run(begun, tmp_path, app):
    make_delegate(begun, "D1")
    out = tmp_path / "c.pdf"
    done = _run("certificates", "--conference", begun.slug, "--out", str(out), "--dry-run", "--json")
    assert (done.exit_code, json.loads(done.stdout)["printed"], out.exists()) == (0, 1, False)
    assert db.session.scalars(select(Certificate)).all() == []
    assert (app.config["SETTINGS"].data / "prints").exists() is False


def test_print_papers_writes_one_file_each_into_a_zip(begun, tmp_path):
    for number in range(2):
        make_delegate(begun, f"D{number}")
    out = tmp_path / "c.zip"
    _run("certificates", "--conference", begun.slug, "--out", str(out))
    with zipfile.ZipFile(out) as folder:
        assert folder.namelist() == ["0001_D0.pdf", "0002_D1.pdf"]
    refused = _run("place-cards", "--conference", begun.slug, "--out", str(out))
    assert (refused.exit_code, "Several of these stand on one sheet" in refused.stderr) == (1, True)


def test_print_papers_only_new_and_only_named_people(begun, tmp_path):
    make_delegate(begun, "D1")
    make_delegate(begun, "D2")
    given = ("--conference", begun.slug, "--out", str(tmp_path / "p.pdf"), "--json")
    assert json.loads(_run("tent-cards", *given, "--only", "D2").stdout)["printed"] == 1
    assert json.loads(_run("tent-cards", *given, "--only-new").stdout)["printed"] == 1
    assert json.loads(_run("tent-cards", *given, "--only-new").stdout)["printed"] == 0
    refused = _run("tent-cards", *given, "--only", "D9")
    assert (refused.exit_code, refused.stderr) == (1, "Nobody, or more than one person, fits: D9 (nobody).\n")


def test_page_names_every_other_paper_when_its_reader_may_open_it(url, staff):
    organiser, desk = staff("organiser"), staff("desk")
    named = {part for part in organiser.get(url).text.split('"') if part.startswith("/en/desk/c/")}
    base = url.removesuffix("papers/")
    more = {f"{base}{page}" for page in ("seating/", "programme/papers", "delegates/arrivals", "visa", "security-list")}
    assert more <= named
    assert {organiser.get(page).status_code for page in more} == {200}
    assert f"{base}visa" not in desk.get(url).text
