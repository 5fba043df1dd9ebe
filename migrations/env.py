"""Alembic's way into the application's database."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app import blueprints
from app.database import Model, UtcDateTime, db

blueprints.load_models()


def render_item(type_: str, obj: object, _autogen_context: object) -> str | bool:
    """Write our moments as plain SQLAlchemy types, so that a migration never imports the application."""
    if type_ == "type" and isinstance(obj, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _enforce_references(connection: Connection, word: str) -> None:
    """Switch the foreign keys of SQLite; outside of a transaction, where alone it takes effect."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={word}")


def run() -> None:
    """Migrate on the application's engine, all revisions in one transaction."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # a table that is copied is dropped: nothing may be deleted because of that
            _enforce_references(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=sqlite,
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(72617475)")
            context.run_migrations()
            if sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"rows refer to rows that are gone: {lost[:5]}")
        connection.commit()
        if sqlite:
            _enforce_references(connection, "ON")


_ = current_app
run()
