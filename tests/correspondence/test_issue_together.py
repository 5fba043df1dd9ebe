"""Many issue at once, some are killed: numbers have no gap and no double."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.operations import approve_letters, prepare_letters
from app.correspondence.rules import LetterKind, LetterState
from app.database import db, transaction
from app.directory.models import MunicipalHead, Municipality
from app.directory.rules import Gender, MunicipalityKind
from app.documents.queries import content
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
        [sys.executable, "-m", "app.commands", "letters", "issue", "--conference", "xvi-kaluga-2021", "--json"],
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


def test_issue_letters_leaves_no_gap_and_no_double_when_eight_issue_and_three_are_killed(
    house: Flask, approved: Conference
) -> None:
    db.session.remove()
    processes = [_issue(house) for _ in range(8)]
    deadline = time.monotonic() + 120
    while _entries() < 4:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    for process in processes[:3]:
        process.send_signal(signal.SIGKILL)
        time.sleep(0.15)
    killed = [process.wait(timeout=60) for process in processes[:3]]
    ended = [process.communicate(timeout=180) for process in processes[3:]]
    for process in processes[:3]:
        process.communicate()
    assert -signal.SIGKILL in killed
    assert [process.returncode for process in processes[3:]] == [0] * 5, [err.decode() for _, err in ended]
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
