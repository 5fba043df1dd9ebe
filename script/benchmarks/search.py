"""Finding delegates over both scripts: among 700, and the desk's page among 10,000."""

from __future__ import annotations

import csv
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from script.benchmarks import case
from script.benchmarks.scenes import KALUGA, KRASNODAR, NOW, conference, demo
from script.benchmarks.served import has_postgresql

MANY = 10_000
ASKED = 40  # pages in one run
FAMILIES = (
    ("Шмидт", "Shmidt"), ("Денисов", "Denisov"), ("Соловьёв", "Solovev"), ("Кузнецова", "Kuznetsova"),
    ("Чернышёв", "Chernyshev"), ("Орлова", "Orlova"), ("Müller", "Müller"), ("Jäger", "Jäger"), ("Weiß", "Weiß"),
    ("Hoffmann", "Hoffmann"), ("Заболоцкий", "Zabolotskii"), ("Щербаков", "Shcherbakov"),
)  # fmt: skip
GIVEN = ("Анна", "Фёдор", "Ольга", "Юрий", "Jörg", "Hans", "Sigrid", "Мария", "Евгений", "Alexander")
QUERIES = ("", "Schmidt", "Шмидт", "Denissow", "соловьев анна", "jaeger", "schm", "weiss", "P00777", "nobody")


@contextmanager
def _many(**settings: str) -> Iterator[Any]:
    """The demo with ten thousand delegates in one conference, and a visitor who is signed in."""
    with demo(**settings) as app, tempfile.TemporaryDirectory() as folder:
        from app.accounts.models import Staff
        from app.database import db
        from app.delegations.operations import import_delegates
        from app.history.rules import COMMAND

        towns = [("kaluga", "RU"), ("karlsruhe", "DE"), ("krasnodar", "RU"), ("suhl", "DE"), ("hanau", "DE")]
        names = itertools.cycle(itertools.product(FAMILIES, GIVEN))
        file = Path(folder) / "delegates.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(["delegate_id", "last", "first", "last_latin", "city_slug", "country", "role", "email",
                             "attendance", "languages", "arrival"])  # fmt: skip
            for number, ((last, latin), first) in zip(range(MANY), names, strict=False):
                town, country = towns[number % len(towns)]
                arrival = f"2021-06-{26 + number % 3}T10:00+03:00"
                writer.writerow([f"P{number:05}", last, f"{first} {number}", latin, town, country, "member",
                                 f"p{number}@{town}.example", "onsite", "ru", arrival])  # fmt: skip
        import_delegates(conference=conference(KALUGA), path=file, skip_bad_rows=False, actor=COMMAND, at=NOW)
        member = db.session.query(Staff).filter_by(email="organiser@ratusha.example").one()
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = member.fs_uniquifier, True
        db.session.remove()
        yield client


def _ask(client: Any, *, piece: bool) -> dict[str, float]:
    import contextvars

    headers = {"HX-Request": "true"} if piece else {}
    seconds = []
    for words in itertools.islice(itertools.cycle(QUERIES), ASKED):
        start = time.perf_counter()
        url = f"/ru/desk/c/{KALUGA}/delegates"
        answer = contextvars.Context().run(client.get, url, query_string={"q": words}, headers=headers)
        seconds.append(time.perf_counter() - start)
        if answer.status_code != 200 or (words != "nobody" and b"<tbody>" not in answer.data):
            raise RuntimeError(f"{words}: answered {answer.status_code}")
    return {"p95_ms": round(sorted(seconds)[int(ASKED * 0.95)] * 1000, 1)}


@case("delegates-700", items=1)
def delegates() -> Iterator[Callable[[], object]]:
    """The first page of those whose name has «соловьёв» in it, whatever the spelling."""
    with demo():
        from app.delegations.queries import how_many, matching, page_of_delegates

        def work() -> None:
            question = matching(conference(KRASNODAR), words="соловьев")
            if how_many(question) < 1 or not page_of_delegates(question, offset=0, limit=50):
                raise RuntimeError("nobody was found")

        yield work


@case("page-10000", items=ASKED)
def whole_page() -> Iterator[Callable[[], object]]:
    """The whole page of the list among 10,000: the first one, and words in either script and any transcription."""
    with _many() as client:
        yield lambda: _ask(client, piece=False)


@case("typing-10000", items=ASKED)
def while_typing() -> Iterator[Callable[[], object]]:
    """The same, as the page asks while somebody types."""
    with _many() as client:
        yield lambda: _ask(client, piece=True)


def _on_postgresql() -> Iterator[Callable[[], object]]:
    """The whole page on PostgreSQL, on a server of the benchmark's own."""
    from tests.postgres_server import fresh_database

    with _many(RATUSHA_DATABASE_URL=fresh_database()) as client:
        yield lambda: _ask(client, piece=False)


if has_postgresql():
    case("page-10000-pg", items=ASKED)(_on_postgresql)


@case("xlsx-10000", items=MANY)
def workbook() -> Iterator[Callable[[], object]]:
    """The workbook of ten thousand, as the list offers it for download."""
    import contextvars

    with _many() as client:

        def work() -> None:
            answer = contextvars.Context().run(client.get, f"/ru/desk/c/{KALUGA}/delegates.xlsx")
            if answer.status_code != 200 or len(answer.data) < 100_000:
                raise RuntimeError(f"the workbook was answered {answer.status_code}")

        yield work


@case("doubles-10000", items=MANY)
def doubles() -> Iterator[Callable[[], object]]:
    """Looking ten thousand people through for those who stand on the list twice."""
    with _many():
        from app.delegations.queries.doubles import find_doubles

        yield lambda: find_doubles(conference(KALUGA)) and None
