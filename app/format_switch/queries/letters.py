"""The letters that tell the heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.correspondence.models import Letter, RegisterEntry
from app.correspondence.operations import Plan as LetterPlan
from app.correspondence.operations import plan_letters
from app.correspondence.queries import invited_slugs
from app.correspondence.rules import LetterKind, LetterState
from app.database import db
from app.directory.models import Municipality
from app.format_switch.queries.past import history
from app.format_switch.rules import ScopeKind
from app.format_switch.rules.reasons import by_language


def format_told(conference: Conference) -> ConferenceFormat:
    """The format the heads know: of the newest letter about it that was issued, else that before the first switch
    since, else the present one."""
    told = db.session.scalar(
        select(Letter)
        .where(
            Letter.conference_id == conference.id, Letter.kind == LetterKind.CHANGE_OF_FORMAT,
            Letter.state == LetterState.ISSUED,
        )
        .order_by(Letter.id.desc())
        .limit(1)
    )  # fmt: skip
    known = (told.fields.get("own") or {}).get("format") if told is not None else None
    if known:
        return ConferenceFormat(known)
    first = next((deed for deed in history(conference) if deed.scope is ScopeKind.WHOLE), None)
    return first.from_format if first is not None else conference.format


def _heads_to_tell(conference: Conference, to: ConferenceFormat) -> list[str]:
    """The municipalities with an invited head whose newest issued letter speaks of another format than ``to``.

    An invitation speaks of the format the conference had when it was issued.
    """
    wholes = [deed for deed in history(conference) if deed.scope is ScopeKind.WHOLE]
    issued = db.session.execute(
        select(Municipality.slug, Letter.kind, Letter.fields, RegisterEntry.created_at)
        .join(Letter, Letter.municipality_id == Municipality.id)
        .join(RegisterEntry, RegisterEntry.id == Letter.register_entry_id)
        .where(
            Letter.conference_id == conference.id, Letter.state == LetterState.ISSUED,
            Letter.kind.in_((LetterKind.INVITATION, LetterKind.CHANGE_OF_FORMAT)),
        )
        .order_by(RegisterEntry.id)
    )  # fmt: skip
    known: dict[str, str] = {}
    for row in issued:
        own = (row.fields or {}).get("own") or {}
        if row.kind is LetterKind.CHANGE_OF_FORMAT and own.get("format"):
            known[row.slug] = own["format"]
        elif row.slug not in known:
            later = [deed.from_format for deed in wholes if deed.at > row.created_at]
            known[row.slug] = (later[0] if later else conference.format).value
    return [slug for slug in invited_slugs(conference) if known.get(slug) != to.value]


def letter_facts(
    conference: Conference, to: ConferenceFormat, reason: str, reasons: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """What the letters about a switch say; ask before the conference is moved."""
    before = format_told(conference)
    return {"format": to.value, "reason": by_language(reason, reasons)} | (
        {"format_was": before.value} if before is not to else {}
    )


def plan_change_letters(conference: Conference, to: ConferenceFormat, reason: str) -> LetterPlan:
    """The letters that tell every invited head of the new format; none when the conference has no issuer, and none to
    a head whose last letter says it already: the step that was undone was never told.

    Those who declined are told too: the letter they hold names a place that is no longer so, and the new format may
    let them take part.
    """
    invited = _heads_to_tell(conference, to)
    if not invited or conference.issuer is None:
        return LetterPlan()
    return plan_letters(
        conference=conference, kind=LetterKind.CHANGE_OF_FORMAT, selection=selection_of(invited), language=None,
        facts=letter_facts(conference, to, reason), anew=True,
    )  # fmt: skip


def selection_of(slugs: Sequence[str]) -> str:
    """Municipalities as the terms of a selection."""
    return ",".join(f"municipality:{slug}" for slug in slugs)
