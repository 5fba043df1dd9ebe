"""Several statements that the server gets in one go.

What many people do at one moment (registering at a conference) holds a row for as long as the server is asked and
answers. PostgreSQL takes several statements at once (the pipeline mode of libpq) and answers them together, so that the
row is held for two answers instead of ten. The embedded database is asked without a wire; nothing is gained there, and
its statements run one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, Insert, Select, Table, bindparam, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.exc import DBAPIError

Rows = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def lock_and_ask(
    connection: Connection, table: Table, identity: int, question: Select[Any], given: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The one row that ``question`` gives once the row ``identity`` of ``table`` is held (FOR NO KEY UPDATE).

    :param question: keep it for ever, it is compiled once; the driver's own values come back (numbers, texts, truths,
        moments), so it asks for no other types.
    :param given: the values of its parameters, by name.
    """
    if connection.dialect.name == "sqlite":
        return tuple(connection.execute(question, given).one())
    with _together(connection) as raw:
        raw.execute(_lock_of(table), {"id": identity})
        asked = _compiled(question)
        answer = raw.execute(str(asked), asked.construct_params(dict(given)))
    found = answer.fetchone()
    if found is None:
        raise LookupError("a question that always gives one row gave none")
    return tuple(found)


def add_and_commit(connection: Connection, waiting: Sequence[tuple[Insert, Rows]]) -> None:
    """Add these rows and end the transaction. What the session commits afterwards goes over no wire."""
    with _together(connection) as raw:
        for statement, rows in waiting:
            connection.execute(statement, rows)
        raw.execute("COMMIT")


@contextmanager
def _together(connection: Connection) -> Iterator[psycopg.Connection[Any]]:
    raw: Any = connection.connection.driver_connection
    try:
        with raw.pipeline():
            yield raw
    except psycopg.Error as reason:  # as the database layer says it for every other statement
        known = DBAPIError.instance("several at once", None, reason, psycopg.Error, dialect=connection.dialect)
        raise known from reason


@cache
def _lock_of(table: Table) -> str:
    held = select(table.c.id).where(table.c.id == bindparam("id")).with_for_update(key_share=True)
    return str(_compiled(held))


@cache
def _compiled(question: Select[Any]) -> Compiled:
    return question.compile(dialect=postgresql.psycopg.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's own
