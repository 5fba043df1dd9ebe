"""The migrations make what the models say."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app.database import Model, db
from app.migrations import heads, revision


def test_there_is_one_newest_revision_when_migrations_are_read(app: Flask) -> None:
    assert len(heads()) == 1
    assert revision() == heads()


def test_file_names_begin_with_their_revision_when_listed(app: Flask) -> None:
    for path in (Path(app.config["MIGRATIONS"]) / "versions").glob("[0-9]*.py"):
        assert f'revision = "{path.stem.split("_", 1)[0]}"' in path.read_text().replace("'", '"')


def test_models_do_not_drift_from_the_migrations_when_compared(app: Flask) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []
