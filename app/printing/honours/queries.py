"""Reading certificates of honour, and what one would say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import db
from app.directory.models import Municipality
from app.i18n import localized
from app.printing.honours.models import Honour
from app.printing.honours.rules import HonourDetails
from app.printing.papers.rules import Participant
from invitations.dates import roman


def honours(conference: Conference) -> Sequence[Honour]:
    """The certificates of honour of a conference, by number."""
    question = select(Honour).where(Honour.conference_id == conference.id).order_by(Honour.number)
    return db.session.scalars(question).all()


def honour_of(conference: Conference, honour_id: int) -> Honour | None:
    """One of them."""
    return db.session.scalar(select(Honour).where(Honour.conference_id == conference.id, Honour.id == honour_id))


def following_number(conference: Conference) -> int:
    """The next number that is free for ever."""
    question = select(func.max(Honour.number)).where(Honour.conference_id == conference.id)
    return (db.session.scalar(question) or 0) + 1


def label(conference: Conference, number: int) -> str:
    """«XVI/01»."""
    return f"{roman(conference.edition)}/{number:02d}"


def details_of(row: Honour) -> HonourDetails:
    """What it says."""
    return HonourDetails(
        side=row.side, name_ru=row.name_ru, name_de=row.name_de, line_ru=row.line_ru, line_de=row.line_de,
        citation_ru=row.citation_ru, citation_de=row.citation_de, delegate_id=row.delegate_id,
        municipality_id=row.municipality_id,
    )  # fmt: skip


def of_person(person: Participant) -> dict[str, str]:
    """Name, office and town of a person as both sides of the paper say them."""
    lines = {
        code: ", ".join(part for part in (person.offices[code], person.places[code]) if part) for code in ("ru", "de")
    }
    return {"side": person.side, "name_ru": person.names["ru"], "name_de": person.names["de"], "line_ru": lines["ru"],
            "line_de": lines["de"]}  # fmt: skip


def of_municipality(town: Municipality) -> dict[str, str]:
    """Name and region of a municipality as both sides of the paper say them."""
    return {
        "side": "ru" if town.country in ("RU", "BY") else "de",
        "name_ru": localized(town, "name", "ru"), "name_de": localized(town, "name", "de"),
        "line_ru": town.region_ru, "line_de": town.region_de,
    }  # fmt: skip


def municipalities() -> Sequence[Municipality]:
    """Those that can be honoured."""
    return db.session.scalars(select(Municipality).order_by(Municipality.name_de, Municipality.id)).all()
