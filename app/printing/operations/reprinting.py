"""Printing one badge now: the first time, or again for a reason."""

from __future__ import annotations

from datetime import datetime

from app.conferences.models import Conference
from app.delegations.models import Delegate
from app.history.rules import Actor
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
    :param single: on a sheet of its own size, unless the paper says otherwise.
    :raises Refusal: without a reason when the badge was printed before and holds, and as :func:`print_badges`.
    """
    return print_badges(
        conference=conference,
        layout=alone(layout) if single and not paper.sheet else layout,
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
