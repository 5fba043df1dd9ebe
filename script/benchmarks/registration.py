"""Public registrations, one after the other in one process: form read, checked, place counted, mail queued."""

from __future__ import annotations

import contextvars
import itertools
from collections.abc import Callable, Iterator

from script.benchmarks import case
from script.benchmarks.scenes import KALUGA, ask, demo

POSTS = 50


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
