"""The database: one typed base for all models, one way to write.

Reads happen anywhere; every write happens inside :func:`transaction`. On SQLite the write lock is taken
when the transaction opens (``BEGIN IMMEDIATE``), so that whatever a deed reads before it decides is what
will still be true when it commits; on PostgreSQL a deed locks the row it decides by with :func:`lock`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Enum, Insert, MetaData, Select, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app.at_once import Rows, add_and_commit
from app.at_once import lock_and_ask as ask_under_lock
from app.turns import PATIENCE, turn_to_write

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Model, disable_autonaming=True, session_options={"expire_on_commit": False})
migrate = Migrate(db=db, compare_type=True)

Row = TypeVar("Row", bound=Model)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases. A naive value is a mistake of the caller."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite gets them without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Always aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum], name: str) -> Enum:
    """A column type holding the values of ``kind`` with a named CHECK, the same on both databases."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=max(24, *(len(member.value) for member in kind)),
        values_callable=lambda members: [member.value for member in members],
    )


class WriteOutsideTransaction(RuntimeError):
    """A programming mistake: rows were changed outside ``with transaction():``."""


_BEGIN = text("BEGIN IMMEDIATE")
_DEPTH = "ratusha.depth"
_HOOKS = "ratusha.after_commit"
_REHEARSAL = "ratusha.rehearsal"
_WAITING = "ratusha.waiting"  # None: nothing may wait


@contextmanager
def transaction(*, at_once: bool = False) -> Iterator[Session]:
    """One deed: all of it or nothing. Re-entrant: an inner one joins the outer.

    What was loaded before is read again after the lock is held, so decisions rest on what is true now.
    Functions given to :func:`after_commit` run once the outermost transaction is on disk, never otherwise.

    :param at_once: rows given to :func:`write_later` may wait for the end, where PostgreSQL gets them in one go with
        the COMMIT; for deeds of a crowd that ask nothing of these rows meanwhile.
    """
    session = db.session()
    if session.info.get(_DEPTH, 0):
        session.info[_DEPTH] += 1
        try:
            yield session
        finally:
            session.info[_DEPTH] -= 1
        return
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        session.rollback()
        raise WriteOutsideTransaction("rows were changed before the transaction began")
    if session.in_transaction():
        session.commit()  # ends the reads before; nothing is pending
    session.expire_all()
    session.info[_DEPTH] = 1
    session.info[_HOOKS] = []
    session.info[_WAITING] = [] if at_once and not is_sqlite() and not session.info.get(_REHEARSAL) else None
    try:
        with _turn(session):
            yield session
            if session.info.get(_REHEARSAL):
                session.flush()
                session.rollback()
                session.info[_HOOKS] = []
            else:
                if session.info[_WAITING]:
                    session.flush()
                    add_and_commit(session.connection(), session.info[_WAITING])
                session.commit()
    except BaseException:
        session.rollback()
        session.info[_HOOKS] = []
        raise
    finally:
        session.info[_DEPTH], session.info[_WAITING] = 0, None
    hooks: list[Callable[[], object]] = session.info.pop(_HOOKS)
    for hook in hooks:
        hook()


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """Hold the write lock of SQLite from here on; on other databases nothing happens."""
    bind = session.get_bind()
    if bind.dialect.name != "sqlite":
        yield
        return
    with turn_to_write(bind.engine.url.database or ""):
        try:
            session.execute(_BEGIN)
            yield
        except BaseException:
            session.rollback()
            raise


def write_later(statement: Insert, rows: Rows) -> None:
    """Add rows whose ids nobody asks for: now, or at the end where the transaction lets them wait (``at_once``).

    :param statement: an insert made with ``.inline()``: no id comes back.
    """
    session = db.session()
    if not session.info.get(_DEPTH, 0):
        raise WriteOutsideTransaction("write_later outside of a transaction")
    waiting = session.info[_WAITING]
    if waiting is None or session.in_nested_transaction():
        session.execute(statement, rows)
    else:
        waiting.append((statement, rows))


def lock_and_ask(kind: type[Model], identity: int, question: Select[Any], given: Mapping[str, Any]) -> tuple[Any, ...]:
    """Hold the row ``identity`` of ``kind`` until the transaction ends, and ask ``question``: one answer of the server.

    Nothing that the session has loaded is read anew. More in :func:`app.at_once.lock_and_ask`.
    """
    session = db.session()
    session.flush()
    return ask_under_lock(session.connection(), kind.metadata.tables[kind.__tablename__], identity, question,
                                given)  # fmt: skip


def after_commit(hook: Callable[[], object]) -> None:
    """Run ``hook`` when the outermost transaction has committed; drop it when that fails."""
    session = db.session()
    if not session.info.get(_DEPTH, 0):
        raise WriteOutsideTransaction("after_commit outside of a transaction")
    session.info[_HOOKS].append(hook)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Everything done inside is computed in full and then undone (``--dry-run``)."""
    session = db.session()
    session.info[_REHEARSAL] = True
    try:
        with transaction():
            yield
    finally:
        session.info[_REHEARSAL] = False


def rehearsing() -> bool:
    """Whether what is done now will be undone: then nothing may be left on disk either."""
    return bool(db.session().info.get(_REHEARSAL))


def lock(row: Row) -> Row:
    """Hold ``row`` until the transaction ends and read it anew. On SQLite the whole file is held already.

    Others may write rows that refer to it meanwhile (FOR NO KEY UPDATE): a mail of a conference waits for nobody
    who decides about its places.
    """
    session = db.session()
    session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    return row


def is_sqlite() -> bool:
    """Whether the embedded database is in use."""
    return bool(db.engine.dialect.name == "sqlite")


@event.listens_for(Session, "before_flush")
def _require_transaction(session: Session, _context: Any, _instances: Any) -> None:
    if session.info.get(_DEPTH, 0):
        return
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise WriteOutsideTransaction("rows may be changed only inside `with transaction():`")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN IMMEDIATE ourselves; reads take no lock
    cursor = connection.cursor()
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=NORMAL",
        "PRAGMA foreign_keys=ON",
        f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}",
        "PRAGMA cache_size=-16000",
        "PRAGMA temp_store=MEMORY",
    ):
        cursor.execute(statement)
    cursor.close()


def fold(value: str | None) -> str | None:
    """Lower case for searching, in every script; ``ё`` is found as ``е``."""
    return None if value is None else value.casefold().replace("ё", "е")


def _add_functions(connection: Any, _record: Any) -> None:
    connection.create_function("fold", 1, fold, deterministic=True)


IDLE = 1.0  # seconds; what lay idle for longer is asked whether it still stands before it is used again
_LAST_USED = "ratusha.last_used"


def _note_use(_connection: Any, record: Any) -> None:
    record.info[_LAST_USED] = time.monotonic()


def _prove_alive(connection: Any, record: Any, ping: Callable[[Any], bool]) -> None:
    """The server may have been restarted meanwhile; the pool connects anew then."""
    if time.monotonic() < record.info.get(_LAST_USED, time.monotonic()) + IDLE:
        return
    try:
        alive = ping(connection)
    except Exception as reason:
        raise DisconnectionError("the server no longer answers on an idle connection") from reason
    if not alive:
        raise DisconnectionError("the server no longer answers on an idle connection")


def init_app(app: Flask) -> None:
    """Bind the database to ``app``; connects lazily."""
    db.init_app(app)
    migrate.init_app(app, directory=str(app.config["MIGRATIONS"]))
    with app.app_context():
        engine: Engine = db.engine
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "connect", _add_functions)
        else:
            event.listen(engine, "checkin", _note_use)
            event.listen(
                engine, "checkout",
                lambda connection, record, _proxy: _prove_alive(connection, record, engine.dialect.do_ping),
            )  # fmt: skip
