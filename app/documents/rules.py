"""What a PDF must be before it may go with a letter."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 200
# Without 0, 1, I, L, O, U: what is read aloud or typed from paper is not mistaken.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
_ACTIVE = ("/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/EmbeddedFiles", "/XFA")


@dataclass(frozen=True)
class PdfFacts:
    """``pages`` of the file, ``sheets`` of paper it takes printed on one side."""

    pages: int

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


def check_pdf(content: bytes, *, filename: str) -> PdfFacts:
    """Make sure that a file is a plain PDF that may go with a letter.

    :raises Refusal: (field ``file``) when it is no PDF, damaged, encrypted, too long, or carries active content.
    """
    import pikepdf

    def refuse(message: Message) -> Refusal:
        return Refusal(message, field="file")

    if len(content) > MAX_BYTES:
        raise refuse(_l("“%(name)s” is larger than 20 MB.", name=filename))
    if b"%PDF-" not in content[:1024]:
        raise refuse(_l("“%(name)s” is not a PDF.", name=filename))
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise refuse(_l("“%(name)s” is encrypted; save it without a password.", name=filename))
            pages = len(pdf.pages)
            root = pdf.Root
            names: Any = root.get("/Names", {})
            form: Any = root.get("/AcroForm", {})
            active = [key for key in _ACTIVE if key in root or key in names or key in form]
            active += [key for page in pdf.pages for key in ("/AA",) if key in page.obj]
    except pikepdf.PasswordError as reason:
        raise refuse(_l("“%(name)s” is encrypted; save it without a password.", name=filename)) from reason
    except pikepdf.PdfError as reason:
        raise refuse(_l("“%(name)s” is damaged: it cannot be opened.", name=filename)) from reason
    if pages == 0:
        raise refuse(_l("“%(name)s” has no pages.", name=filename))
    if pages > MAX_PAGES:
        raise refuse(_l("“%(name)s” has more than 200 pages.", name=filename))
    if active:
        raise refuse(_l("“%(name)s” carries scripts or embedded files; print it to a plain PDF.", name=filename))
    return PdfFacts(pages)
