"""Who wrote what the letters of a kind say: whoever last changed the wording, and each fact of the brief."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import LetterBrief, LetterText
from app.correspondence.queries.texts import newest_texts
from app.correspondence.rules import SHARED_FACTS, LetterKind
from app.database import db
from app.history.queries import done_to


def authors_of(conference: Conference, kind: LetterKind, languages: Iterable[str]) -> dict[str, frozenset[int]]:
    """The staff who wrote the words of such letters that stand now, by language.

    A letter takes its brief's facts, those of the invitation's brief, and the shared ones of every language.
    """
    found: dict[str, set[int]] = {code: set() for code in languages}
    texts = {row.id: row.language for row in newest_texts().values() if row.kind is kind}
    for entry in done_to(LetterText, texts, "correspondence.edit_text"):
        if entry.actor_kind == "staff" and entry.actor_id is not None and entry.subject_id is not None:
            found.get(texts[entry.subject_id], set()).add(entry.actor_id)
    briefs = {
        row.id: row.language
        for row in db.session.scalars(
            select(LetterBrief).where(
                LetterBrief.conference_id == conference.id, LetterBrief.kind.in_({LetterKind.INVITATION, kind})
            )
        )
    }
    last: dict[tuple[int, str], int | None] = {}
    for entry in done_to(LetterBrief, briefs, "correspondence.set_brief"):
        for fact in entry.details.get("changed", entry.details.get("facts", ())):
            last[entry.subject_id or 0, fact] = entry.actor_id if entry.actor_kind == "staff" else None
    for (brief_id, fact), author in last.items():
        for code, authors in found.items():
            if author is not None and (fact in SHARED_FACTS or code == briefs[brief_id]):
                authors.add(author)
    return {code: frozenset(authors) for code, authors in found.items()}
