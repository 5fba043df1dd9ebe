"""``ratusha verify``."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click

from app.command_line import Outcome, verb
from app.documents.queries import Proof, prove
from app.documents.rules import Verdict


def _text(found: dict[str, Any]) -> str:
    if not found["sealed"]:
        return ""
    signed = f", signed by {found['signed_by']}" if found["signed"] else ""
    whom = f", to: {found['office']}" if found["office"] else ""
    annulled = f". ANNULLED on {found['annulled']}: no longer valid" if found["annulled"] else ""
    said = f"{found['number'] or 'no number'}, {found['date'] or 'no date'}{whom}{signed}"
    return f"Sealed by us and unchanged: {said}{annulled}"


def _why(proof: Proof) -> str:
    """What is wrong with it, in plain words."""
    if proof.verdict is Verdict.CHANGED:
        label = f" ({proof.document.number or proof.document.code})" if proof.document is not None else ""
        return f"a document of ours{label}, but changed since. Do not rely on it."
    if proof.verdict is Verdict.UNISSUED:
        return "signed with our key and unchanged, but never issued. Do not rely on it."
    return "not ours: neither sealed nor signed by us."


@verb(None, "verify", text=_text)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> dict[str, Any]:
    """Is this a document we sealed, unchanged? Exit status 0: yes, also when it was annulled since; that is told."""
    data = file.read_bytes()
    proof = prove(data)
    sealed = proof.document if proof.verdict is Verdict.INTACT else None
    signature = proof.signature if sealed is not None else None
    result = {
        "sealed": sealed is not None,
        "verdict": proof.verdict.value,
        "number": sealed.number if sealed else None,
        "office": sealed.addressee_office if sealed else None,
        "code": sealed.code if sealed else None,
        "date": sealed.dated.isoformat() if sealed and sealed.dated else None,
        "annulled": sealed.annulled_at.date().isoformat() if sealed and sealed.annulled_at else None,
        "sha256": hashlib.sha256(data).hexdigest(),
        "signed": signature is not None and signature.intact and signature.whole,
        "signed_by": signature.certificate.holder if signature else None,
        "certificate_until": signature.certificate.valid_until.date().isoformat() if signature else None,
    }
    if sealed is None:
        raise Outcome(result, f"{file.name}: {_why(proof)}")
    return result


commands = [verify]
