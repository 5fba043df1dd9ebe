"""The log of printings of badges as people read it: whose they were, and what of a file holds no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation, WithdrawnCode
from app.paging import Page
from app.printing.findings import ABOUT, About, about
from app.printing.models import Badge, PrintRun
from app.printing.operations.runs import BADGES
from app.printing.queries import badge_contents
from app.printing.rules import LAYOUTS

NAMED = 3  # people of a run whose names stand in the log; on its page up to MOST_NAMED
MOST_NAMED = 60


def _of_badges(conference: Conference) -> ColumnElement[bool]:
    return (PrintRun.conference_id == conference.id) & (PrintRun.kind == BADGES)


def how_many(conference: Conference) -> int:
    """How many printings of badges there were."""
    return db.session.scalar(select(func.count()).select_from(PrintRun).where(_of_badges(conference))) or 0


def runs(conference: Conference, page: Page) -> list[PrintRun]:
    """The printings of badges on a page of the log, the latest first."""
    return list(
        db.session.scalars(
            select(PrintRun)
            .where(_of_badges(conference))
            .options(joinedload(PrintRun.delegation).joinedload(Delegation.municipality))
            .order_by(PrintRun.id.desc())
            .offset(page.offset)
            .limit(page.per_page)
        )
    )


def last_of_many(conference: Conference) -> PrintRun | None:
    """The latest printing that was not of one person alone: how the next one begins."""
    return db.session.scalar(
        select(PrintRun)
        .where(_of_badges(conference), PrintRun.scope != "one", PrintRun.layout.in_(LAYOUTS))
        .order_by(PrintRun.id.desc())
        .limit(1)
    )


def people_of(runs: Sequence[PrintRun], *, most: int = NAMED) -> dict[int, tuple[About, ...]]:
    """Whose badges these runs printed, by run; of runs with more than ``most`` nobody. One query."""
    small = [run.id for run in runs if run.count <= most]
    if not small:
        return {}
    rows = db.session.execute(
        select(Badge.run_id, *ABOUT).join(Delegate, Delegate.id == Badge.delegate_id)
        .where(Badge.run_id.in_(small)).order_by(Badge.id)
    )  # fmt: skip
    found: dict[int, tuple[About, ...]] = {}
    for row in rows:
        found[row.run_id] = (*found.get(row.run_id, ()), about(row))
    return found


@dataclass(frozen=True)
class Standing:
    """How many of a file's badges are not what would be printed now: codes that open nothing, other data, no place."""

    dead: int
    changed: int
    gone: int

    @property
    def holds(self) -> bool:
        """Whether the file may be printed again as it is."""
        return not (self.dead or self.changed or self.gone)


def standing_of(conference: Conference, run: PrintRun) -> Standing:
    """What of the file of a run holds no more. Somebody is counted once, the gravest first."""
    printed = {
        row.delegate_id: row.fingerprint
        for row in db.session.execute(select(Badge.delegate_id, Badge.fingerprint).where(Badge.run_id == run.id))
    }
    dead = set(
        db.session.scalars(
            select(WithdrawnCode.delegate_id)
            .join(Badge, Badge.delegate_id == WithdrawnCode.delegate_id)
            .where(Badge.run_id == run.id, WithdrawnCode.withdrawn_at > run.created_at)  # not by this very run
        )
    )
    layout = LAYOUTS.get(run.layout)
    now = {
        one.delegate_id: one.fingerprint_on(layout) if layout else one.fingerprint
        for one in badge_contents(conference)
        if one.delegate_id in printed
    }
    changed = [number for number, sign in printed.items() if number in now and now[number] != sign]
    return Standing(
        dead=len(dead),
        changed=len([number for number in changed if number not in dead]),
        gone=len([number for number in printed if number not in now and number not in dead]),
    )
