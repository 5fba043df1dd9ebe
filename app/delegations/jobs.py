"""What the worker does by itself."""

from __future__ import annotations

import threading

from sqlalchemy import select

from app.clock import now
from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations import grant_waiting, open_answered_delegations
from app.delegations.rules import Accreditation
from app.history.rules import SYSTEM
from app.jobs import repeatedly


@repeatedly(60)
def fill_free_places(_stop: threading.Event | None = None) -> None:
    """Give places that became free elsewhere (a capacity raised by hand) to those who wait."""
    waiting = db.session.scalars(
        select(Conference)
        .where(
            Conference.id.in_(select(Delegate.conference_id).where(Delegate.accreditation == Accreditation.WAITLISTED))
        )
        .order_by(Conference.id)
    ).all()
    for conference in waiting:
        grant_waiting(conference=conference, actor=SYSTEM, at=now())


@repeatedly(15)
def open_delegations(_stop: threading.Event | None = None) -> None:
    """Open the delegations of those whose answer was recorded by hand."""
    open_answered_delegations(actor=SYSTEM, at=now())
