"""Writing history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.database import Model, transaction, write_later
from app.history.models import HistoryEntry
from app.history.rules import Actor

_NEW_ENTRY = insert(HistoryEntry.metadata.tables[HistoryEntry.__tablename__]).inline()  # no row is loaded again


def record(
    *,
    deed: str,
    subject: Model | None,
    actor: Actor,
    at: datetime,
    details: Mapping[str, Any] | None = None,
    conference_id: int | None = None,
) -> None:
    """Append one entry in the surrounding transaction. ``subject`` must have its id already (flush first)."""
    with transaction():
        write_later(
            _NEW_ENTRY,
            {
                "at": at,
                "actor_kind": actor.kind,
                "actor_id": actor.id,
                "actor_label": actor.label,
                "deed": deed,
                "subject_kind": subject.__tablename__ if subject is not None else "",
                "subject_id": getattr(subject, "id", None),
                "conference_id": conference_id or getattr(subject, "conference_id", None),
                "details": dict(details or {}),
            },
        )
