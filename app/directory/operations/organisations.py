"""Entering and changing an organisation, with the letterhead of an issuer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import lock, transaction
from app.directory.models import Organisation
from app.directory.operations.changes import apply
from app.directory.organisation_details import OrganisationDetails
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def create_organisation(*, details: OrganisationDetails, actor: Actor, at: datetime) -> Organisation:
    """Enter an organisation.

    :raises Refusal: when its short name is taken.
    """
    taken = Refusal(_("There is an organisation of this short name already."), field="slug")
    try:
        with transaction() as session:
            if session.scalar(select(Organisation.id).where(Organisation.slug == details.slug)) is not None:
                raise taken
            row = Organisation(**asdict(details))
            session.add(row)
            session.flush()
            record(deed="create-organisation", subject=row, actor=actor, at=at, details={"slug": row.slug})
    except IntegrityError as error:
        raise taken from error
    return row


def change_organisation(
    *, organisation: Organisation, details: OrganisationDetails, actor: Actor, at: datetime
) -> list[str]:
    """Change an organisation; its short name stays. Letters issued before keep the letterhead they had."""
    with transaction():
        lock(organisation)
        values = asdict(details)
        del values["slug"]
        changed = apply(organisation, values)
        if changed:
            record(deed="change-organisation", subject=organisation, actor=actor, at=at, details={"changed": changed})
    return changed
