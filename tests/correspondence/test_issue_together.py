"""Many issue at once, some are killed: numbers have no gap and no double."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import now
from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.operations import approve_letters, issue_letters, prepare_letters, take_back_approval
from app.correspondence.rules import LetterKind, LetterState
from app.database import db, transaction
from app.directory.models import MunicipalHead, Municipality
from app.directory.rules import Gender, MunicipalityKind
from app.documents.queries import content, prove
from app.documents.rules import Verdict
from app.jobs import Job, JobState, cancel_job, run_job
from app.mailroom.models import OutgoingMail
from tests.factories import ACTOR, NOW

ROOT = Path(__file__).resolve().parents[2]
LETTERS = 40


def _towns(count: int) -> None:
    with transaction() as session:
        for number in range(1, count + 1):
            town = Municipality(
                slug=f"town-{number:03}", name_ru=f"Город-{number:03}", name_de=f"Town {number:03}", country="RU",
                name_en=f"Town {number:03}", kind=MunicipalityKind.CITY, iso3166_2="RU-XYZ", updated_at=NOW, search="",
            )  # fmt: skip
            town.heads.append(
                MunicipalHead(
                    office_ru="Глава города", last="Иванов", first="Иван", patronymic="Иванович", gender=Gender.MALE,
                    email=f"head@town-{number:03}.example", as_of="2021", updated_at=NOW,
                )
            )  # fmt: skip
            session.add(town)


def _issue(house: Flask) -> subprocess.Popen[bytes]:
    return _start(house, "letters", "issue", "--conference", "xvi-kaluga-2021", "--json")


def _start(house: Flask, *words: str) -> subprocess.Popen[bytes]:
    settings = house.config["SETTINGS"]
    environment = {
        **os.environ,
        "RATUSHA_DATA": str(settings.data),
        "RATUSHA_DATABASE_URL": settings.database_url,
        "RATUSHA_SECRET_KEY": settings.secret_key,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "app.commands", *words],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(RegisterEntry)) or 0


@pytest.fixture
def approved(kaluga: Conference) -> Conference:
    """Forty approved letters."""
    _towns(LETTERS)
    prepare_letters(
        conference=kaluga, kind=LetterKind.INVITATION, selection="region:RU-XYZ", actor=ACTOR, at=NOW
    )  # fmt: skip
    assert approve_letters(conference=kaluga, actor=ACTOR, at=NOW).count == LETTERS
    return kaluga


def _numbers() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(RegisterEntry.number).order_by(RegisterEntry.number)))


def _job(conference: Conference) -> int:
    ids = list(db.session.scalars(select(Letter.id)))
    params = {"conference_id": conference.id, "letter_ids": ids, "actor_id": None, "actor": "test", "language": "ru"}
    with transaction() as session:
        row = Job(kind="issue-letters", params=params, result={}, state=JobState.QUEUED, created_at=NOW, touched_at=NOW)
        session.add(row)
    return row.id


def _state(number: int) -> JobState:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Job, number).state


def test_issue_letters_gives_what_one_by_one_gives_when_the_press_lays_them_out(approved: Conference) -> None:
    outcome = issue_letters(conference=approved, actor=ACTOR, at=NOW)
    assert (outcome.count, outcome.refused) == (LETTERS, [])
    assert _numbers() == list(range(1, LETTERS + 1))
    named = [letter.municipality.name_ru for letter in outcome.letters]
    assert named == sorted(named)
    for letter in outcome.letters:
        assert letter.document is not None
        assert letter.register_entry is not None
        assert prove(content(letter.document)).verdict is Verdict.INTACT
        assert letter.mail is not None
        assert [file.document_id for file in letter.mail.attachments] == [letter.document_id]
        with pikepdf.open(BytesIO(content(letter.document))) as pdf:
            assert str(pdf.docinfo["/Title"]).endswith(f" {letter.register_entry.label}")


def test_issue_letters_leaves_one_out_when_its_approval_is_taken_back_meanwhile(approved: Conference) -> None:
    one = select(Letter.id).join(Letter.municipality).where(Municipality.slug == "town-012")
    twelfth = db.session.scalars(one).one()

    def take_back(done: int, _total: int) -> None:
        if done == 1:  # it is laid out for a number already
            take_back_approval(letters=[db.session.get_one(Letter, twelfth)], actor=ACTOR, at=NOW)

    outcome = issue_letters(conference=approved, actor=ACTOR, at=NOW, told=take_back)
    assert (outcome.count, outcome.refused) == (LETTERS - 1, [])
    assert _numbers() == list(range(1, LETTERS))
    assert db.session.get_one(Letter, twelfth).state is LetterState.DRAFT


def test_issue_letters_ends_between_two_parts_when_a_person_cancels_the_job(house: Flask, approved: Conference) -> None:
    number = _job(approved)

    def cancel() -> None:
        with house.app_context():
            while not _entries():
                time.sleep(0.01)
            db.session.rollback()
            cancel_job(job=db.session.get_one(Job, number), at=NOW)
            db.session.remove()

    person = threading.Thread(target=cancel)
    person.start()
    run_job(number)
    person.join(timeout=30)
    assert _state(number) is JobState.CANCELLED
    issued = _numbers()
    assert issued == list(range(1, len(issued) + 1))
    assert 0 < len(issued) < LETTERS
    states = [letter.state for letter in db.session.scalars(select(Letter))]
    assert (states.count(LetterState.ISSUED), states.count(LetterState.APPROVED)) == (
        len(issued), LETTERS - len(issued),
    )  # fmt: skip
    assert issue_letters(conference=approved, actor=ACTOR, at=now()).count == LETTERS - len(issued)
    assert _numbers() == list(range(1, LETTERS + 1))


def _below(number: int) -> list[int]:
    path = Path(f"/proc/{number}/task/{number}/children")
    return [int(each) for each in path.read_text().split()] if path.is_file() else []


def test_job_goes_on_with_the_rest_when_its_worker_was_killed(house: Flask, approved: Conference) -> None:
    number = _job(approved)
    db.session.remove()
    worker = _start(house, "worker")
    deadline = time.monotonic() + 90
    while not _entries():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    press = _below(worker.pid)
    worker.kill()
    worker.communicate()
    before = len(_numbers())
    assert 0 < before < LETTERS
    assert _state(number) is JobState.RUNNING
    while any(Path(f"/proc/{each}").exists() for each in press):  # nobody is left behind
        assert time.monotonic() < deadline
        time.sleep(0.05)
    again = _start(house, "worker")
    while _state(number) is not JobState.DONE:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    begun = time.monotonic()
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=30)
    assert time.monotonic() - begun < 15
    assert _numbers() == list(range(1, LETTERS + 1))
    keys = db.session.scalars(select(OutgoingMail.deed_key)).all()
    assert len(set(keys)) == len(keys) == LETTERS


def test_issue_letters_leaves_no_gap_and_no_double_when_many_issue_and_some_are_killed(
    house: Flask, approved: Conference
) -> None:
    many, doomed = 8, 3
    db.session.remove()
    processes = [_issue(house) for _ in range(many)]
    deadline = time.monotonic() + 120
    while _entries() < 4:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    for process in processes[:doomed]:
        process.send_signal(signal.SIGKILL)
        time.sleep(0.15)
    killed = [process.wait(timeout=60) for process in processes[:doomed]]
    ended = [process.communicate(timeout=180) for process in processes[doomed:]]
    for process in processes[:doomed]:
        process.communicate()
    assert -signal.SIGKILL in killed
    assert [process.returncode for process in processes[doomed:]] == [0] * (many - doomed), [
        err.decode() for _, err in ended
    ]
    last = _issue(house)
    last.communicate(timeout=120)
    assert last.returncode == 0
    db.session.rollback()
    db.session.expire_all()
    register = db.session.scalars(select(OutgoingRegister)).one()
    assert register.last_number == LETTERS
    numbers = db.session.scalars(select(RegisterEntry.number).order_by(RegisterEntry.number)).all()
    assert list(numbers) == list(range(1, LETTERS + 1))
    letters = db.session.scalars(select(Letter)).all()
    assert {letter.state for letter in letters} == {LetterState.ISSUED}
    assert sorted(letter.register_entry.number for letter in letters if letter.register_entry) == list(numbers)
    for letter in letters:
        assert letter.document is not None
        assert letter.register_entry is not None
        with pikepdf.open(BytesIO(content(letter.document))) as pdf:
            assert str(pdf.docinfo["/Title"]).endswith(f" {letter.register_entry.label}")
    keys = db.session.scalars(select(OutgoingMail.deed_key)).all()
    assert sorted(key or "" for key in keys) == sorted(f"letter-{letter.id}" for letter in letters)
