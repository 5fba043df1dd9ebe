"""Finding sealed documents and reading their bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app.database import db
from app.documents.models import SealedDocument
from app.documents.rules import tidy_code


class Altered(RuntimeError):
    """The bytes on disk are not those that were sealed."""


def store() -> Path:
    """The folder of sealed files."""
    folder: Path = current_app.config["SETTINGS"].data / "documents"
    return folder


def path_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return store() / sha256[:2] / f"{sha256}.pdf"


def path(document: SealedDocument) -> Path:
    """Where the bytes of ``document`` lie."""
    return path_of(document.sha256)


def content(document: SealedDocument) -> bytes:
    """The bytes as sealed.

    :raises Altered: when the file was changed or is gone.
    """
    try:
        data = path(document).read_bytes()
    except FileNotFoundError as reason:
        raise Altered(document.sha256) from reason
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise Altered(document.sha256)
    return data


def by_code(code: str) -> SealedDocument | None:
    """The document of a ``/verify/CODE``, as typed."""
    return db.session.scalar(select(SealedDocument).where(SealedDocument.code == tidy_code(code)))


def by_content(data: bytes) -> SealedDocument | None:
    """The sealed letter with exactly these bytes, the first if several."""
    digest = hashlib.sha256(data).hexdigest()
    return db.session.scalar(
        select(SealedDocument).where(SealedDocument.sha256 == digest).order_by(SealedDocument.id).limit(1)
    )
