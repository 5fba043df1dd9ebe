"""Keeping and removing the arms of a municipality."""

from __future__ import annotations

import hashlib
from datetime import datetime

from app.database import lock, transaction
from app.directory.models import MunicipalArms, Municipality
from app.history.operations import record
from app.history.rules import Actor
from app.pictures import emblem


def set_arms(*, municipality: Municipality, content: bytes, actor: Actor, at: datetime) -> MunicipalArms:
    """Make a picture for papers and plates of what was uploaded; one that was there before goes.

    :raises Refusal: (field ``file``) when it is no sound picture.
    """
    made = emblem(content)
    with transaction() as session:
        lock(municipality)
        row = session.get(MunicipalArms, municipality.id)
        if row is None:
            row = MunicipalArms(municipality_id=municipality.id)
            session.add(row)
        row.picture, row.sha256 = made.content, hashlib.sha256(made.content).hexdigest()
        row.width, row.height, row.uploaded_by, row.uploaded_at = made.width, made.height, actor.label, at
        session.flush()
        record(deed="set-arms", subject=municipality, actor=actor, at=at)
    return row


def remove_arms(*, municipality: Municipality, actor: Actor, at: datetime) -> bool:
    """Remove the arms; False when there were none."""
    with transaction() as session:
        lock(municipality)
        row = session.get(MunicipalArms, municipality.id)
        if row is None:
            return False
        session.delete(row)
        record(deed="remove-arms", subject=municipality, actor=actor, at=at)
    return True
