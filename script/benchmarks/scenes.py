"""Scenes the benchmarks share: the demo in a database of its own, and pages asked for in the process."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)
KALUGA = "xvi-kaluga-2021"
KRASNODAR = "xiv-krasnodar-2017"


def as_served() -> None:
    """Let the collector of cycles be as calm as in a worker that serves (deploy/gunicorn.conf.py)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@contextmanager
def demo(**given: str) -> Iterator[Any]:
    """The application with the demo loaded, its context pushed; gone afterwards. ``given``: further settings."""
    from app import create_app
    from app.migrations import make_ready
    from config import load_settings

    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"RATUSHA_DATA": folder, "RATUSHA_SECRET_KEY": "only for the benchmark", **given})
        app = create_app(replace(settings, testing=True))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            make_ready()
            from app.database import db
            from app.demo.load import load_demo

            load_demo(at=NOW)
            yield app
            db.session.remove()
            db.engine.dispose()


def conference(slug: str) -> Any:
    """A conference of the demo."""
    from app.conferences.queries import get

    return get(slug)


def ask(app: Any, url: str) -> None:
    """Ask for a page as the first visitor of a fresh request would.

    :raises RuntimeError: when it is not answered with 200.
    """
    import contextvars

    answer = contextvars.Context().run(app.test_client().get, url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
