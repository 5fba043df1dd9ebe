"""Entering, changing and removing a tie by hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import lock, transaction
from app.directory.details import PartnershipDetails
from app.directory.models import Municipality, Partnership
from app.directory.operations.changes import apply
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def _taken() -> Refusal:
    return Refusal(_("This tie is entered already, with the same kind and year."), field="partner")


def _require_new(*, a_id: int, b_id: int, details: PartnershipDetails, besides: int | None = None) -> None:
    with transaction() as session:
        same = session.scalar(
            select(Partnership.id).where(
                Partnership.a_id == a_id,
                Partnership.b_id == b_id,
                Partnership.kind == details.kind,
                Partnership.since_year == details.since_year,
            )
        )
    if same is not None and same != besides:
        raise _taken()


def add_partnership(
    *, municipality: Municipality, partner: Municipality, details: PartnershipDetails, actor: Actor, at: datetime
) -> Partnership:
    """Enter a tie of two municipalities.

    :raises Refusal: when both are one, or when there is one of the same kind and year already.
    """
    if municipality.id == partner.id:
        raise Refusal(_("A municipality cannot be its own partner."), field="partner")
    a_id, b_id = sorted((municipality.id, partner.id))
    try:
        with transaction() as session:
            _require_new(a_id=a_id, b_id=b_id, details=details)
            tie = Partnership(**asdict(details), a_id=a_id, b_id=b_id, updated_at=at)
            session.add(tie)
            session.flush()
            for end in (municipality, partner):
                record(deed="add-partnership", subject=end, actor=actor, at=at, details={"partnership": tie.id})
    except IntegrityError as error:
        raise _taken() from error
    return tie


def change_partnership(*, tie: Partnership, details: PartnershipDetails, actor: Actor, at: datetime) -> list[str]:
    """Change kind, year and notes of a tie; returns the names of what was changed.

    :raises Refusal: as :func:`add_partnership`.
    """
    try:
        with transaction() as session:
            lock(tie)
            _require_new(a_id=tie.a_id, b_id=tie.b_id, details=details, besides=tie.id)
            changed = apply(tie, asdict(details), at=at)
            if changed:
                session.flush()
                for end in (tie.a, tie.b):
                    record(deed="change-partnership", subject=end, actor=actor, at=at,
                           details={"partnership": tie.id, "changed": changed})  # fmt: skip
    except IntegrityError as error:
        raise _taken() from error
    return changed


def remove_partnership(*, tie: Partnership, actor: Actor, at: datetime) -> None:
    """Take a tie out of the directory; history keeps who did it."""
    with transaction() as session:
        for end in (tie.a, tie.b):
            record(deed="remove-partnership", subject=end, actor=actor, at=at,
                   details={"kind": tie.kind.value, "since_year": tie.since_year})  # fmt: skip
        session.delete(tie)
