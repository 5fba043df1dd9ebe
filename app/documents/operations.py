"""Signing and sealing: bytes get our signature, are stored under their SHA-256 and never change again."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import date, datetime

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.database import transaction
from app.documents.certificate import signing_key
from app.documents.models import SealedDocument
from app.documents.queries import path_of
from app.documents.rules import new_code
from app.documents.signatures import Signer
from app.errors import Refusal
from app.i18n import date_long


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


def sign(content: bytes, *, reason: str, at: datetime, holder: str = "") -> bytes:
    """``content`` with our electronic signature (PAdES-B-B, ETSI EN 319 142-1), invisible; no change is allowed after.

    Sign before the transaction that seals: it needs no lock and takes some milliseconds.

    :param reason: what readers show as the reason of the signature, such as the number of the letter.
    :param at: the moment the signature claims.
    :param holder: whose name the certificate carries when the house has to make its own now.
    :raises Refusal: when the certificate has ended.
    :raises ValueError: when ``content`` is no sound PDF, or signed already.
    """
    key = signing_key(holder=holder, at=at)
    if at > key.certificate.valid_until:
        raise Refusal(
            _l(
                "The certificate for signatures ended on %(date)s. Put a new one in place, then issue again.",
                date=date_long(key.certificate.valid_until.date()),
            )
        )
    signer: Signer | None = current_app.extensions.get("ratusha.signer")
    if signer is None:
        signer = current_app.extensions["ratusha.signer"] = Signer(key)
    return signer.sign(content, reason=reason, name=key.certificate.holder, at=at)


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
    signed: bool = False,
) -> SealedDocument:
    """Seal ``content`` in the surrounding transaction: the bytes are on disk before the row commits.

    :param code: the code of ``/verify/CODE`` when it stands on the paper already; else a new one.
    :param sheets: printed leaves, 0 when not counted.
    :param signed: whether ``content`` came from :func:`sign`.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        _store(content, sha256)
        document = SealedDocument(
            sha256=sha256, size=len(content), media_type=media_type, kind=kind, code=code or new_code(),
            title=title, number=number, dated=dated, addressee_office=addressee_office, sheets=sheets or 0,
            signed=signed, created_at=at,
        )  # fmt: skip
        session.add(document)
        session.flush()
    return document
