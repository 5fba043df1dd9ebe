"""The chain of invitations: the association, a Russian city, its German partners, their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.rules import LetterKind, LetterState
from app.database import db
from app.directory.models import Municipality
from app.directory.queries import partners_of
from app.i18n import localized


@dataclass(frozen=True)
class Link:
    """A partner city in the chain; ``letter`` is the one to forward, ``own`` the one it got from the association."""

    town: Municipality
    letter: Letter | None
    own: Letter | None


@dataclass(frozen=True)
class Branch:
    """A letter to a Russian city and what hangs on it."""

    letter: Letter
    links: list[Link] = field(default_factory=list)


def partner_letters(parent_ids: Sequence[int]) -> Sequence[Letter]:
    """The living letters for partner cities that go with these letters."""
    return db.session.scalars(
        select(Letter)
        .options(joinedload(Letter.municipality), joinedload(Letter.register_entry), joinedload(Letter.document))
        .where(Letter.parent_letter_id.in_(parent_ids), Letter.state != LetterState.ANNULLED)
        .order_by(Letter.id)
    ).all()


def reached_by(conference: Conference) -> dict[int, list[Letter]]:
    """The living letters to Russian cities whose heads forward an invitation to a partner, by the partner's id."""
    carrier = aliased(Letter)
    rows = db.session.execute(
        select(Letter.municipality_id, carrier)
        .join(carrier, carrier.id == Letter.parent_letter_id)
        .options(joinedload(carrier.municipality))
        .where(Letter.conference_id == conference.id, Letter.state != LetterState.ANNULLED)
        .order_by(Letter.id)
    ).all()
    found: dict[int, list[Letter]] = {}
    for town_id, letter in rows:
        found.setdefault(town_id, []).append(letter)
    return found


def chain_of(conference: Conference) -> list[Branch]:
    """The living invitations to Russian cities with their German partners, by name; four queries."""
    letters = db.session.scalars(
        select(Letter)
        .options(
            joinedload(Letter.municipality),
            joinedload(Letter.register_entry),
            joinedload(Letter.mail),
            joinedload(Letter.reply),
            selectinload(Letter.despatches),
        )
        .where(
            Letter.conference_id == conference.id,
            Letter.kind == LetterKind.INVITATION,
            Letter.state != LetterState.ANNULLED,
        )
    ).all()
    own = {letter.municipality_id: letter for letter in letters if letter.parent_letter_id is None}
    carried = {(letter.parent_letter_id, letter.municipality_id): letter for letter in letters}
    first = [letter for letter in own.values() if letter.municipality.country == "RU"]
    partners = partners_of([letter.municipality_id for letter in first], country="DE")
    branches = [
        Branch(
            letter,
            [
                Link(town, carried.get((letter.id, town.id)), own.get(town.id))
                for town in sorted(partners.get(letter.municipality_id, []), key=lambda row: localized(row, "name"))
            ],
        )
        for letter in first
    ]
    return sorted(branches, key=lambda branch: localized(branch.letter.municipality, "name"))
