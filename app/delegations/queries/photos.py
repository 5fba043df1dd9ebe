"""Finding the photographs of delegates."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app.database import db
from app.delegations.models import Delegate, DelegatePhoto
from app.delegations.queries.consents import agrees
from app.delegations.rules.consents import Purpose


def photo_path(sha256: str) -> Path:
    """Where the JPEG with this SHA-256 lies."""
    folder: Path = current_app.config["SETTINGS"].data / "photos"
    return folder / sha256[:2] / f"{sha256}.jpg"


def photo_row(delegate: Delegate) -> DelegatePhoto | None:
    """What is known of a person's photograph."""
    return db.session.get(DelegatePhoto, delegate.id)


def photo_of(delegate: Delegate) -> Path | None:
    """The file of a person's portrait (JPEG, 3 by 4, at most 900 by 1200): for badge, desk and the person."""
    row = photo_row(delegate)
    path = photo_path(row.sha256) if row is not None else None
    return path if path is not None and path.is_file() else None


def photos_of(delegate_ids: Collection[int]) -> dict[int, Path]:
    """The same for many, by delegate; those without one are left out. One query."""
    rows = db.session.execute(
        select(DelegatePhoto.delegate_id, DelegatePhoto.sha256).where(DelegatePhoto.delegate_id.in_(delegate_ids))
    )
    found = {number: photo_path(sha256) for number, sha256 in rows}
    return {number: path for number, path in found.items() if path.is_file()}


def public_photo_of(delegate: Delegate) -> Path | None:
    """The portrait for published lists: only while the person agrees to that."""
    return photo_of(delegate) if agrees(delegate, Purpose.PHOTO) else None
