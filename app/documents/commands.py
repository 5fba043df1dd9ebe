"""``ratusha verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.command_line import Outcome, verb
from app.documents.queries import by_content


def _text(found: dict[str, Any]) -> str:
    if not found["sealed"]:
        return ""
    return f"Sealed by us and unchanged: {found['number'] or 'no number'}, {found['date'] or 'no date'}"


@verb(None, "verify", text=_text)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> dict[str, Any]:
    """Is this a document we sealed, unchanged? Exit status 0: yes."""
    import hashlib

    data = file.read_bytes()
    document = by_content(data)
    result = {
        "sealed": document is not None,
        "number": document.number if document else None,
        "date": document.dated.isoformat() if document and document.dated else None,
        "sha256": hashlib.sha256(data).hexdigest(),
        "signed": bool(document and document.signed),
    }
    if document is None:
        raise Outcome(result, f"{file.name}: not a document we sealed, or changed since.")
    return result


commands = [verify]
