"""Making the database of a data folder ready: once, by one process, whoever comes first."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import exists, inspect, select, text

from app.database import Model, db

LOCK = "migrate.lock"
# Tables that may have rows in a database nobody has used yet.
_UNTOUCHED = frozenset({"history_entry", "job"})


def heads() -> set[str]:
    """The newest revisions in ``migrations/versions``, read from the files' names and texts."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(current_app.config["MIGRATIONS"]))
    return set(ScriptDirectory.from_config(config).get_heads())


def revision() -> set[str]:
    """The revision the database stands at; empty for a new one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return set()
        return {row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))}


def is_empty() -> bool:
    """Whether nobody has put anything into this database yet."""
    return not any(
        db.session.scalar(select(exists().select_from(table)))
        for table in Model.metadata.sorted_tables
        if table.name not in _UNTOUCHED
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _newest_known() -> str:
    """The newest revision by file name (0001_…, 0002_…), without importing Alembic (it costs 0.2 s)."""
    names = sorted(path.stem for path in (Path(current_app.config["MIGRATIONS"]) / "versions").glob("[0-9]*.py"))
    return names[-1].split("_", 1)[0] if names else ""


def make_ready() -> bool:
    """Bring the database to the newest revision; True when something was done."""
    if revision() == {_newest_known()}:
        return False
    from flask_migrate import upgrade

    with _alone(current_app.config["SETTINGS"].data):
        if revision() == heads():
            return False
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade()
        db.session.remove()
    return True
