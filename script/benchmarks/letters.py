"""Letters to Russian heads: composed, laid out, numbered, sealed, registered, queued; and what pages feel of it."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from script.benchmarks import case
from script.benchmarks.scenes import KALUGA, KRASNODAR, NOW, conference, demo

MANY = 300
VERY_MANY = 3000
# Lots of letters set down before anything is measured: one to warm up, one for each run.
LOTS = 4
_FIRST = ("Иван", "Пётр", "Евгений", "Сергей", "Владимир", "Эдуард", "Магомедрасул")
_LAST = ("Иванов", "Щукин", "Первышов", "Жуков", "Юхтанхольм", "Гаджимагомедрасулов", "Кузнецов")
_PATRONYMIC = ("Иванович", "Петрович", "Алексеевич", "Сергеевич", "Жоржевич")
# Facts of the demo's invitation that would make it longer than a page.
_LEFT_OUT = ("preparation", "guests", "anniversary")
_PAGES = (f"/ru/c/{KRASNODAR}/programme", "/de/", f"/ru/c/{KALUGA}/", f"/en/c/{KRASNODAR}/")


def _towns(count: int) -> None:
    """Russian municipalities with a head each and one to three of the demo's German partners."""
    from sqlalchemy import select

    from app.database import transaction
    from app.directory.models import MunicipalHead, Municipality, Partnership
    from app.directory.rules import Gender, MunicipalityKind, PartnershipKind

    choose = random.Random(1)  # the same towns every time
    with transaction() as session:
        german = session.scalars(select(Municipality.id).where(Municipality.country == "DE").limit(40)).all()
        for number in range(1, count + 1):
            town = Municipality(
                slug=f"town-{number:04}", name_ru=f"Город-{number:04}", name_de=f"Stadt {number:04}", country="RU",
                name_en=f"Town {number:04}", kind=MunicipalityKind.CITY, iso3166_2="RU-XYZ", updated_at=NOW, search="",
            )  # fmt: skip
            town.heads.append(
                MunicipalHead(
                    office_ru=f"Глава города Город-{number:04}", last=choose.choice(_LAST),
                    first=choose.choice(_FIRST), patronymic=choose.choice(_PATRONYMIC), gender=Gender.MALE,
                    email=f"head@town-{number:04}.example", as_of="2021", updated_at=NOW,
                )
            )  # fmt: skip
            session.add(town)
            session.flush()
            for partner in choose.sample(german, choose.randint(1, 3)):
                session.add(
                    Partnership(a_id=min(partner, town.id), b_id=max(partner, town.id), updated_at=NOW,
                                kind=next(iter(PartnershipKind)))
                )  # fmt: skip


def _approved(count: int) -> list[int]:
    """So many approved invitations of one page each, with the demo's enclosures."""
    from sqlalchemy import select

    from app.correspondence.models import Letter
    from app.correspondence.operations import approve_letters, prepare_letters, set_brief
    from app.correspondence.rules import LetterKind, LetterState
    from app.database import db
    from app.demo.facts import BRIEFS
    from app.history.rules import COMMAND

    given: dict[str, Any] = {"conference": conference(KALUGA), "actor": COMMAND, "at": NOW}
    facts = {name: value for name, value in BRIEFS["ru"].items() if name not in _LEFT_OUT}
    _towns(count)
    set_brief(**given, kind=LetterKind.INVITATION, language="ru", facts=facts)
    prepare_letters(**given, kind=LetterKind.INVITATION, selection="region:RU-XYZ")
    approve_letters(**given, kind=LetterKind.INVITATION)
    ids = list(db.session.scalars(select(Letter.id).where(Letter.state == LetterState.APPROVED).order_by(Letter.id)))
    if len(ids) < count:
        raise RuntimeError(f"{len(ids)} letters instead of {count}")
    return ids


def _measured(app: Any, count: int, *, lots: int, signed: bool) -> Callable[[], dict[str, Any]]:
    from app.correspondence.operations import issue_letters
    from app.history.rules import COMMAND

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], sign_letters=signed)
    ids = _approved(count * (lots - 1) + 40)

    def issue(part: list[int]) -> dict[str, Any]:
        done = issue_letters(conference=conference(KALUGA), letter_ids=part, actor=COMMAND, at=NOW)
        if len(done.letters) != len(part):
            raise RuntimeError(f"{len(done.letters)} letters instead of {len(part)}")
        sheets = {letter.document.sheets for letter in done.letters if letter.document is not None}
        if sheets != {1}:
            raise RuntimeError(f"letters of {sheets} sheets instead of one")
        return {"worker_mb": _largest_child()}

    first, ids[:] = ids[:40], ids[40:]
    issue(first)

    def work() -> dict[str, Any]:
        part, ids[:] = ids[:count], ids[count:]
        if len(part) < count:
            raise RuntimeError("no letters are left for another run")
        return issue(part)

    return work


def _children() -> list[int]:
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(number) for number in path.read_text().split()] if path.is_file() else []


def _largest_child() -> float:
    """The most memory one of the processes of the press has held, in MB."""
    most = 0.0
    for number in _children():
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{number}/status").read_text().splitlines()
            most = max(most, *(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")))
    return round(most, 1)


@case("issue-300", items=MANY)
def issue() -> Iterator[Callable[[], object]]:
    """Number, page with its code, seal, register entry and mail; unsigned."""
    with demo() as app:
        yield _measured(app, MANY, lots=LOTS, signed=False)


@case("signed-300", items=MANY)
def issue_signed() -> Iterator[Callable[[], object]]:
    """The same, each file signed."""
    with demo() as app:
        yield _measured(app, MANY, lots=LOTS, signed=True)


@case("issue-3000", items=VERY_MANY, long=True)
def issue_very_many() -> Iterator[Callable[[], object]]:
    """Ten times as many: they take ten times as long."""
    with demo() as app:
        yield _measured(app, VERY_MANY, lots=2, signed=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _house(settings: Any, port: int) -> Iterator[None]:
    """The web server and the worker, as ``script/server`` starts them, on the data of the scene."""
    given = {
        **os.environ, "RATUSHA_DATA": str(settings.data), "RATUSHA_SECRET_KEY": settings.secret_key,
        "RATUSHA_SIGN_LETTERS": "0",
    }  # fmt: skip
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, str(root / "script" / "serve.py"), "--port", str(port)], cwd=root, env=given,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), _direct().open(f"http://127.0.0.1:{port}/readyz", timeout=5):
                break
            if time.monotonic() > end or child.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=30)


def _direct() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


@case("pages-meanwhile", items=MANY)
def pages_meanwhile() -> Iterator[Callable[[], object]]:
    """The worker issues; two readers ask for pages one after the other. ``p95_ms`` is what they wait for one."""
    with demo() as app:
        from app.correspondence.jobs import issue_letters_job  # noqa: F401  # registers the kind of job
        from app.database import db
        from app.jobs import Job, JobState, start_job

        ids = _approved(MANY * (LOTS - 1))
        port = _free_port()
        db.session.remove()
        with _house(app.config["SETTINGS"], port):

            def read(waits: list[float], stop: threading.Event) -> None:
                number, opener = 0, _direct()
                while not stop.is_set():
                    begun = time.perf_counter()
                    with opener.open(f"http://127.0.0.1:{port}{_PAGES[number % len(_PAGES)]}", timeout=30) as answer:
                        answer.read()
                    waits.append(time.perf_counter() - begun)
                    number += 1
                    stop.wait(0.05)

            def work() -> dict[str, Any]:
                part, ids[:] = ids[:MANY], ids[MANY:]
                waits: list[float] = []
                stop = threading.Event()
                readers = [threading.Thread(target=read, args=(waits, stop)) for _ in range(2)]
                params = {"conference_id": conference(KALUGA).id, "letter_ids": part, "actor_id": None,
                          "actor": "benchmark", "language": "ru"}  # fmt: skip
                row = start_job(kind="issue-letters", params=params, started_by="benchmark", at=NOW)
                number = row.id
                for reader in readers:
                    reader.start()
                while True:
                    db.session.remove()
                    state = db.session.get_one(Job, number).state
                    if state not in {JobState.QUEUED, JobState.RUNNING}:
                        break
                    time.sleep(0.1)
                stop.set()
                for reader in readers:
                    reader.join()
                if state is not JobState.DONE:
                    raise RuntimeError(f"the job ended {state.value}")
                return {
                    "pages": len(waits),
                    "p50_ms": round(statistics.median(waits) * 1000, 1),
                    "p95_ms": round(statistics.quantiles(waits, n=20)[-1] * 1000, 1),
                }

            yield work
