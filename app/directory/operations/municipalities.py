"""Entering and changing a municipality by hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import lock, transaction
from app.directory.details import MunicipalityDetails
from app.directory.models import Municipality
from app.directory.operations.changes import apply, search_text
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def create_municipality(*, details: MunicipalityDetails, actor: Actor, at: datetime) -> Municipality:
    """Enter a municipality.

    :raises Refusal: when its short name is taken.
    """
    taken = Refusal(_("There is a municipality of this short name already."), field="slug")
    try:
        with transaction() as session:
            if session.scalar(select(Municipality.id).where(Municipality.slug == details.slug)) is not None:
                raise taken
            row = Municipality(**asdict(details), search=search_text(details), updated_at=at)
            session.add(row)
            session.flush()
            record(deed="create-municipality", subject=row, actor=actor, at=at, details={"slug": row.slug})
    except IntegrityError as error:
        raise taken from error
    return row


def change_municipality(
    *, municipality: Municipality, details: MunicipalityDetails, actor: Actor, at: datetime
) -> list[str]:
    """Change a municipality; its short name stays. Returns the names of what was changed."""
    with transaction():
        lock(municipality)
        values = asdict(details)
        del values["slug"]
        changed = apply(municipality, values, at=at)
        if changed:
            municipality.search = search_text(municipality)
            record(deed="change-municipality", subject=municipality, actor=actor, at=at, details={"changed": changed})
    return changed
