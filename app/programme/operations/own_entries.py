"""Keeping in mind what the own calendar of a delegate has told them, so that it can be called off."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from app.database import db, lock, transaction
from app.delegations.models import Delegate
from app.programme.models import OwnEntry
from app.programme.rules.own_entries import Entry, told_next


def _rows(delegate: Delegate) -> dict[str, OwnEntry]:
    rows = db.session.scalars(
        select(OwnEntry).where(OwnEntry.delegate_id == delegate.id).execution_options(populate_existing=True)
    )
    return {row.uid: row for row in rows}


def _next(
    rows: Mapping[str, OwnEntry], sequences: Mapping[str, int], theirs: Collection[str]
) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """All entries as they are told now, and those of them that differ from what is kept."""
    told, new = {}, {}
    for uid in dict.fromkeys((*theirs, *rows)):
        if uid not in sequences:
            continue
        row = rows.get(uid)
        kept = Entry(row.sequence, row.raised, row.theirs) if row is not None else None
        entry = told_next(kept, sequence=sequences[uid], theirs=uid in theirs)
        if entry is not None:
            told[uid] = entry
            if entry != kept:
                new[uid] = entry
    return told, new


def tell_own_calendar(
    *, delegate: Delegate, sequences: Mapping[str, int], theirs: Collection[str]
) -> Mapping[str, Entry]:
    """The entries of somebody's own calendar by calendar sign, those called off that once stood in it too. Written
    only where something is new.

    :param sequences: of all sessions of the newest release.
    :param theirs: the sessions that stand in it now.
    """
    told, new = _next(_rows(delegate), sequences, theirs)
    if not new:
        return told
    with transaction() as unit:
        lock(delegate)
        rows = _rows(delegate)
        told, new = _next(rows, sequences, theirs)
        for uid, entry in new.items():
            row = rows.get(uid)
            if row is None:
                row = OwnEntry(delegate_id=delegate.id, uid=uid)
                unit.add(row)
            row.sequence, row.raised, row.theirs = entry.sequence, entry.raised, entry.theirs
    return told
