"""What a page costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from app.database import db


def queries_of(call: Callable[[], Any]) -> int:
    """How many statements the database is sent while a page is answered."""
    statements: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert call().status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)
