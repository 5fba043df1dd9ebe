"""The addresses of people with parts, as far as the draft or its steps know them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.conferences.models import Conference
from app.database import db
from app.programme.models import DraftStep, ProgrammeSession, SessionPerson
from app.programme.rules.planned import folded_name

Address = Mapping[str, str]  # email and language


@dataclass
class Addresses:
    """Asked one by one; the steps of the draft are read only when somebody is nowhere in it."""

    conference: Conference

    @cached_property
    def _in_draft(self) -> tuple[dict[int, Address], dict[str, Address]]:
        rows = db.session.execute(
            select(SessionPerson.delegate_id, SessionPerson.name, SessionPerson.email, SessionPerson.language)
            .join(ProgrammeSession, ProgrammeSession.id == SessionPerson.session_id)
            .where(ProgrammeSession.conference_id == self.conference.id, SessionPerson.email != "")
            .order_by(SessionPerson.id)
        ).all()
        return _by_person(row._asdict() for row in rows)

    @cached_property
    def _in_steps(self) -> tuple[dict[int, Address], dict[str, Address]]:
        steps = db.session.scalars(
            select(DraftStep)
            .where(DraftStep.conference_id == self.conference.id)
            .options(undefer(DraftStep.before))
            .order_by(DraftStep.number)
        )
        return _by_person(
            person for step in steps for kept in step.before.values() if kept for person in kept["people"]
            if person["email"]
        )  # fmt: skip

    def of(self, *, delegate_id: int | None, name: str) -> Address | None:
        """Address and language of a person: by the delegate, else, of who is none, by the name."""
        for by_delegate, by_name in (self._in_draft, self._in_steps):
            found = by_delegate.get(delegate_id) if delegate_id is not None else by_name.get(folded_name(name))
            if found is not None:
                return found
        return None


def _by_person(people: Iterable[Mapping[str, Any]]) -> tuple[dict[int, Address], dict[str, Address]]:
    """By the delegate and by the name; the later one counts."""
    by_delegate: dict[int, Address] = {}
    by_name: dict[str, Address] = {}
    for person in people:
        address = {"email": str(person["email"]), "language": str(person["language"])}
        if person["delegate_id"] is not None:
            by_delegate[person["delegate_id"]] = address
        else:
            by_name[folded_name(person["name"])] = address
    return by_delegate, by_name
