"""What a person may be asked to agree to, each apart from the others, and the text they agree to. No database.

Sources: Federal Law 152-FZ article 9 (a separate document since 01.09.2025) and 10.1 (publication); GDPR articles 6, 7,
9 (2) (a) and 49 (1) (a); PassG section 18 (3). A text once used is never edited: a new wording is a new version.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app.errors import Refusal


class Purpose(StrEnum):
    """What data are used for. The values stand in the database and in forms."""

    PROCESSING = "processing"  # registration and the conference itself
    CROSS_BORDER = "cross_border"
    PUBLICATION = "publication"  # of name, city and organisation
    PHOTO = "photo"  # publication of the photograph of the person
    RECORDING = "recording"  # pictures and recordings made at the conference
    HEALTH = "health"  # diet and access needs
    VISA = "visa"  # passport data
    NEWSLETTER = "newsletter"


VERSION = "2026-1"  # of the texts asked for now
_TEXTS = Path(__file__).resolve().parent.parent / "consent_texts"
ADULT_AGE = 18


@dataclass(frozen=True)
class Operator:
    """Who is agreed with, and for what: what stands in the blanks of a text."""

    name: str
    address: str
    email: str
    conference: str


@dataclass(frozen=True)
class ConsentText:
    """A text as it was shown: title, paragraphs, and the sign of the whole."""

    purpose: Purpose
    version: str
    language: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def whole(self) -> str:
        """Everything, as it is kept."""
        return "\n\n".join((self.title, *self.paragraphs))

    @cached_property
    def sha256(self) -> str:
        """Of :attr:`whole` in UTF-8."""
        return hashlib.sha256(self.whole.encode()).hexdigest()


@cache
def _wordings(version: str, language: str) -> dict[str, tuple[str, ...]]:
    text = (_TEXTS / version / f"{language}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\w+)\s*$", text, flags=re.MULTILINE)[1:]
    return {
        name: tuple(" ".join(piece.split()) for piece in body.strip().split("\n\n") if piece.strip())
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


@lru_cache(maxsize=512)
def consent_text(purpose: Purpose, language: str, operator: Operator, version: str = VERSION) -> ConsentText:
    """The text of one purpose with its blanks filled; what is the same in all of them stands at its end."""
    wordings = _wordings(version, language)
    title, *body = wordings[purpose.value]
    blanks = {"operator": operator.name, "address": operator.address, "email": operator.email,
              "conference": operator.conference}  # fmt: skip

    def filled(text: str) -> str:
        return " ".join(re.sub(r"\{(\w+)\}", lambda found: blanks[found.group(1)], text).split())

    return ConsentText(
        purpose, version, language, filled(title), tuple(filled(piece) for piece in (*body, *wordings["common"]))
    )


def is_minor(birth: date, first_day: date) -> bool:
    """Whether somebody born on ``birth`` is under 18 on the first day of the conference."""
    years = first_day.year - birth.year - ((first_day.month, first_day.day) < (birth.month, birth.day))
    return years < ADULT_AGE


def require_guardian(*, minor: bool, guardian: str) -> None:
    """For a minor a parent or guardian agrees, by name.

    :raises Refusal: (field ``guardian``) when the name is missing.
    """
    if minor and len(guardian.split()) < 2:
        raise Refusal(
            _l("For somebody under 18 a parent or guardian agrees: please give their first and family name."),
            field="guardian",
        )
