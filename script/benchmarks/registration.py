"""Public registrations: one after the other in one process, and by a crowd at the production server."""

from __future__ import annotations

import contextvars
import itertools
from collections.abc import Callable, Iterator

from script.benchmarks import case
from script.benchmarks.scenes import KALUGA, ask, demo
from script.benchmarks.served import crowd, has_postgresql, served

POSTS = 50
CLIENTS, REGISTRATIONS = 50, 600


@case("post", items=POSTS)
def post() -> Iterator[Callable[[], object]]:
    """Complete registrations by the public form."""
    with demo() as app:
        numbers = itertools.count()

        def work() -> None:
            for _ in range(POSTS):
                number = next(numbers)
                form = {
                    "last": "Weber", "first": f"Kim {number}", "email": f"kim.weber{number}@suhl.example",
                    "role": "member", "municipality": "suhl", "consent_processing": "y", "nonce": f"bench-{number}",
                }  # fmt: skip
                client = app.test_client()
                answer = contextvars.Context().run(client.post, f"/de/c/{KALUGA}/register", data=form)
                if answer.status_code != 303:
                    raise RuntimeError(f"a registration was answered {answer.status_code}")

        yield work


@case("page", items=1)
def page() -> Iterator[Callable[[], object]]:
    """The empty form."""
    with demo() as app:
        yield lambda: ask(app, f"/ru/c/{KALUGA}/register")


def _served(**settings: str) -> Iterator[Callable[[], object]]:
    with served(**settings) as port:
        path = f"/de/c/{KALUGA}/register"
        crowd(port, path, clients=10, registrations=40)  # both processes have read what they keep

        def work() -> dict[str, float]:
            tally = crowd(port, path, clients=CLIENTS, registrations=REGISTRATIONS)
            if tally.errors:
                raise RuntimeError(f"{len(tally.errors)} errors, first of them: {tally.errors[0]}")
            return {"seconds": tally.seconds, **tally.facts()}

        yield work


@case("served-50", items=REGISTRATIONS)
def served_on_sqlite() -> Iterator[Callable[[], object]]:
    """Page and post of 50 clients at once under ``script/server``, on SQLite."""
    yield from _served()


def _served_on_postgresql() -> Iterator[Callable[[], object]]:
    from tests.postgres_server import fresh_database

    yield from _served(RATUSHA_DATABASE_URL=fresh_database())


if has_postgresql():  # a server of the benchmark's own, which need not survive a power cut
    case("served-50-pg", items=REGISTRATIONS)(_served_on_postgresql)
