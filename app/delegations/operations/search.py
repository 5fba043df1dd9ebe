"""What delegates are found by, made anew after its rules have changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sqlalchemy import Table, bindparam, select, update

from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.queries import is_up_to_date, search_text, sort_name

_AT_ONCE = 500


def refresh_search(*, stopped: Callable[[], bool] = lambda: False) -> int:
    """Make the search text of every row that older rules made; returns how many. Nothing else of a row changes."""
    table = cast(Table, Delegate.__table__)
    count = 0
    while not stopped():
        with transaction() as session:
            rows = session.execute(
                select(table).where(~is_up_to_date()).order_by(table.c.id).limit(_AT_ONCE)
            ).mappings()
            fresh = [{"key": row["id"], "text": search_text(dict(row)), "order": sort_name(dict(row))} for row in rows]
            if not fresh:
                return count
            session.connection().execute(
                update(table)
                .where(table.c.id == bindparam("key"))
                .values(search=bindparam("text"), sort_name=bindparam("order")),
                fresh,
            )
        db.session.expire_all()
        count += len(fresh)
    return count
