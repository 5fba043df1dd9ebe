"""Who has a part in a session and what they said when asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference, Room
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation, is_cyrillic, usable_address
from app.i18n import LANGUAGES
from app.mail_texts import absolute
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules import Confirmation
from app.programme.rules.planned import folded_name

GONE = frozenset({Accreditation.WITHDRAWN, Accreditation.DECLINED})


@dataclass(frozen=True)
class Reached:
    """How a person is written to; an ``email`` of nothing: not at all."""

    email: str
    language: str


def comes_not(person: SessionPerson) -> bool:
    """Whether the delegate behind it will not come to the conference."""
    return person.delegate is not None and person.delegate.accreditation in GONE


def reached(person: SessionPerson) -> Reached:
    """Address and language: of the delegate first, else as the programme has them."""
    delegate = person.delegate
    email = person.email
    if delegate is not None and usable_address(delegate.email):
        email = delegate.email
    language = person.language or (delegate.language if delegate is not None else "")
    if language not in LANGUAGES:
        language = "ru" if is_cyrillic(person.name) else "de"
    return Reached(email if usable_address(email) else "", language)


def is_over(session: ProgrammeSession, at: datetime) -> bool:
    """Whether nobody can take part in it any more."""
    last = session.ends_at or session.starts_at
    return last is not None and last <= at


@dataclass
class Letters:
    """Whom asking reaches: the parts by address, and those without one."""

    by_address: dict[Reached, list[SessionPerson]] = field(default_factory=dict)
    without_address: list[SessionPerson] = field(default_factory=list)

    @property
    def people(self) -> int:
        """How many people these are; one may have several parts."""
        return len({
            part.delegate_id or folded_name(part.name) for parts in self.by_address.values() for part in parts
        })  # fmt: skip


def letters_to(people: Iterable[SessionPerson], *, at: datetime) -> Letters:
    """Who may be asked to confirm: not who has answered or does not come, nor of sessions cancelled or over."""
    found = Letters()
    for person in people:
        if (
            person.session.cancelled
            or is_over(person.session, at)
            or comes_not(person)
            or person.confirmation in {Confirmation.CONFIRMED, Confirmation.DECLINED}
        ):
            continue
        to = reached(person)
        if to.email:
            found.by_address.setdefault(to, []).append(person)
        else:
            found.without_address.append(person)
    return found


def people_with_parts(
    conference: Conference, *, confirmation: Confirmation | None = None, session: ProgrammeSession | None = None
) -> Sequence[SessionPerson]:
    """People of the sessions that are held, in the order of the hours, with session, room and delegate (one query)."""
    question = (
        select(SessionPerson)
        .join(ProgrammeSession, ProgrammeSession.id == SessionPerson.session_id)
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False))
        .options(*around())
        .order_by(
            ProgrammeSession.starts_at.is_(None), ProgrammeSession.starts_at, ProgrammeSession.code,
            SessionPerson.position, SessionPerson.id,
        )
    )  # fmt: skip
    if confirmation is not None:
        question = question.where(SessionPerson.confirmation == confirmation)
    if session is not None:
        question = question.where(SessionPerson.session_id == session.id)
    return db.session.scalars(question).all()


def around() -> tuple:  # type: ignore[type-arg]  # loader options
    """Load people with session, room, house and delegate."""
    return (
        joinedload(SessionPerson.session).joinedload(ProgrammeSession.room).joinedload(Room.venue),
        joinedload(SessionPerson.session).joinedload(ProgrammeSession.venue),
        joinedload(SessionPerson.delegate).load_only(
            Delegate.public_id, Delegate.email, Delegate.language, Delegate.accreditation, Delegate.position
        ),
    )


def person_by_token(token: str) -> SessionPerson | None:
    """Whose link it is."""
    if not 20 <= len(token) <= 64:
        return None
    return db.session.scalar(select(SessionPerson).where(SessionPerson.token == token).options(*around()))


def own_link(person: SessionPerson, language: str) -> str:
    """The address at which a person says whether they come."""
    return absolute(f"/{language}/session/{person.token}")
