"""The print room on the desk: reprints, settings of printers and backs, calibration, the list to hand out by."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.conferences.models import Conference
from app.database import db
from app.history.models import HistoryEntry
from app.jobs import Job, JobState, take_up_lost_jobs
from app.printing.models import Printer, PrintRun, PrintSettings
from app.printing.operations import print_badges
from app.printing.queries import HAND_OUT, parts_of, path_of
from app.printing.rules import LAYOUTS
from app.printing.rules.sheets import OnPaper
from tests.factories import ACTOR, NOW, make_delegate

ONE_DATABASE = True
ROOT = Path(__file__).parents[2]
# Takes up what waits as a worker does at its start; with a number, it is killed outright when so many badges are told.
WORKER = """
import os, signal, sys
from app import create_app
from app.clock import now
from app.jobs import Job, Progress, run_job, take_up_lost_jobs
from app.database import db
from config import load_settings

tell, kill_at = Progress.set, int(sys.argv[1])

def told(self, done, total):
    tell(self, done, total)
    print(done)
    if kill_at and done >= kill_at:
        os.kill(os.getpid(), signal.SIGKILL)

Progress.set = told
app = create_app(load_settings(dict(os.environ)))
with app.app_context():
    take_up_lost_jobs(at=now(), all_running=True)
    for number in [job.id for job in db.session.query(Job)]:
        run_job(number)
"""
Staff = Callable[[str], FlaskClient]
Jobs = Callable[[], int]


def _worker(house: Any, *, kill_at: int = 0) -> tuple[int, list[int]]:
    """How a worker ended, and how many badges it told of from time to time."""
    settings = house.config["SETTINGS"]
    environment = {
        **os.environ, "RATUSHA_DATA": str(settings.data), "RATUSHA_DATABASE_URL": settings.database_url,
        "RATUSHA_SECRET_KEY": settings.secret_key, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-uc", WORKER, str(kill_at)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    return done.returncode, [int(number) for number in done.stdout.split()]


@pytest.fixture
def url(conference: Conference) -> str:
    return f"/de/desk/c/{conference.slug}/badges/"


def _file(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as answer:
        return answer.data


def _size(pdf: bytes) -> tuple[int, int, int]:
    """Pages, width and height in millimetres."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        box = opened.pages[0].mediabox
        return len(opened.pages), round(float(box[2]) * 25.4 / 72), round(float(box[3]) * 25.4 / 72)


def _text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_a_lost_badge_is_printed_alone_and_its_code_withdrawn_when_asked_on_the_page(
    conference: Conference, staff: Staff, url: str
) -> None:
    person = make_delegate(conference, "D1")
    desk, old = staff("desk"), person.badge_token

    first = desk.post(f"{url}one/{person.id}", data={"layout": "a7"})
    unexplained = desk.post(f"{url}one/{person.id}", data={"layout": "a7"})
    again = desk.post(f"{url}one/{person.id}", data={"layout": "a7", "reason": "lost"})

    runs = db.session.scalars(select(PrintRun).order_by(PrintRun.id)).all()
    assert [answer.status_code for answer in (first, unexplained, again)] == [303, 422, 303]
    assert [(run.scope, run.reason, run.count) for run in runs] == [("one", "", 1), ("one", "lost", 1)]
    assert again.location == f"{url}runs/{runs[1].id}/badges.pdf"
    assert _size(_file(desk, again.location)) == (1, 74, 105)
    db.session.refresh(person)
    assert person.badge_token != old
    assert desk.post(f"{url}one/{person.id + 99}", data={"layout": "a7"}).status_code == 404


def test_a_printer_is_kept_moved_and_forgotten(conference: Conference, staff: Staff, url: str) -> None:
    desk = staff("desk")

    kept = desk.post(f"{url}settings/printers", data={"name": "Kopierer 2", "right_mm": "1.5", "down_mm": "-0.5"})
    far = desk.post(f"{url}settings/printers", data={"name": "Kopierer 3", "right_mm": "99", "down_mm": "0"})

    printer = db.session.scalars(select(Printer)).one()
    assert (kept.status_code, far.status_code) == (303, 422)
    assert (printer.name, printer.right_mm, printer.down_mm) == ("Kopierer 2", 1.5, -0.5)
    page = desk.get(f"{url}settings/calibration.pdf?layout=80x50&start=1&printer={printer.id}")
    assert _size(page.data) == (1, 210, 297)
    assert "1,5 mm" in _text(page.data)
    assert desk.get(f"{url}settings/calibration.pdf?layout=none").status_code == 422
    assert desk.post(f"{url}settings/printers/{printer.id}/forget").status_code == 303
    assert db.session.scalars(select(Printer)).all() == []
    deeds = db.session.scalars(select(HistoryEntry.deed).order_by(HistoryEntry.id)).all()
    assert [deed for deed in deeds if "printer" in deed] == ["settle-printer", "forget-printer"]


def test_backs_are_settled_when_the_form_is_right_and_left_alone_when_it_is_too_long(
    conference: Conference, staff: Staff, url: str
) -> None:
    desk = staff("desk")
    given = {"wifi_name": "Rathaus", "wifi_password": "Jena2021", "emergency_de": "112"}

    assert desk.post(f"{url}settings/backs", data=given).status_code == 303
    assert desk.post(f"{url}settings/backs", data=given | {"wifi_name": "x" * 65}).status_code == 422

    kept = db.session.get_one(PrintSettings, conference.id)
    assert (kept.wifi_name, kept.wifi_password, kept.emergency_de) == ("Rathaus", "Jena2021", "112")


def test_the_list_to_hand_out_by_is_laid_out_in_the_background_in_the_order_of_the_run(
    conference: Conference, staff: Staff, url: str, run_jobs: Jobs
) -> None:
    for number, last in enumerate(("Яшин", "Борисов", "Абрамов")):
        make_delegate(conference, f"D{number}", last=last, badge_ru=f"{last} Анна")
    desk = staff("desk")
    desk.post(url, data={"layout": "a6-portrait", "scope": "all", "sort": "name_ru"})
    run_jobs()
    run = db.session.scalars(select(PrintRun)).one()
    assert desk.get(f"{url}runs/{run.id}/hand-out.pdf").status_code == 404

    asked = [desk.post(f"{url}runs/{run.id}/hand-out") for _ in range(2)]
    run_jobs()

    listed = db.session.scalars(select(PrintRun).where(PrintRun.kind == HAND_OUT)).one()
    assert {(answer.status_code, answer.location) for answer in asked} == {(303, asked[0].location)}
    assert (listed.count, listed.options) == (3, {"of": run.id})
    text = _text(_file(desk, f"{url}runs/{run.id}/hand-out.pdf"))
    names = ("Абрамов", "Борисов", "Яшин")
    assert sorted(names, key=text.index) == list(names)
    assert f"runs/{run.id}/hand-out.pdf" in desk.get(f"{url}runs/{run.id}").text
    assert desk.post(f"{url}runs/{listed.id}/hand-out").status_code == 404


def test_a_run_is_taken_up_and_printed_once_when_its_worker_was_killed_in_the_middle(
    house: Any, conference: Conference, staff: Staff, url: str
) -> None:
    """SIGKILL while 200 of 240 lie on sheets: nothing is logged; the next worker goes on there, the file is whole."""
    for number in range(240):
        make_delegate(conference, f"D{number:03}")
    desk = staff("desk")
    location = desk.post(url, data={"layout": "a6-portrait", "scope": "all"}).location
    job = db.session.scalars(select(Job)).one()
    number = job.id
    db.session.remove()

    assert _worker(house, kill_at=200) == (-9, [0, 200])
    stopped = db.session.get_one(Job, number)
    assert (stopped.state, stopped.done, stopped.total) == (JobState.RUNNING, 200, 240)
    assert db.session.scalars(select(PrintRun)).all() == []
    take_up_lost_jobs(at=now(), all_running=True)
    assert "von selbst wieder aufgenommen" in desk.get(location).text
    db.session.remove()
    assert _worker(house) == (0, [200, 240])

    run = db.session.scalars(select(PrintRun)).one()
    done = db.session.get_one(Job, number)
    assert (done.state, done.done, run.count, run.pages) == (JobState.DONE, 240, 240, 60)
    assert path_of(run.sha256).is_file()
    page = desk.get(location).text
    assert (str(done.result["url"]) in page, "von selbst wieder aufgenommen" in page) == (True, False)


def test_a_large_run_goes_on_where_it_was_when_its_process_ended(conference: Conference) -> None:
    """In parts of 8: the first is kept when the process ends in the second, and is not printed again."""
    for number in range(20):
        make_delegate(conference, f"D{number:02}")
    given: dict[str, Any] = {
        "conference": conference, "layout": LAYOUTS["a6-portrait"], "actor": ACTOR, "at": NOW,
        "paper": OnPaper(start=3),
    }  # fmt: skip
    told: list[int] = []

    def stop(done: int, _count: int) -> None:
        if done >= 6:
            raise SystemExit  # as little is tidied up as when the process is killed

    with pytest.raises(SystemExit):
        print_badges(**given, deed_key="job:x", tell=stop, part_size=8)
    left = len(list(parts_of("job:x").glob("*.json")))
    again = print_badges(**given, deed_key="job:x", tell=lambda done, _count: told.append(done), part_size=8)
    whole = print_badges(**given)

    assert (left, told) == (1, [6, 14])
    assert again.run is not None
    assert whole.run is not None
    assert (again.count, again.pages, again.warnings) == (whole.count, whole.pages, whole.warnings) == (20, 6, [])
    assert _text(path_of(again.run.sha256).read_bytes()) == _text(path_of(whole.run.sha256).read_bytes())
    assert not parts_of("job:x").exists()
