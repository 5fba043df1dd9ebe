"""How the badges of a conference look: choices, own CSS, logo and background, as they are kept."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.printing.models import BadgeDesign, BadgePicture
from app.printing.rules import Layout
from app.printing.rules.look import PLAIN, Look


def design_of(conference: Conference, style: str) -> BadgeDesign | None:
    """What was chosen for one kind of badge."""
    return db.session.get(BadgeDesign, (conference.id, style))


def badge_pictures(conference: Conference) -> dict[str, bytes]:
    """Logo and background of the badges, by their kind."""
    rows = db.session.scalars(select(BadgePicture).where(BadgePicture.conference_id == conference.id))
    return {row.kind: row.picture for row in rows}


def look_of(conference: Conference, style: str) -> Look:
    """What differs from the shipped design. Two queries."""
    row, pictures = design_of(conference, style), badge_pictures(conference)
    if row is None and not pictures:
        return PLAIN
    return Look.of(row.choices if row else {}, css=row.css if row else "", **pictures)


def dressed(conference: Conference, layout: Layout) -> Layout:
    """The layout as this conference has it; one that has its look already stays."""
    return layout if layout.look != PLAIN else replace(layout, look=look_of(conference, layout.style))
