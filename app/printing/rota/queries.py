"""Reading what is interpreted at a conference."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.conferences.models import Conference, Room
from app.database import db
from app.i18n import localized
from app.printing.rota.rules import Interpreted
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.part_words import name_in_words
from app.programme.rules import PersonRole


def _place(session: ProgrammeSession, code: str) -> str:
    house = session.house
    named = [localized(row, "name", code) or row.name for row in (house, session.room) if row is not None]
    return ", ".join(dict.fromkeys(named))


def interpreted(conference: Conference) -> list[Interpreted]:
    """The sessions of the draft that are interpreted or have interpreters, by hour. Two queries.

    Interpreters are named in letters the reader knows.
    """
    rows = db.session.scalars(
        select(ProgrammeSession)
        .where(
            ProgrammeSession.conference_id == conference.id,
            ProgrammeSession.cancelled.is_(False),
            ProgrammeSession.starts_at.is_not(None),
            or_(
                ProgrammeSession.interpretation,
                ProgrammeSession.interpreted_how.is_not(None),
                ProgrammeSession.people.any(SessionPerson.role == PersonRole.INTERPRETER),
            ),
        )
        .options(
            joinedload(ProgrammeSession.room).joinedload(Room.venue),
            joinedload(ProgrammeSession.venue),
            selectinload(ProgrammeSession.people),
        )
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
    )
    return [
        Interpreted(
            number=row.id,
            code=row.code,
            titles={code: localized(row, "title", code) or row.code for code in ("ru", "de", "en")},
            places={code: _place(row, code) for code in ("ru", "de", "en")},
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            how=row.interpreted_how,
            languages=tuple(part for part in row.languages.split(";") if part),
            relief=row.relief_minutes,
            team=tuple(dict.fromkeys(name_in_words(one) for one in row.people if one.role is PersonRole.INTERPRETER)),
        )
        for row in rows
        if row.starts_at is not None
    ]
