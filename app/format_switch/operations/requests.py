"""Withdrawing what people asked for because they came and the papers made for them, and giving it back.

Within the switch's transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from app.database import transaction
from app.delegations.models import Delegate
from app.format_switch.models import FormatSwitch, WithdrawnRequest
from app.format_switch.queries.requests import papers, parts
from app.format_switch.rules import SwitchPlan
from app.format_switch.rules.requests import COLUMNS, Paper, Request

_QUIETLY = {"synchronize_session": False}


def move_requests(*, deed: FormatSwitch, plan: SwitchPlan, at: datetime) -> None:
    """Take out what is withdrawn, remembering it word by word; write back what counts again.

    What somebody has said anew since is theirs and stays.
    """
    with transaction() as session:
        for kind, one in plan.requests.items():
            if isinstance(kind, Paper):
                _mark(kind, one.withdrawn, at)
                _mark(kind, one.back, None)
                continue
            _take_out(deed, kind, one.withdrawn, at)
            _write_back(kind, one.back, at)
        session.flush()
        session.expire_all()


def _mark(kind: Paper, ids: tuple[int, ...], at: datetime | None) -> None:
    """Withdraw papers at that moment, or let them count again."""
    with transaction() as session:
        for some in parts(ids):
            table, _owner, which = papers(kind, some, withdrawn=at is None)
            session.execute(update(table).where(*which).values(withdrawn_at=at).execution_options(**_QUIETLY))


def _take_out(deed: FormatSwitch, kind: Request, ids: tuple[int, ...], at: datetime) -> None:
    columns = COLUMNS[kind]
    with transaction() as session:
        for some in parts(ids):
            session.execute(
                delete(WithdrawnRequest)
                .where(WithdrawnRequest.delegate_id.in_(some), WithdrawnRequest.kind == kind)
                .execution_options(**_QUIETLY)
            )
            rows = session.execute(
                select(Delegate.id, *(getattr(Delegate, name) for name in columns)).where(Delegate.id.in_(some))
            ).mappings()
            kept = [
                {"switch_id": deed.id, "delegate_id": row["id"], "kind": kind,
                 "said": {name: row[name] for name in columns if row[name]}}
                for row in rows
            ]  # fmt: skip
            session.execute(insert(WithdrawnRequest), kept)
            session.execute(
                update(Delegate)
                .where(Delegate.id.in_(some))
                .values(dict.fromkeys(columns, "") | {"updated_at": at, "version": Delegate.version + 1})
                .execution_options(**_QUIETLY)
            )


def _write_back(kind: Request, ids: tuple[int, ...], at: datetime) -> None:
    columns = COLUMNS[kind]
    with transaction() as session:
        for some in parts(ids):
            mine = (WithdrawnRequest.delegate_id.in_(some), WithdrawnRequest.kind == kind)
            said = {row.delegate_id: row.said for row in session.scalars(select(WithdrawnRequest).where(*mine))}
            rows = session.execute(
                select(Delegate.id, Delegate.version, *(getattr(Delegate, name) for name in columns)).where(
                    Delegate.id.in_(some)
                )
            ).mappings()
            values: list[dict[str, Any]] = [
                {"id": row["id"], "updated_at": at, "version": row["version"] + 1}
                | {name: said[row["id"]].get(name, "") for name in columns}
                for row in rows
                if not any(row[name] for name in columns)
            ]
            if values:
                session.connection().execute(
                    update(Delegate)
                    .where(Delegate.id == bindparam("of_id"))
                    .values({name: bindparam(f"of_{name}") for name in (*columns, "updated_at", "version")}),
                    [{f"of_{name}": value for name, value in row.items()} for row in values],
                )
            session.execute(delete(WithdrawnRequest).where(*mine).execution_options(**_QUIETLY))
