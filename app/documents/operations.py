"""Signing and sealing: bytes get our signature, are stored under their SHA-256 and never change again."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.database import after_commit, db, transaction
from app.documents.certificate import signing_key
from app.documents.models import SealedDocument
from app.documents.queries import path_of
from app.documents.rules import new_code
from app.documents.signatures import Signing
from app.errors import Refusal
from app.i18n import date_long
from app.strongbox import lock_anew, lock_bytes


def _store_locked(content: bytes, sha256: str) -> None:
    """Put locked bytes in place under the name of what they hold, also where some lie already."""
    _place([(content, sha256)], again=True)


def store_all(contents: Iterable[bytes]) -> None:
    """Put bytes that will be sealed in place together: sooner than one by one when they are sealed.

    Before the transaction: it takes some milliseconds, and a file that is never sealed harms nobody.
    """
    _place([(content, hashlib.sha256(content).hexdigest()) for content in contents])


def _place(files: Iterable[tuple[bytes, str]], *, again: bool = False) -> None:
    drafts: list[tuple[Path, Path, int]] = []
    try:
        for content, sha256 in files:
            target = path_of(sha256)
            if not again and target.exists() and target.stat().st_size == len(content):
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            draft = target.with_name(f".{secrets.token_hex(8)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
            drafts.append((draft, target, descriptor))
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(content)
        for draft, target, descriptor in drafts:
            os.fsync(descriptor)
            os.replace(draft, target)
    finally:
        for draft, _target, descriptor in drafts:
            os.close(descriptor)
            draft.unlink(missing_ok=True)
    for parent in {target.parent for _draft, target, _descriptor in drafts}:
        folder = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def signing(*, at: datetime, holder: str = "") -> Signing:
    """How to sign now, here or in a process that is handed it; needs no lock.

    :param at: the moment the signatures claim.
    :param holder: whose name the certificate carries when the house has to make its own now.
    :raises Refusal: when the certificate has ended.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = signing_key(holder=holder, at=at)
    if at > key.certificate.valid_until:
        raise Refusal(
            _l(
                "The certificate for signatures ended on %(date)s. Put a new one in place, then issue again.",
                date=date_long(key.certificate.valid_until.date()),
            )
        )
    return Signing(
        key=key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        certificate=key.certificate.der,
        chain=key.chain,
        holder=key.certificate.holder,
        at=at,
    )


def sign(content: bytes, *, reason: str, at: datetime, holder: str = "") -> bytes:
    """``content`` with our electronic signature (PAdES-B-B, ETSI EN 319 142-1), invisible; no change is allowed after.

    Sign before the transaction that seals: it needs no lock and takes some milliseconds.

    :param reason: what readers show as the reason of the signature, such as the number of the letter.
    :raises Refusal: when the certificate has ended; see :func:`signing`.
    :raises ValueError: when ``content`` is no sound PDF, or signed already.
    """
    return signing(at=at, holder=holder).sign(content, reason=reason)


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
    private: bool = False,
) -> SealedDocument:
    """Seal ``content`` in the surrounding transaction: the bytes are on disk before the row commits.

    :param code: the code of ``/verify/CODE`` when it stands on the paper already; else a new one.
    :param sheets: printed leaves, 0 when not counted.
    :param signed: whether ``content`` came from :func:`sign`.
    :param private: whether it holds what must not lie open: it is kept locked, and may be erased.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        if private:
            _store_locked(lock_bytes(content), sha256)
        else:
            store_all([content])
        document = SealedDocument(
            sha256=sha256, size=len(content), media_type=media_type, kind=kind, code=code or new_code(),
            title=title, number=number, dated=dated, addressee_office=addressee_office, sheets=sheets or 0,
            signed=signed, private=private, created_at=at,
        )  # fmt: skip
        session.add(document)
        session.flush()
    return document


def annul(*, document: SealedDocument, at: datetime) -> None:
    """From now on whoever checks the document is told that it is no longer valid. Its bytes stay what they are."""
    with transaction():
        if document.annulled_at is None:
            document.annulled_at = at


def erase(*, document: SealedDocument, at: datetime) -> bool:
    """Erase the bytes of a private document once the surrounding transaction is on disk; its entry and sign stay.

    :returns: False when it was erased before, or is none that may be.
    """
    with transaction():
        if not document.private or document.erased_at is not None:
            return False
        document.erased_at = at
        place = path_of(document.sha256)
        after_commit(lambda: place.unlink(missing_ok=True))
    return True


def lock_private_anew() -> int:
    """Lock the bytes of every private document with the first key of the house; returns of how many.

    They are put in place once the surrounding transaction is on disk.

    :raises Locked: when no key of the house opens one.
    """
    rows = db.session.scalars(
        select(SealedDocument).where(SealedDocument.private.is_(True), SealedDocument.erased_at.is_(None))
    ).all()
    for row in rows:
        locked, sha256 = lock_anew(path_of(row.sha256).read_bytes()), row.sha256
        after_commit(lambda locked=locked, sha256=sha256: _store_locked(locked, sha256))  # type: ignore[misc]  # mypy: lambda default
    return len(rows)
