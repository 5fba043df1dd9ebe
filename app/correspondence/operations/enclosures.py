"""What goes with the letters of a kind, and what they say beyond the facts of the conference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.correspondence.models import LetterBrief, LetterEnclosure
from app.correspondence.rules import BRIEF_FACTS, LetterKind
from app.database import db, lock, transaction
from app.documents.models import SealedDocument
from app.documents.operations import seal
from app.documents.queries import content as content_of
from app.documents.rules import check_pdf
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES

MERGED_MOST = 5 * 1024 * 1024  # bytes of an enclosure that may be part of every letter's own file


@dataclass(frozen=True)
class Offer:
    """A PDF the house can make to go with letters.

    ``make`` gives the bytes: for ``ru``, ``de`` or ``en`` in that language, for an empty text as it is usually made.
    """

    word: str
    titles: Mapping[str, str]
    make: Callable[[str], bytes]


# Rooms above offer what they can make, by a name: what is to go with letters, None when there is nothing yet.
made_enclosures: dict[str, Callable[[Conference], Offer | None]] = {}


def offers(conference: Conference) -> dict[str, Offer]:
    """What the house can make now to go with the letters of a conference, by name."""
    found = {name: offer(conference) for name, offer in made_enclosures.items()}
    return {name: offer for name, offer in found.items() if offer is not None}


def add_enclosure(
    *,
    conference: Conference,
    kind: LetterKind,
    titles: Mapping[str, str],
    content: bytes,
    filename: str,
    language: str = "",
    merged: bool = False,
    both_sides: bool = False,
    actor: Actor,
    at: datetime,
) -> LetterEnclosure:
    """Let a PDF go with every letter of a kind that is approved from now on, behind those already there.

    :param titles: what the letter's note calls it, in each language.
    :param language: only with letters in this language; empty: with all of them.
    :param merged: as part of the letter's own file, else as a file of its own.
    :param both_sides: whether it is printed on both sides of a sheet, as the note then counts it.
    :raises Refusal: when a title is missing, or the file is no plain PDF (see ``documents.rules.check_pdf``).
    """
    for code in LANGUAGES:
        if not titles.get(code, "").strip() and language in ("", code):
            missing = (
                _l("The letter names the enclosure: give its title in the language of the letters.")
                if language
                else _l("The letter names the enclosure: give its title in all three languages.")
            )
            raise Refusal(missing, field=f"title_{code}")
    facts = check_pdf(content, filename=filename)
    _require_small(merged, len(content))
    sheets = (facts.pages + 1) // 2 if both_sides else facts.sheets
    title = next(titles[code].strip() for code in (language or "en", "en", "ru", "de") if titles.get(code, "").strip())
    with transaction() as session:
        lock(conference)
        last = session.scalar(
            select(func.max(LetterEnclosure.position)).where(
                LetterEnclosure.conference_id == conference.id, LetterEnclosure.kind == kind
            )
        )
        document = seal(content=content, kind="attachment", title=title[:300], at=at, sheets=sheets)
        row = LetterEnclosure(
            conference_id=conference.id, kind=kind, document=document, position=0 if last is None else last + 1,
            language=language, merged=merged, pages=facts.pages, odd_pages=list(facts.odd_pages),
            **{f"title_{code}": (titles.get(code, "").strip() or title)[:300] for code in LANGUAGES}, created_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        record(deed="correspondence.add_enclosure", subject=row, actor=actor, at=at, details={"sheets": sheets})
    return row


def add_made_enclosure(
    *,
    conference: Conference,
    kind: LetterKind,
    name: str,
    language: str = "",
    merged: bool = False,
    both_sides: bool = False,
    actor: Actor,
    at: datetime,
) -> LetterEnclosure:
    """Let what the house makes now go with the letters of a kind; the same bytes go to everyone.

    :param name: one of :func:`offers`.
    :raises Refusal: when there is nothing to make; see :func:`add_enclosure`.
    """
    offer = offers(conference).get(name)
    if offer is None:
        raise Refusal(_l("There is nothing to make of it yet."), field="made")
    return add_enclosure(
        conference=conference, kind=kind, titles=offer.titles, content=offer.make(language),
        filename=f"{name}.pdf", language=language, merged=merged, both_sides=both_sides, actor=actor, at=at,
    )  # fmt: skip


def _require_small(merged: bool, size: int) -> None:
    if merged and size > MERGED_MOST:
        raise Refusal(
            _l("The PDF is larger than 5 MB: let it go as a file of its own, or make it smaller."), field="merged"
        )


def set_merged(*, enclosure: LetterEnclosure, merged: bool, actor: Actor, at: datetime) -> None:
    """Let it be part of the letter's own file, or a file of its own, with letters approved from now on.

    :raises Refusal: when it is too large to be part of every letter.
    """
    _require_small(merged, enclosure.document.size)
    with transaction():
        if lock(enclosure).merged is merged:
            return
        enclosure.merged = merged
        record(deed="correspondence.set_merged", subject=enclosure, actor=actor, at=at, details={"merged": merged})


def apart(kept: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of the enclosures as kept with a letter those that are files of their own."""
    return [row for row in kept if not row.get("merged")]


def joined_contents(kept: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Of the enclosures as kept with a letter those that are part of the letter's own file, in order."""
    ids = [row["document_id"] for row in kept if row.get("merged")]
    return [content_of(db.session.get_one(SealedDocument, number)) for number in ids]


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

    The history names the facts that were changed; a brief saved as it was is no change.

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
        before = row.facts or {}
        if before == kept and row.id is not None:
            return row
        changed = sorted(name for name in before.keys() | kept.keys() if before.get(name) != kept.get(name))
        row.facts, row.updated_at = kept, at
        session.flush()
        record(deed="correspondence.set_brief", subject=row, actor=actor, at=at,
               details={"facts": sorted(kept), "changed": changed})  # fmt: skip
    return row
