"""Finding sealed documents and reading their bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app.database import db
from app.documents.certificate import known_certificates
from app.documents.models import SealedDocument
from app.documents.rules import Verdict, tidy_code
from app.documents.signatures import Signature, signature_in
from app.strongbox import Locked, open_bytes

# So many ends of a PDF are looked at when the file may be one of ours with something added behind.
_ENDS = 64


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
        if document.private:
            data = open_bytes(data)
    except (FileNotFoundError, Locked) as reason:
        raise Altered(document.sha256) from reason
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise Altered(document.sha256)
    return data


def by_code(code: str) -> SealedDocument | None:
    """The document of a ``/verify/CODE``, as typed."""
    return db.session.scalar(select(SealedDocument).where(SealedDocument.code == tidy_code(code)))


def by_content(data: bytes) -> SealedDocument | None:
    """The sealed document with exactly these bytes, the first if several."""
    digest = hashlib.sha256(data).hexdigest()
    return db.session.scalar(
        select(SealedDocument).where(SealedDocument.sha256 == digest).order_by(SealedDocument.id).limit(1)
    )


@dataclass(frozen=True)
class Proof:
    """What a file is: ``document`` is the one it is, or was before it was changed, if that can be told."""

    verdict: Verdict
    document: SealedDocument | None
    signature: Signature | None


def prove(data: bytes) -> Proof:
    """Is this file ours, and as it was issued? By the sealed bytes first, then by the signature it carries."""
    document = by_content(data)
    if document is not None:
        return Proof(Verdict.INTACT, document, signature_in(data, None) if document.signed else None)
    signature = signature_in(data, known_certificates())
    before = _before_additions(data)
    if before is not None:
        return Proof(Verdict.CHANGED, before, signature)
    if signature is None:
        return Proof(Verdict.FOREIGN, None, None)
    return Proof(Verdict.UNISSUED if signature.intact and signature.whole else Verdict.CHANGED, None, signature)


def _before_additions(data: bytes) -> SealedDocument | None:
    """The sealed document ``data`` begins with: programs that change a PDF mostly write behind its end."""
    digests: list[str] = []
    running, done = hashlib.sha256(), 0
    view = memoryview(data)
    for found in islice(re.finditer(rb"%%EOF(?:\r\n|\n|\r)?", data), _ENDS):
        for end in sorted({found.start() + 5, found.end()}):
            running.update(view[done:end])
            done = end
            digests.append(running.hexdigest())
    return db.session.scalar(
        select(SealedDocument).where(SealedDocument.sha256.in_(digests)).order_by(SealedDocument.size.desc()).limit(1)
    )


def signature_of(document: SealedDocument) -> Signature | None:
    """The signature of a document of ours, checked anew; None when it was issued without.

    :raises Altered: when our own copy was changed or is gone.
    """
    return signature_in(content(document), None) if document.signed else None
