"""Writing and printing certificates of honour."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.printing.honours import queries
from app.printing.honours.models import Honour
from app.printing.honours.rules import KIND, LAYOUT, Copies, HonourDetails, honour_content, require_whole
from app.printing.honours.typesetting import render_honours
from app.printing.operations.runs import NOTHING, Deliver, Printed, keep_run
from app.printing.papers.queries import number_lines
from app.printing.papers.rules import PaperContent


def add_honour(*, conference: Conference, details: HonourDetails, actor: Actor, at: datetime) -> Honour:
    """Write a certificate of honour; it gets the next number.

    :raises Refusal: when a name or citation is missing or too long.
    """
    require_whole(details)
    with transaction() as session:
        lock(conference)
        row = Honour(
            conference_id=conference.id, number=queries.following_number(conference), created_at=at, updated_at=at,
            **asdict(details),
        )  # fmt: skip
        session.add(row)
        session.flush()
        record(deed="add-honour", subject=row, actor=actor, at=at, details={"number": row.number})
    return row


def change_honour(*, honour: Honour, details: HonourDetails, actor: Actor, at: datetime) -> None:
    """Say something else on it; one that was printed has to be printed anew.

    :raises Refusal: when a name or citation is missing or too long.
    """
    require_whole(details)
    with transaction():
        lock(honour)
        if queries.details_of(honour) == details:
            return
        for name, value in asdict(details).items():
            setattr(honour, name, value)
        honour.updated_at, honour.printed_at = at, None
        record(deed="change-honour", subject=honour, actor=actor, at=at, details={"number": honour.number})


def remove_honour(*, honour: Honour, actor: Actor, at: datetime) -> None:
    """Take back one that was not printed.

    :raises Refusal: when it was printed.
    """
    with transaction() as session:
        lock(honour)
        if honour.printed_at is not None:
            raise Refusal(_("It has been printed and may have been handed over, so it stays."))
        record(deed="remove-honour", subject=honour, actor=actor, at=at, details={"number": honour.number})
        session.delete(honour)


def contents_of(conference: Conference, rows: Collection[Honour], copies: Copies) -> list[PaperContent]:
    """What stands on each copy, in the order of the numbers."""
    numbers = number_lines(conference.ends_on)
    ways = (False, True) if copies is Copies.BOTH else (False,)
    return [
        honour_content(queries.details_of(row), honour_id=row.id, label=queries.label(conference, row.number),
                       numbers=numbers, mirrored=mirrored)
        for row in rows
        for mirrored in ways
    ]  # fmt: skip


def print_honours(
    *,
    conference: Conference,
    actor: Actor,
    at: datetime,
    copies: Copies = Copies.OWN,
    only_new: bool = False,
    deliver: Deliver | None = None,
) -> Printed:
    """Print the certificates of honour and log the run.

    :param only_new: those not printed since they were written or changed.
    :param deliver: gets the PDF once the run is on disk.
    :raises Refusal: when there are none.
    """
    rows = queries.honours(conference)
    if not rows:
        raise Refusal(_("No certificate of honour has been written yet."))
    rows = [row for row in rows if not (only_new and row.printed_at)]
    if not rows:
        return NOTHING
    pdf, pages, warnings = render_honours(conference, contents_of(conference, rows, copies))
    with transaction():
        for row in rows:
            row.printed_at = at
        return keep_run(
            conference=conference, kind=KIND, pdf=pdf, pages=pages, count=len(rows), layout=LAYOUT.name,
            scope="new" if only_new else "all", warnings=warnings, actor=actor, at=at, deliver=deliver,
        )  # fmt: skip
