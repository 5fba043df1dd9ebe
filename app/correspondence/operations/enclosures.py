"""What goes with the letters of a kind, and what they say beyond the facts of the conference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.correspondence.models import LetterBrief, LetterEnclosure
from app.correspondence.rules import BRIEF_FACTS, LetterKind
from app.database import lock, transaction
from app.documents.operations import seal
from app.documents.rules import check_pdf
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES


def add_enclosure(
    *,
    conference: Conference,
    kind: LetterKind,
    titles: Mapping[str, str],
    content: bytes,
    filename: str,
    actor: Actor,
    at: datetime,
) -> LetterEnclosure:
    """Let a PDF go with every letter of a kind that is approved from now on, behind those already there.

    :param titles: what the letter's note calls it, in each language.
    :raises Refusal: when a title is missing, or the file is no plain PDF (see ``documents.rules.check_pdf``).
    """
    for code in LANGUAGES:
        if not titles.get(code, "").strip():
            raise Refusal(_l("The letter names the enclosure: give its title in all three languages."),
                          field=f"title_{code}")  # fmt: skip
    facts = check_pdf(content, filename=filename)
    with transaction() as session:
        lock(conference)
        last = session.scalar(
            select(func.max(LetterEnclosure.position)).where(
                LetterEnclosure.conference_id == conference.id, LetterEnclosure.kind == kind
            )
        )
        document = seal(
            content=content, kind="attachment", title=titles["en"].strip()[:300], at=at, sheets=facts.sheets
        )
        row = LetterEnclosure(
            conference_id=conference.id, kind=kind, document=document, position=0 if last is None else last + 1,
            title_ru=titles["ru"].strip()[:300], title_de=titles["de"].strip()[:300],
            title_en=titles["en"].strip()[:300], created_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        record(deed="correspondence.add_enclosure", subject=row, actor=actor, at=at, details={"sheets": facts.sheets})
    return row


def remove_enclosure(*, enclosure: LetterEnclosure, actor: Actor, at: datetime) -> None:
    """Let it go with no further letter; approved and issued letters keep it."""
    with transaction() as session:
        record(deed="correspondence.remove_enclosure", subject=enclosure, actor=actor, at=at)
        session.delete(enclosure)


def move_enclosure(*, enclosure: LetterEnclosure, earlier: bool, actor: Actor, at: datetime) -> None:
    """Let it stand one place earlier or later among the enclosures; at the end nothing happens."""
    with transaction() as session:
        rows = list(
            session.scalars(
                select(LetterEnclosure)
                .where(LetterEnclosure.conference_id == enclosure.conference_id, LetterEnclosure.kind == enclosure.kind)
                .order_by(LetterEnclosure.position, LetterEnclosure.id)
                .with_for_update()
            )
        )
        here = rows.index(enclosure)
        there = here - 1 if earlier else here + 1
        if 0 <= there < len(rows):
            rows[here], rows[there] = rows[there], rows[here]
        for place, row in enumerate(rows):
            row.position = place
        record(deed="correspondence.move_enclosure", subject=enclosure, actor=actor, at=at)


def set_brief(
    *,
    conference: Conference,
    kind: LetterKind,
    language: str,
    facts: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> LetterBrief:
    """Say what the letters of a kind tell in one language beyond the conference's own facts.

    :param facts: merge fields of :data:`app.correspondence.rules.BRIEF_FACTS`; empty ones are left out.
    :raises Refusal: naming a fact nobody knows.
    """
    unknown = [name for name in facts if name not in BRIEF_FACTS]
    if unknown:
        raise Refusal(_l("There is no fact “%(name)s”.", name=unknown[0]), field=unknown[0])
    kept = {name: value for name, value in facts.items() if value not in (None, "", [])}
    with transaction() as session:
        lock(conference)
        row = session.scalar(
            select(LetterBrief).where(
                LetterBrief.conference_id == conference.id, LetterBrief.kind == kind, LetterBrief.language == language
            )
        )
        if row is None:
            row = LetterBrief(conference_id=conference.id, kind=kind, language=language)
            session.add(row)
        row.facts, row.updated_at = kept, at
        session.flush()
        record(deed="correspondence.set_brief", subject=row, actor=actor, at=at, details={"facts": sorted(kept)})
    return row
