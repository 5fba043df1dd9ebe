"""What speakers had answered: kept when a switch moves their part, given back when it stands again as it did."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select

from app.conferences.models import Conference
from app.database import db
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.guests import told_guests
from app.format_switch.queries.past import history
from app.format_switch.rules import SwitchPlan
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.queries import current_release
from app.programme.queries.asking import terms_now
from app.programme.queries.confirming import around
from app.programme.rules import Confirmation


@dataclass(frozen=True)
class Yes:
    """Somebody's yes to a part: when it was said, and to what (:func:`app.programme.rules.asking.terms`)."""

    at: datetime | None
    terms: str

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {"at": self.at.astimezone(UTC).isoformat() if self.at else None, "terms": self.terms}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Yes:
        """From :meth:`kept`."""
        return cls(datetime.fromisoformat(kept["at"]) if kept["at"] else None, kept["terms"])


def _parts(conference: Conference, *conditions: Any) -> Sequence[SessionPerson]:
    return db.session.scalars(
        select(SessionPerson)
        .join(ProgrammeSession, ProgrammeSession.id == SessionPerson.session_id)
        .where(ProgrammeSession.conference_id == conference.id, *conditions)
        .options(*around())
        .order_by(SessionPerson.id)
    ).all()


def answers_now(conference: Conference) -> dict[int, Yes]:
    """Who has said yes to their part as it stands, by part. Ask it before anything moves.

    Where it is not known what somebody said yes to, it was what was released, unless the session changed since.
    """
    release = current_release(conference)
    return {
        part.id: Yes(part.answered_at, terms_now(part))
        for part in _parts(conference, SessionPerson.confirmation == Confirmation.CONFIRMED)
        if (
            part.answered_for == terms_now(part)
            if part.answered_for
            else release is not None and part.session.updated_at <= release.released_at
        )
    }


def give_back_answers(conference: Conference, deed: FormatSwitch) -> None:
    """Who had said yes to a part as it stands now has said so again, unless they have answered since."""
    taken: dict[int, Yes] = {}
    for earlier in history(conference):
        if earlier.id < deed.id:
            taken |= {int(text): Yes.of(kept) for text, kept in earlier.changes.get("answers", {}).items()}
    if not taken:
        return
    waiting = or_(
        SessionPerson.confirmation == Confirmation.NOT_ASKED, SessionPerson.confirmation == Confirmation.ASKED
    )
    for part in _parts(conference, waiting, SessionPerson.answered_at.is_(None)):
        yes = taken.get(part.id)
        if yes is not None and not part.session.cancelled and yes.terms == terms_now(part):
            part.confirmation, part.answered_at, part.answered_for = Confirmation.CONFIRMED, yes.at, yes.terms
    db.session.flush()


def keep_answers(conference: Conference, deed: FormatSwitch, plan: SwitchPlan, before: dict[int, Yes]) -> None:
    """Keep with the switch the yes of those who are to be asked again; who gets a mail of it is asked there.

    :param before: :func:`answers_now`, of the time before.
    """
    again = {
        part.id: part
        for part in _parts(conference, SessionPerson.confirmation == Confirmation.NOT_ASKED)
        if part.id in before
    }
    if not again:
        return
    deed.changes = {**deed.changes, "answers": {str(number): before[number].kept() for number in again}}
    for guest in told_guests(conference, plan.guests):
        for own in guest.parts:
            if own.id in again:
                own.confirmation, own.answered_for = Confirmation.ASKED, ""
                own.token = own.token or secrets.token_urlsafe(24)
    db.session.flush()
