"""What a page costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from app.database import db


def statements_of(call: Callable[[], Any]) -> list[str]:
    """The statements the database is sent meanwhile."""
    statements: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return statements


def queries_of(call: Callable[[], Any]) -> int:
    """How many statements the database is sent while a page is answered."""

    def answered() -> None:
        assert call().status_code == 200

    return len(statements_of(answered))
