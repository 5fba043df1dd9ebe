"""Whose yes to a part was to something else than what stands in the programme now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from app.conferences.models import Conference
from app.database import db
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.queries.confirming import around
from app.programme.rules import Confirmation
from app.programme.rules.asking import terms, to_ask_again

Content = Mapping[str, Any]

_MEANT = ("starts_at", "ends_at", "date", "venue_names")


def terms_now(person: SessionPerson) -> str:
    """What a person is asked as the draft stands."""
    session = person.session
    house = session.house
    return terms(
        person.role, starts_at=session.starts_at, ends_at=session.ends_at, day=session.day,
        venue_id=house.id if house is not None else None,
    )  # fmt: skip


def _moved(before: Content | None, after: Content) -> set[str]:
    """The sessions with other hours or in another house than in the release before."""
    known = {item["uid"]: item for item in before["items"]} if before else {}
    return {
        item["uid"]
        for item in after["items"]
        if item["uid"] in known and any(item.get(name) != known[item["uid"]].get(name) for name in _MEANT)
    }


def people_to_ask_again(conference: Conference, *, before: Content | None, after: Content) -> list[SessionPerson]:
    """Those who said yes to other hours, another house or another role; nobody of a cancelled session.

    Where it is not known what somebody said yes to, the two releases are compared.
    """
    rows = db.session.scalars(
        select(SessionPerson)
        .join(ProgrammeSession, ProgrammeSession.id == SessionPerson.session_id)
        .where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False),
            or_(
                SessionPerson.confirmation == Confirmation.CONFIRMED,
                (SessionPerson.confirmation == Confirmation.NOT_ASKED) & (SessionPerson.answered_for != ""),
            ),
        )
        .options(*around())
        .order_by(SessionPerson.id)
    ).all()  # fmt: skip
    moved = _moved(before, after)
    return [
        person
        for person in rows
        if (
            to_ask_again(person.confirmation, answered_for=person.answered_for, now=terms_now(person))
            if person.answered_for
            else person.session.uid in moved
        )
    ]
