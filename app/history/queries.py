"""Reading history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.database import Model, db
from app.history.models import HistoryEntry


def of(subject: Model, *, limit: int = 50) -> list[HistoryEntry]:
    """The newest entries about a row, newest first."""
    return list(
        db.session.scalars(
            select(HistoryEntry)
            .where(
                HistoryEntry.subject_kind == subject.__tablename__,
                HistoryEntry.subject_id == getattr(subject, "id", None),
            )
            .order_by(HistoryEntry.id.desc())
            .limit(limit)
        )
    )


def done_to(subjects: type[Model], ids: Iterable[int], deed: str) -> Sequence[HistoryEntry]:
    """Every time a deed was done to one of these rows, oldest first."""
    return db.session.scalars(
        select(HistoryEntry)
        .where(
            HistoryEntry.subject_kind == subjects.__tablename__,
            HistoryEntry.subject_id.in_(list(ids)),
            HistoryEntry.deed == deed,
        )
        .order_by(HistoryEntry.id)
    ).all()


def has_happened(deed: str, conference_id: int) -> bool:
    """Whether a deed was ever done at a conference."""
    question = select(HistoryEntry.id).where(HistoryEntry.conference_id == conference_id, HistoryEntry.deed == deed)
    return db.session.scalar(question.limit(1)) is not None
