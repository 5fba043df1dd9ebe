"""Entering, changing and removing a head by hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import lock, transaction
from app.directory.details import HeadDetails
from app.directory.models import MunicipalHead, Municipality
from app.directory.operations.changes import apply
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def _taken() -> Refusal:
    return Refusal(_("This person is entered with this office already."), field="last")


def _require_new(*, municipality_id: int, details: HeadDetails, besides: int | None = None) -> None:
    with transaction() as session:
        same = session.scalars(
            select(MunicipalHead.id).where(
                MunicipalHead.municipality_id == municipality_id,
                MunicipalHead.office_ru == details.office_ru,
                MunicipalHead.last == details.last,
                MunicipalHead.first == details.first,
            )
        ).all()
    if any(key != besides for key in same):
        raise _taken()


def add_head(*, municipality: Municipality, details: HeadDetails, actor: Actor, at: datetime) -> MunicipalHead:
    """Enter a head.

    :raises Refusal: when the same person is entered with the same office already.
    """
    try:
        with transaction() as session:
            _require_new(municipality_id=municipality.id, details=details)
            head = MunicipalHead(**asdict(details), municipality_id=municipality.id, updated_at=at)
            session.add(head)
            session.flush()
            record(deed="add-head", subject=municipality, actor=actor, at=at, details={"head": head.id})
    except IntegrityError as error:
        raise _taken() from error
    return head


def change_head(*, head: MunicipalHead, details: HeadDetails, actor: Actor, at: datetime) -> list[str]:
    """Change a head; returns the names of what was changed.

    :raises Refusal: as :func:`add_head`.
    """
    try:
        with transaction() as session:
            lock(head)
            _require_new(municipality_id=head.municipality_id, details=details, besides=head.id)
            changed = apply(head, asdict(details), at=at)
            if changed:
                session.flush()
                record(deed="change-head", subject=head.municipality, actor=actor, at=at,
                       details={"head": head.id, "changed": changed})  # fmt: skip
    except IntegrityError as error:
        raise _taken() from error
    return changed


def remove_head(*, head: MunicipalHead, actor: Actor, at: datetime) -> None:
    """Take a head out of the directory.

    :raises Refusal: when a letter was written to them.
    """
    try:
        with transaction() as session:
            record(deed="remove-head", subject=head.municipality, actor=actor, at=at, details={"head": head.id})
            session.delete(head)
            session.flush()
    except IntegrityError as error:
        raise Refusal(_("A letter was written to this head: the entry is kept.")) from error
