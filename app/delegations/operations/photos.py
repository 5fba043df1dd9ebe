"""Keeping and removing photographs of delegates."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import func, select

from app.database import after_commit, db, lock, rehearsing, transaction
from app.delegations.models import Delegate, DelegatePhoto
from app.delegations.queries.photos import photo_path
from app.history.operations import record
from app.history.rules import Actor
from app.pictures import Crop, portrait
from app.whole_files import put_whole


def set_photo(*, delegate: Delegate, content: bytes, crop: Crop | None, actor: Actor, at: datetime) -> DelegatePhoto:
    """Make a portrait of what was uploaded and keep it; one that was there before goes.

    :param crop: the part the person chose; else the middle.
    :raises Refusal: (field ``file``) when it is no sound photograph.
    """
    made = portrait(content, crop=crop)
    sha256 = hashlib.sha256(made.content).hexdigest()
    if not rehearsing():
        _put(sha256, made.content)
    with transaction() as session:
        lock(delegate)
        row = session.get(DelegatePhoto, delegate.id)
        before = row.sha256 if row is not None else None
        if row is None:
            row = DelegatePhoto(delegate_id=delegate.id)
            session.add(row)
        row.sha256, row.width, row.height, row.size = sha256, made.width, made.height, len(made.content)
        row.uploaded_by, row.created_at = actor.label, at
        delegate.updated_at = at
        session.flush()
        record(deed="delegations.set_photo", subject=delegate, actor=actor, at=at)
        if before is not None and before != sha256:
            after_commit(lambda: _drop(before))
    return row


def remove_photo(*, delegate: Delegate, actor: Actor, at: datetime) -> bool:
    """Remove the photograph; False when there was none."""
    with transaction() as session:
        lock(delegate)
        row = session.get(DelegatePhoto, delegate.id)
        if row is None:
            return False
        sha256 = row.sha256
        session.delete(row)
        delegate.updated_at = at
        session.flush()
        record(deed="delegations.remove_photo", subject=delegate, actor=actor, at=at)
        after_commit(lambda: _drop(sha256))
    return True


def _put(sha256: str, content: bytes) -> None:
    """On disk whole before the row names it. A file left by a failed transaction names nobody."""
    target = photo_path(sha256)
    if target.is_file():
        return
    put_whole(target, content)


def _drop(sha256: str) -> None:
    """Remove the file, and what was shrunk of it, when nobody else has the same picture."""
    others = db.session.scalar(select(func.count()).select_from(DelegatePhoto).where(DelegatePhoto.sha256 == sha256))
    if not others:
        whole = photo_path(sha256)
        for path in (whole, *whole.parent.glob(f"{sha256}-*.jpg")):
            path.unlink(missing_ok=True)
