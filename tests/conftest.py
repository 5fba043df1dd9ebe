"""The house for tests: the real application on both databases, emptied before each test."""

from __future__ import annotations

import contextvars
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.compile_catalogues import compile_catalogues
from config import load_settings
from tests.own_folder import move_in

NOW = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)
BESIDE = Path(__file__).parent / "invitations"  # what script/test runs beside PostgreSQL and Chromium


class Visitor(FlaskClient):
    """A client whose requests share nothing with the test's own application context."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        from app.database import db

        response = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        db.session.expire_all()
        return response


def pytest_configure() -> None:
    """Everything temporary of this run goes into one folder, which goes with the run."""
    move_in()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark the tests on PostgreSQL; a file that says ``ONE_DATABASE`` looks at paper, which is the same on both.

    What drives Chromium comes last: its driver leaves an event loop to the thread, in which no letter can be signed.
    """
    on_both = []
    for item in items:
        given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        on_postgresql = given.get("house") == "postgresql"
        if on_postgresql:
            item.add_marker(pytest.mark.postgres)
        if item.path.is_relative_to(BESIDE):
            item.add_marker(pytest.mark.beside)
        if not (on_postgresql and getattr(getattr(item, "module", None), "ONE_DATABASE", False)):
            on_both.append(item)
    items[:] = on_both
    yield  # pytest chooses, and brings together what shares a database
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on one database, migrated from nothing by its own migrations."""
    from app import create_app
    from app.accounts.views import security
    from app.migrations import make_ready

    compile_catalogues()
    data = tmp_path_factory.mktemp(request.param)
    environment = {"RATUSHA_DATA": str(data), "RATUSHA_SECRET_KEY": "a key for tests only, not a secret"}
    if request.param == "postgresql":
        if os.environ.get("RATUSHA_TEST_SKIP_POSTGRES"):
            pytest.skip("PostgreSQL left out by RATUSHA_TEST_SKIP_POSTGRES")
        from tests.postgres_server import fresh_database

        environment["RATUSHA_DATABASE_URL"] = fresh_database()
    settings = load_settings(environment)
    app = create_app(__import__("dataclasses").replace(settings, testing=True))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Visitor
    security.pwd_context.update(argon2__time_cost=1, argon2__memory_cost=64)  # passwords of tests guard nothing
    with app.app_context():
        make_ready()
    yield app
    with app.app_context():
        from app.database import db

        db.session.remove()
        db.engine.dispose()
        app.extensions["ratusha.queue"].storage.close()


def empty_house(app: Flask) -> None:
    """Delete every row, every waiting job and every file of the house."""
    from sqlalchemy import text

    from app.database import Model, db, transaction

    db.session.rollback()
    db.session.remove()
    tables = list(reversed(Model.metadata.sorted_tables))
    names: set[str] = set()
    with transaction() as session:
        if db.engine.dialect.name == "postgresql":
            # TRUNCATE makes a new file for each of the tables, full or not: that took longer than most tests
            filled = " UNION ALL ".join(
                f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")" for table in tables
            )
            names = set(session.scalars(text(filled)))
            for table in tables:
                if table.name in names:
                    session.execute(table.delete())
            session.execute(
                text(
                    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) "
                    "FROM pg_sequences WHERE last_value IS NOT NULL"
                )
            )
        else:
            for table in tables:
                session.execute(table.delete())
    db.session.remove()
    if names:  # new rows then lie in the order in which they come, each time
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM " + ", ".join(f'"{name}"' for name in sorted(names))))
    app.extensions["ratusha.queue"].flush()
    for kept in ("ratusha.published", "ratusha.earlier", "ratusha.lobby"):  # releases and scenes kept in memory
        app.extensions.pop(kept, None)
    for entry in Path(app.config["SETTINGS"].data).iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)


@pytest.fixture
def app(house: Flask) -> Iterator[Flask]:
    """The empty house, with its application context pushed."""
    with house.app_context():
        empty_house(house)
        yield house
        from app.database import db

        db.session.rollback()
        db.session.remove()


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Somebody without an account."""
    return app.test_client()


@pytest.fixture
def staff(app: Flask) -> Callable[[str], FlaskClient]:
    """``staff("organiser")``: a signed-in client with that role."""

    def enter(role: str) -> FlaskClient:
        from tests.factories import make_staff

        member = make_staff(role=role)
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = member.fs_uniquifier
            session["_fresh"] = True
        return client

    return enter


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Run every job that waits, in this process; returns how many ran."""

    def run() -> int:
        from sqlalchemy import select

        from app.database import db
        from app.jobs import Job, JobState, run_job

        count = 0
        while True:
            found = db.session.scalar(select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id))
            if found is None:
                return count
            run_job(found)
            count += 1

    return run
