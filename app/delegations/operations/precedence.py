"""Settling the order of precedence: the table of ranks, the rule for ties, exceptions by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select, update

from app.conferences.models import Conference
from app.database import lock, transaction
from app.delegations.models import Delegate, OfficeRank
from app.delegations.queries.precedence import last_change_of_ranks, rank_table
from app.delegations.rules.precedence import (
    SHIPPED,
    OfficeRow,
    RankTable,
    Ties,
    require_rank,
    require_rows,
    with_roles_of,
)
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.kept_pages import kept_facts
from app.tables import read_table, write_xlsx

COLUMNS = ("rank", "name_ru", "name_de", "name_en", "words", "role")


def set_rank_table(
    *, rows: Sequence[OfficeRow], actor: Actor, at: datetime, undoes: int | None = None
) -> int:  # fmt: skip
    """Let the rows be the table of ranks, and everybody stand by it; none: the shipped table holds again.

    :param undoes: the number of the change in history that is taken back by this.
    :returns: how many delegates stand elsewhere now.
    :raises Refusal: with the number of the row that says nothing.
    """
    require_rows(rows)
    with transaction() as session:
        known_table = rank_table()
        before = known_table.rows
        session.execute(delete(OfficeRank))
        session.add_all(
            OfficeRank(turn=turn, **(asdict(row) | {"words": list(row.words)}))
            for turn, row in enumerate(rows, start=1)
        )
        session.flush()
        after = rank_table().rows
        if after == before:
            return 0
        moved = renew_precedence()
        known = {row.name_ru: row for row in before}
        record(
            deed="delegations.set_ranks", subject=None, actor=actor, at=at,
            details={
                "rows": len(after), "moved": moved, "removed": sorted(set(known) - {row.name_ru for row in after}),
                "changed": {row.name_ru: row.rank for row in after if known.get(row.name_ru) != row},
                "before": [asdict(row) for row in before] if known_table is not SHIPPED else [],
                **({"undoes": undoes} if undoes is not None else {}),
            },
        )  # fmt: skip
    return moved


def undo_rank_table(*, actor: Actor, at: datetime) -> int:
    """Take back the last change of the table that was not taken back yet; returns how many stand elsewhere now.

    :raises Refusal: when there is none.
    """
    with transaction():
        last = last_change_of_ranks()
        if last is None:
            raise Refusal(_("There is nothing to undo."))
        rows = [OfficeRow(**(row | {"words": tuple(row["words"])})) for row in last.details["before"]]
        if rows and "role" not in last.details["before"][0]:  # of a time when roles were no rows
            rows = with_roles_of(rows, rank_table())
        return set_rank_table(rows=rows, actor=actor, at=at, undoes=last.id)


def renew_precedence(table: RankTable | None = None) -> int:
    """Let everyone stand by role, office and the table; exceptions by hand stay. Returns how many stand elsewhere."""
    held = table or rank_table()
    with transaction() as session:
        columns = select(Delegate.id, Delegate.role, Delegate.position, Delegate.precedence).where(
            Delegate.precedence_by_hand.is_(None)
        )
        moved = [
            {"person": row.id, "rank": rank}
            for row in session.execute(columns)
            if (rank := held.precedence_of(row.role, row.position)) != row.precedence
        ]
        if moved:
            session.connection().execute(
                update(Delegate).where(Delegate.id == bindparam("person")).values(precedence=bindparam("rank")), moved
            )
            session.expire_all()
    return len(moved)


def set_standing(
    *, delegate: Delegate, rank: int | None, since: date | None, reason: str, actor: Actor, at: datetime
) -> bool:
    """Give somebody a rank by hand (None: by the table again) and say since when they hold office.

    :returns: whether anything changed.
    :raises Refusal: when the rank is none, or the reason of an exception is missing.
    """
    require_rank(rank)
    with transaction():
        lock(delegate)
        before = {"rank": delegate.precedence_by_hand, "since": delegate.in_office_since}
        if before == {"rank": rank, "since": since}:
            return False
        if rank is not None and rank != before["rank"] and not reason.strip():
            raise Refusal(_("Please say why this person stands elsewhere than the table says."), field="reason")
        delegate.precedence_by_hand, delegate.in_office_since = rank, since
        delegate.precedence = rank or rank_table().precedence_of(delegate.role, delegate.position)
        delegate.updated_at = at
        record(
            deed="delegations.set_precedence", subject=delegate, actor=actor, at=at,
            conference_id=delegate.conference_id,
            details={
                "rank": rank, "rank_before": before["rank"], "since": since.isoformat() if since else None,
                "since_before": str(before["since"]) if before["since"] else None, "reason": reason.strip(),
            },
        )  # fmt: skip
    return True


def set_ties(*, conference: Conference, ties: Ties, actor: Actor, at: datetime) -> None:
    """Say who stands first of those of one rank."""
    with transaction():
        lock(conference)
        if conference.precedence_ties == ties.value:
            return
        record(
            deed="delegations.set_ties", subject=conference, actor=actor, at=at, conference_id=conference.id,
            details={"before": conference.precedence_ties, "after": ties.value},
        )  # fmt: skip
        conference.precedence_ties = ties.value


def stand_by_table(delegates: Iterable[Delegate]) -> None:
    """Let delegates stand by their role and office as they are now; exceptions by hand stay."""
    table = rank_table()
    for one in delegates:
        if one.precedence_by_hand is None:
            one.precedence = table.precedence_of(one.role, one.position)


def write_ranks(path: Path) -> int:
    """The table as a workbook that :func:`read_ranks` reads without changing anything; returns its rows."""
    rows = rank_table().rows
    write_xlsx(
        [asdict(row) | {"words": "\n".join(row.words)} for row in rows], COLUMNS, path,
        widths={"rank": 8, "name_ru": 34, "name_de": 34, "name_en": 30, "words": 60},
    )  # fmt: skip
    return len(rows)


def read_ranks(path: Path) -> list[OfficeRow]:
    """The rows of a file; words stand a line each, or between semicolons. Without a column of roles they stay.

    :raises Refusal: with row and column.
    """
    found = []
    table = read_table(path, required=COLUMNS[:-1], optional=COLUMNS[-1:])
    for row in table:
        if not row["rank"].strip().isdecimal():
            raise Refusal(_("A rank is a number from 1 to %(highest)s.", highest=999), field="rank", row=row.number)
        words = tuple(part.strip() for part in row["words"].replace(";", "\n").splitlines() if part.strip())
        names = {name: row[name].strip() for name in ("name_ru", "name_de", "name_en")}
        found.append(OfficeRow(rank=int(row["rank"]), words=words, role=row["role"].strip(), **names))
    if not found:
        raise Refusal(_("The file is empty."), row=1)
    require_rows(found)
    return found if "role" in table[0].values else with_roles_of(found, rank_table())


def precedence_for(role: str, office: str) -> int:
    """The precedence of one new delegate, by the table kept for a moment: a crowd does not read it one by one.

    Who comes within that moment after the table was changed stands by the former one until ranks are looked through
    again, every hour.
    """
    table = kept_facts(("ranks",), rank_table)
    return table.precedence_of(role, office)
