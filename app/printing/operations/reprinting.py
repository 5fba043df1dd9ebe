"""Printing one badge now: the first time, or again for a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.history.rules import Actor
from app.printing.freshness import last_badges
from app.printing.models import PrintRun
from app.printing.operations import Deliver, Printed, print_badges
from app.printing.rules import Layout, alone
from app.printing.rules.sheets import USUAL, OnPaper


def print_one(
    *,
    conference: Conference,
    delegate: Delegate,
    layout: Layout,
    reason: str,
    actor: Actor,
    at: datetime,
    paper: OnPaper = USUAL,
    single: bool = True,
    deliver: Deliver | None = None,
    anyway: bool = False,
) -> Printed:
    """Print the badge of one person; of a lost one the old code opens nothing any more.

    :param reason: one of :class:`~app.printing.rules.orders.Reason`; may be empty the first time.
    :param single: on a sheet of its own size, unless the paper says otherwise; with a back when the last one had one.
    :raises Refusal: without a reason when the badge was printed before and holds, and as :func:`print_badges`.
    """
    if single and not paper.sheet:
        layout = alone(layout)
        paper = paper if layout.folded else _as_before(conference, delegate, paper)
    return print_badges(
        conference=conference,
        layout=layout,
        scope="one",
        delegate_id=delegate.id,
        paper=paper,
        each={delegate.id: reason} if reason else {},
        asks=True,
        actor=actor,
        at=at,
        deliver=deliver,
        anyway=anyway,
    )


def _as_before(conference: Conference, delegate: Delegate, paper: OnPaper) -> OnPaper:
    """With a back, turned as it was, where the badge somebody has bears one."""
    last = last_badges(conference, delegate_id=delegate.id).get(delegate.id)
    if last is None or not last.back or paper.backs:
        return paper
    run = db.session.get_one(PrintRun, last.run_id)
    return replace(paper, backs=run.options.get("backs") or "long")
