"""The wordings of letters: which one holds, what went before, how two differ, which merge fields there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import func, select

from app.correspondence.models import LetterText
from app.correspondence.rules import LetterKind
from app.database import db, fold
from invitations.letter import shipped_text
from invitations.merge import FIELDS, Field

_RAW = ("format", "format_was", "attendance")  # given values that other fields put into words
SHIPPED = 0  # the version of the wording that came with the house


@dataclass(frozen=True)
class Wording:
    """A version of the text of a kind and language; ``body`` None stands for the shipped one."""

    version: int = SHIPPED
    body: str | None = None


def wordings(kind: LetterKind, languages: Iterable[str]) -> dict[str, Wording]:
    """The wording that holds now, by language; one query."""
    newest = (
        select(LetterText.language, func.max(LetterText.version).label("version"))
        .where(LetterText.kind == kind)
        .group_by(LetterText.language)
        .subquery()
    )
    rows = db.session.scalars(
        select(LetterText)
        .join(newest, (newest.c.language == LetterText.language) & (newest.c.version == LetterText.version))
        .where(LetterText.kind == kind)
    )
    found = {row.language: Wording(row.version, row.body) for row in rows}
    return {code: found.get(code, Wording()) for code in languages}


def wording_of(kind: LetterKind, language: str, version: int) -> Wording | None:
    """The wording of that version; None when there was never such a version."""
    if version == SHIPPED:
        return Wording()
    body = db.session.scalar(
        select(LetterText.body).where(
            LetterText.kind == kind, LetterText.language == language, LetterText.version == version
        )
    )
    return None if body is None else Wording(version, body)


def body_of(kind: LetterKind, language: str, wording: Wording) -> str:
    """The words of a wording, the shipped ones too."""
    return (shipped_text(kind.value, language) if wording.body is None else wording.body).strip()


def versions_of(kind: LetterKind, language: str) -> Sequence[LetterText]:
    """The versions organisers made, newest first."""
    return db.session.scalars(
        select(LetterText)
        .where(LetterText.kind == kind, LetterText.language == language)
        .order_by(LetterText.version.desc())
    ).all()


def newest_texts() -> dict[tuple[LetterKind, str], LetterText]:
    """The newest version of every text that organisers have edited; one query."""
    rows = db.session.scalars(select(LetterText).order_by(LetterText.version))
    return {(row.kind, row.language): row for row in rows}


def find_fields(words: str, language: str) -> list[Field]:
    """The merge fields whose name, meaning or example contains every word; all when nothing is asked."""
    wanted = (fold(words) or "").split()
    return [
        field
        for field in FIELDS.values()
        if field.name not in _RAW
        and all(
            word in (fold(f"{field.name} {field.meaning[language]} {field.example[language]}") or "") for word in wanted
        )
    ]


@dataclass(frozen=True)
class Change:
    """A stretch of a text compared with another: ``kept``, ``added`` or ``removed``."""

    how: str
    text: str


def difference(before: str, after: str) -> list[Change]:
    """How ``after`` differs from ``before``, word by word."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    changes: list[Change] = []
    for deed, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if deed == "equal":
            changes.append(Change("kept", "".join(old[a:b])))
            continue
        if b > a:
            changes.append(Change("removed", "".join(old[a:b])))
        if d > c:
            changes.append(Change("added", "".join(new[c:d])))
    return changes
