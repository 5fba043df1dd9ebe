"""What a PDF must be before it may go with a letter, and what a file that somebody shows us can be."""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal

MAX_BYTES = 20 * 1024 * 1024
# Without 0, 1, I, L, O, U: what is read aloud or typed from paper is not mistaken.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
# Seconds on the wall for a look into a PDF on a machine that is busy; its processor time is limited more narrowly.
_PATIENCE = 20
_INSPECTION = Path(__file__).with_name("inspection.py")

log = logging.getLogger("ratusha.documents")


class Verdict(StrEnum):
    """What a file is that somebody shows us."""

    INTACT = "intact"  # ours, byte for byte
    CHANGED = "changed"  # ours, but changed since
    UNISSUED = "unissued"  # signed by us and unchanged, but nothing we issued
    FOREIGN = "foreign"  # not ours


@dataclass(frozen=True)
class PdfFacts:
    """``pages`` of the file, ``sheets`` of paper it takes printed on one side; ``odd_pages`` are not A4, from 1."""

    pages: int
    odd_pages: tuple[int, ...] = ()

    @property
    def sheets(self) -> int:
        """A page a sheet: letters go out printed on one side."""
        return self.pages


def new_code() -> str:
    """A code for ``/verify/CODE``: 30^10 possibilities."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def tidy_code(code: str) -> str:
    """A code as typed by a person: any case, blanks and hyphens allowed."""
    return "".join(sign for sign in code.upper() if sign.isalnum())[:20]


def _look_into(content: bytes) -> dict[str, Any]:
    """What :mod:`app.documents.inspection` finds; when it does not live to tell, the file is too intricate."""
    command = [sys.executable, "-I", str(_INSPECTION)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603  # our own script
        found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"fault": "intricate"}
    except (subprocess.TimeoutExpired, ValueError):
        return {"fault": "intricate"}
    if done.returncode != 0:
        log.warning("a PDF could not be looked into: status %s, %s", done.returncode, done.stderr[-300:])
    return found


def check_pdf(content: bytes, *, filename: str) -> PdfFacts:
    """Make sure that a file is a plain PDF that may go with a letter; whatever the file, within seconds and 300 MB.

    :raises Refusal: (field ``file``) when it is no PDF, damaged, encrypted, too long or too large, carries scripts,
        actions, media or other files, or an image larger than any printer needs.
    """

    def refuse(message: Message) -> Refusal:
        return Refusal(message, field="file")

    if len(content) > MAX_BYTES:
        raise refuse(_l("“%(name)s” is larger than 20 MB.", name=filename))
    if b"%PDF-" not in content[:1024]:
        raise refuse(_l("“%(name)s” is not a PDF.", name=filename))
    found = _look_into(content)
    match found.get("fault"):
        case None:
            return PdfFacts(found["pages"], tuple(found["odd"]))
        case "encrypted":
            raise refuse(_l("“%(name)s” is encrypted; save it without a password.", name=filename))
        case "empty":
            raise refuse(_l("“%(name)s” has no pages.", name=filename))
        case "long":
            raise refuse(_l("“%(name)s” has more than 200 pages.", name=filename))
        case "active":
            raise refuse(_l("“%(name)s” carries scripts or media; print it to a plain PDF.", name=filename))
        case "embedded":
            raise refuse(_l("“%(name)s” carries other files inside; print it to a plain PDF.", name=filename))
        case "image":
            raise refuse(
                _l("“%(name)s” has an image of more than 100 megapixels; save it with smaller images.", name=filename)
            )
        case "intricate":
            raise refuse(_l("“%(name)s” is too intricate to be checked; print it to a plain PDF.", name=filename))
        case _:
            raise refuse(_l("“%(name)s” is damaged: it does not open without repair. Save it anew.", name=filename))
