"""What somebody's own calendar has told them of a session, and what it tells next. No database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """An entry as it was told last.

    :param sequence: its SEQUENCE (RFC 5545 section 3.8.7.4).
    :param raised: by how much that is above the one of the release.
    :param theirs: whether the session was theirs; else the entry called it off.
    """

    sequence: int
    raised: int = 0
    theirs: bool = True


def told_next(entry: Entry | None, *, sequence: int, theirs: bool) -> Entry | None:
    """The entry as it is told now; None: they never heard of it and need not.

    :param sequence: that of the session in the newest release.

    >>> told_next(Entry(3), sequence=3, theirs=False)
    Entry(sequence=4, raised=1, theirs=False)
    >>> told_next(Entry(3), sequence=4, theirs=False)
    Entry(sequence=4, raised=0, theirs=False)
    """
    if entry is None:
        return Entry(sequence) if theirs else None
    raised = entry.raised
    if theirs != entry.theirs:
        raised += max(0, entry.sequence + 1 - sequence - raised)
    return Entry(max(sequence + raised, entry.sequence), raised, theirs)
