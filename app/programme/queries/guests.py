"""People with a part in the programme who are no delegates: who each of them is over all sessions of a conference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.conferences.models import Conference, Room
from app.database import db
from app.delegations.rules import is_cyrillic, usable_address
from app.i18n import LANGUAGES
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules import Confirmation
from app.programme.rules.planned import folded_name


@dataclass(frozen=True)
class PartGuest:
    """One guest; ``parts`` in the order in which they were entered, without those declined.

    ``email`` is empty when nobody can write to them.
    """

    name: str
    name_latin: str
    email: str
    language: str
    parts: tuple[SessionPerson, ...]

    @property
    def key(self) -> int:
        """The same for the same guest as long as they keep their first part."""
        return self.parts[0].id


def guests_of(conference: Conference) -> list[PartGuest]:
    """Everybody with a part who is no delegate, by name; with sessions and their places. One query."""
    rows = db.session.scalars(
        select(SessionPerson)
        .join(SessionPerson.session)
        .where(
            ProgrammeSession.conference_id == conference.id,
            SessionPerson.delegate_id.is_(None),
            SessionPerson.confirmation != Confirmation.DECLINED,
        )
        .options(
            contains_eager(SessionPerson.session).joinedload(ProgrammeSession.room).joinedload(Room.venue),
            contains_eager(SessionPerson.session).joinedload(ProgrammeSession.venue),
        )
        .order_by(SessionPerson.id)
    ).all()
    return told_apart(rows)


def guest_with(part: SessionPerson) -> PartGuest:
    """The guest whose part it is, with all of their parts."""
    found = guests_of(part.session.conference)
    return next((one for one in found if any(own.id == part.id for own in one.parts)), _guest([part]))


def told_apart(rows: Sequence[SessionPerson]) -> list[PartGuest]:
    """By name, and by address where people of one name have several; who has none is the last one of the name."""
    addresses: dict[str, str] = {}
    for row in rows:
        if usable_address(row.email):
            addresses[folded_name(row.name)] = row.email.casefold()
    found: dict[tuple[str, str], list[SessionPerson]] = {}
    for row in rows:
        name = folded_name(row.name)
        address = row.email.casefold() if usable_address(row.email) else addresses.get(name, "")
        found.setdefault((name, address), []).append(row)
    return [_guest(found[key]) for key in sorted(found)]


def _guest(parts: Sequence[SessionPerson]) -> PartGuest:
    first = parts[0]
    language = _last(row.language for row in parts if row.language in LANGUAGES)
    email = _last(row.email for row in parts if usable_address(row.email))
    return PartGuest(
        first.name, _last(row.name_latin for row in parts), email,
        language or ("ru" if is_cyrillic(first.name) else "de"), tuple(parts),
    )  # fmt: skip


def _last(values: Iterable[str]) -> str:
    return next((value for value in reversed(list(values)) if value), "")
