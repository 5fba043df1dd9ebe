"""Questions to the list of delegates, kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import transaction
from app.delegations.models import SavedFilter
from app.errors import Refusal


def save_filter(
    *, conference: Conference, name: str, query: Mapping[str, Any], shared: bool, staff_id: int, at: datetime
) -> SavedFilter:
    """Keep ``query`` under ``name``; one of the same name of the same person is replaced.

    :raises Refusal: without a name, or with one that is too long.
    """
    name = " ".join(name.split())
    if not name:
        raise Refusal(_l("Please give the filter a name."), field="name")
    if len(name) > 80:
        raise Refusal(_l("Please use at most %(max)d characters.", max=80), field="name")
    with transaction() as session:
        row = session.scalar(
            select(SavedFilter).where(
                SavedFilter.conference_id == conference.id, SavedFilter.staff_id == staff_id, SavedFilter.name == name
            )
        )
        if row is None:
            row = SavedFilter(conference_id=conference.id, staff_id=staff_id, name=name, created_at=at)
            session.add(row)
        row.query, row.shared = dict(query), shared
        session.flush()
    return row


def forget_filter(*, saved: SavedFilter, staff_id: int) -> None:
    """Delete one's own filter.

    :raises Refusal: when somebody else made it.
    """
    if saved.staff_id != staff_id:
        raise Refusal(_l("Only whoever saved this filter can delete it."))
    with transaction() as session:
        session.delete(saved)
