"""Setting the parts of a session: people, parties, agreements, papers. Within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace

from app.programme.models import (
    ProgrammeSession,
    SessionAgreement,
    SessionMaterial,
    SessionParty,
    SessionPerson,
)
from app.programme.queries.namesakes import Namesakes
from app.programme.rules import Confirmation
from app.programme.rules.parts import AgreementDetails, MaterialDetails, PersonDetails

_OF_PERSON = tuple(part.name for part in fields(PersonDetails))


def people_of(session: ProgrammeSession) -> tuple[PersonDetails, ...]:
    """The people as a form or a file knows them."""
    return tuple(PersonDetails(**{name: getattr(person, name) for name in _OF_PERSON}) for person in session.people)


def agreements_of(session: ProgrammeSession) -> tuple[AgreementDetails, ...]:
    """The documents as a form or a file knows them."""
    return tuple(
        AgreementDetails(row.title_ru, row.title_de, row.title_en, tuple(row.parties)) for row in session.agreements
    )


def materials_of(session: ProgrammeSession) -> tuple[MaterialDetails, ...]:
    """The papers as a file knows them."""
    return tuple(
        MaterialDetails(
            title=row.title, language=row.language, link=row.link, sha256=row.sha256, file_name=row.file_name,
            media_type=row.media_type, public=row.public,
        )
        for row in session.materials
    )  # fmt: skip


def parties_of(session: ProgrammeSession) -> tuple[int, ...]:
    """The municipalities whose sides belong to it."""
    return tuple(party.municipality_id for party in session.parties)


def _match(session: ProgrammeSession, people: Sequence[PersonDetails]) -> list[SessionPerson | None]:
    """The row each person had before: of name and role, else the delegate's, else of the name alone."""
    left = list(session.people)
    found: list[SessionPerson | None] = [None] * len(people)
    for same in (
        lambda row, one: (row.name, row.role) == (one.name, one.role),
        lambda row, one: row.delegate_id is not None and row.delegate_id == one.delegate_id,
        lambda row, one: row.name == one.name,
    ):
        for place, one in enumerate(people):
            if found[place] is None:
                found[place] = next((row for row in left if same(row, one)), None)
                left = [row for row in left if row is not found[place]]
    return found


def set_people(session: ProgrammeSession, people: Sequence[PersonDetails]) -> bool:
    """Make these the people of the session, in this order; whether that changed anything.

    Who stays keeps link and answer; with another role they have to be asked again.
    """
    if people_of(session) == tuple(people):
        return False
    rows = []
    for position, (one, known) in enumerate(zip(people, _match(session, people), strict=True)):
        row = known or SessionPerson(name=one.name, role=one.role)
        if row.role != one.role:
            if row.confirmation is not Confirmation.CONFIRMED:
                row.answered_for = ""
            row.confirmation, row.answered_at = Confirmation.NOT_ASKED, None
        for name, value in asdict(one).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        row.position = position
        rows.append(row)
    session.people[:] = rows
    return True


def tied(person: PersonDetails, known: Namesakes) -> PersonDetails:
    """The person as the delegate who bears that name, where nobody says which one it is."""
    if person.delegate_id is not None:
        return person
    return replace(person, delegate_id=known.meant(person.name, person.email))


def set_parties(session: ProgrammeSession, numbers: Sequence[int]) -> bool:
    """Make these municipalities the sides of the session, in this order."""
    if parties_of(session) == tuple(numbers):
        return False
    known = {party.municipality_id: party for party in session.parties}
    session.parties[:] = [known.get(number) or SessionParty(municipality_id=number) for number in numbers]
    for position, party in enumerate(session.parties):
        party.position = position
    return True


def set_agreements(session: ProgrammeSession, agreements: Sequence[AgreementDetails]) -> bool:
    """Make these the documents signed in the session, in this order."""
    if agreements_of(session) == tuple(agreements):
        return False
    session.agreements[:] = [
        SessionAgreement(**(asdict(one) | {"parties": list(one.parties)}), position=position)
        for position, one in enumerate(agreements)
    ]
    return True


def set_materials(session: ProgrammeSession, papers: Sequence[MaterialDetails]) -> bool:
    """Make these the papers of the session, in this order."""
    if materials_of(session) == tuple(papers):
        return False
    session.materials[:] = [SessionMaterial(**asdict(one), position=position) for position, one in enumerate(papers)]
    return True
