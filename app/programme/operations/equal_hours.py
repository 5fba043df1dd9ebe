"""Hours of a file in the night in which clocks are put back: which of two equal ones is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.programme.models import ProgrammeSession
from app.programme.rules.programme_file import Item, ProgrammeFile, twice_told
from app.tables import Rejected


def settle_equal_hours(file: ProgrammeFile, conference: Conference) -> list[Rejected]:
    """While the file keeps the hour of the draft, it means the same of the two; else it is told which one is taken."""
    unsure = {item.code for item in file.items if item.twice}
    if not unsure:
        return []
    zone, told = ZoneInfo(conference.timezone), []
    rows = db.session.execute(
        select(ProgrammeSession.code, ProgrammeSession.starts_at, ProgrammeSession.ends_at).where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.code.in_(unsure)
        )
    )
    known = {row.code: row for row in rows}
    for number, item in enumerate(file.items):
        there = known.get(item.code)
        if item.twice and there is not None:
            file.items[number] = item = _as_in_draft(item, there.starts_at, there.ends_at, zone)
        told += twice_told(item, conference.timezone)
    return told


def _as_in_draft(item: Item, starts_at: datetime | None, ends_at: datetime | None, zone: ZoneInfo) -> Item:
    def same(one: datetime | None, other: datetime | None) -> bool:
        clocks = [moment.astimezone(zone).replace(tzinfo=None, fold=0) if moment else None for moment in (one, other)]
        return clocks[0] == clocks[1]

    if not same(item.starts_at, starts_at):
        return item
    kept = replace(item, starts_at=starts_at, twice=tuple(name for name in item.twice if name != "start"))
    if "end" not in item.twice or item.ends_at is None or starts_at is None:
        return kept
    later = item.ends_at.astimezone(zone).replace(fold=1).astimezone(UTC)
    if same(item.ends_at, ends_at):
        return replace(kept, ends_at=ends_at, twice=())
    return replace(kept, ends_at=later, twice=()) if item.ends_at <= starts_at else kept
