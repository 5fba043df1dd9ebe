"""Alembic's way into the application's database."""

from alembic import context
from flask import current_app

from app import blueprints
from app.database import Model, UtcDateTime, db

blueprints.load_models()


def render_item(type_: str, obj: object, _autogen_context: object) -> str | bool:
    """Write our moments as plain SQLAlchemy types, so that a migration never imports the application."""
    if type_ == "type" and isinstance(obj, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate on the application's engine, all revisions in one transaction."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(72617475)")
            context.run_migrations()
        connection.commit()


_ = current_app
run()
