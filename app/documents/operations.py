"""Sealing: bytes are stored under their SHA-256 and never changed."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import date, datetime

from app.database import transaction
from app.documents.models import SealedDocument
from app.documents.queries import path_of
from app.documents.rules import new_code


def _store(content: bytes, sha256: str) -> None:
    """Put the bytes in place whole and on disk. A file left by a failed transaction harms nobody."""
    target = path_of(sha256)
    if target.exists() and target.stat().st_size == len(content):
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    draft = target.with_name(f".{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def seal(
    *,
    content: bytes,
    kind: str,
    title: str,
    at: datetime,
    number: str = "",
    dated: date | None = None,
    addressee_office: str = "",
    sheets: int | None = None,
    media_type: str = "application/pdf",
    code: str | None = None,
) -> SealedDocument:
    """Seal ``content`` in the surrounding transaction: the bytes are on disk before the row commits.

    :param code: the code of ``/verify/CODE`` when it stands on the paper already; else a new one.
    :param sheets: printed leaves, 0 when not counted.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        _store(content, sha256)
        document = SealedDocument(
            sha256=sha256, size=len(content), media_type=media_type, kind=kind, code=code or new_code(),
            title=title, number=number, dated=dated, addressee_office=addressee_office, sheets=sheets or 0,
            signed=False, created_at=at,
        )  # fmt: skip
        session.add(document)
        session.flush()
    return document
