"""Why accreditation is declined: texts to choose from, each in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.database import lock, transaction
from app.delegations.models import DeclineReason
from app.delegations.queries.ways_in import decline_reasons
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES


def _require_all(texts: Mapping[str, str]) -> None:
    for code in LANGUAGES:
        if not texts.get(code, "").strip():
            raise Refusal(_l("Please write the reason in Russian, German and English: everyone reads their own."),
                          field=f"text_{code}")  # fmt: skip


def reason_texts(*, conference: Conference, chosen: str, typed: Mapping[str, str]) -> dict[str, str]:
    """The reason by language: one of those kept (``chosen`` is its number), else what was typed, else none.

    :raises Refusal: when it was typed in some of the languages only.
    """
    for row in decline_reasons(conference):
        if str(row.id) == chosen:
            return {code: str(getattr(row, f"text_{code}")) for code in LANGUAGES}
    if any(text.strip() for text in typed.values()):
        _require_all(typed)
        return dict(typed)
    return {}


def keep_reason(*, conference: Conference, texts: Mapping[str, str], actor: Actor, at: datetime) -> DeclineReason:
    """Keep a reason to choose from; the same one is kept once.

    :raises Refusal: when a language is missing.
    """
    _require_all(texts)
    with transaction() as session:
        lock(conference)
        known = next((row for row in decline_reasons(conference) if row.text_ru == texts["ru"]), None)
        row = known or DeclineReason(conference_id=conference.id, text_ru=texts["ru"])
        row.text_de, row.text_en = texts["de"], texts["en"]
        session.add(row)
        session.flush()
        record(deed="delegations.keep_reason", subject=row, actor=actor, at=at, conference_id=conference.id)
    return row


def remove_reason(*, conference: Conference, number: int, actor: Actor, at: datetime) -> None:
    """Offer a reason no more; mails that were written with it stay as they are."""
    with transaction() as session:
        lock(conference)
        for row in decline_reasons(conference):
            if row.id == number:
                record(deed="delegations.remove_reason", subject=row, actor=actor, at=at, conference_id=conference.id)
                session.delete(row)
                session.flush()
