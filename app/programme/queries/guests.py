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
    """One guest; ``parts`` in the order in which they were entered, without those ``declined``, whose links are theirs
    still.

    ``email`` is empty when nobody can write to them.
    """

    name: str
    name_latin: str
    email: str
    language: str
    parts: tuple[SessionPerson, ...]
    declined: tuple[SessionPerson, ...] = ()

    @property
    def key(self) -> int:
        """The same for the same guest as long as they keep their first part."""
        return self.parts[0].id


def guests_of(conference: Conference) -> list[PartGuest]:
    """Everybody with a part that stands who is no delegate, by name; with sessions and their places. One query."""
    return told_apart(_rows_of(conference))


def guest_with(part: SessionPerson) -> PartGuest:
    """The guest whose part it is, with all of their parts."""
    found = guests_of(part.session.conference)
    return next((one for one in found if any(own.id == part.id for own in one.parts)), _guest([part]))


def part_that_stands(part: SessionPerson) -> SessionPerson | None:
    """The part itself; where it was declined, the first other one of the same guest. None: they come for none."""
    own = next((rows for rows in _each(_rows_of(part.session.conference)) if part in rows), [part])
    standing = _standing(own)
    return part if part in standing else next(iter(standing), None)


def told_apart(rows: Sequence[SessionPerson]) -> list[PartGuest]:
    """The guests these parts are of, and what is known of each by any of theirs; not who declined them all."""
    return [_guest(own) for own in _each(rows) if _standing(own)]


def _rows_of(conference: Conference) -> Sequence[SessionPerson]:
    """All parts of those who are no delegates, those declined too."""
    return db.session.scalars(
        select(SessionPerson)
        .join(SessionPerson.session)
        .where(ProgrammeSession.conference_id == conference.id, SessionPerson.delegate_id.is_(None))
        .options(
            contains_eager(SessionPerson.session).joinedload(ProgrammeSession.room).joinedload(Room.venue),
            contains_eager(SessionPerson.session).joinedload(ProgrammeSession.venue),
        )
        .order_by(SessionPerson.id)
    ).all()


def _standing(parts: Sequence[SessionPerson]) -> tuple[SessionPerson, ...]:
    return tuple(part for part in parts if part.confirmation is not Confirmation.DECLINED)


def _each(rows: Sequence[SessionPerson]) -> list[list[SessionPerson]]:
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
    return [found[key] for key in sorted(found)]


def _guest(rows: Sequence[SessionPerson]) -> PartGuest:
    parts = _standing(rows) or tuple(rows)
    first = parts[0]
    language = _last(row.language for row in rows if row.language in LANGUAGES)
    email = _last(row.email for row in rows if usable_address(row.email))
    return PartGuest(
        first.name, _last(row.name_latin for row in rows), email,
        language or ("ru" if is_cyrillic(first.name) else "de"), parts,
        tuple(row for row in rows if row not in parts),
    )  # fmt: skip


def _last(values: Iterable[str]) -> str:
    return next((value for value in reversed(list(values)) if value), "")
