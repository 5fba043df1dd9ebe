"""The forms of address that organisers have decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.correspondence.models import FormOverride, Letter
from app.correspondence.queries.letters import name_now
from app.correspondence.rules import OPEN, FormScope, LetterState
from app.database import db
from app.directory.models import MunicipalHead, Municipality
from invitations.overrides import Overrides

# How the letter writer calls what may be decided.
_KINDS: Mapping[FormScope, str] = {
    FormScope.NAME: "name",
    FormScope.OFFICE: "title",
    FormScope.SALUTATION: "salutation",
    FormScope.ADDRESS_LINE: "address",
}


def decided_forms(language: str) -> Overrides:
    """Every form decided in a language, as the letter writer takes them; one query."""
    rows = db.session.scalars(select(FormOverride).where(FormOverride.language == language, FormOverride.form != ""))
    return {(_KINDS[row.scope], row.key, row.case): row.form for row in rows}


def decided_about(keys: Sequence[str], language: str) -> dict[tuple[FormScope, str, str], FormOverride]:
    """What was ever decided about these names and offices, by scope, key and case; withdrawn ones too."""
    rows = db.session.scalars(select(FormOverride).where(FormOverride.language == language, FormOverride.key.in_(keys)))
    return {(row.scope, row.key, row.case): row for row in rows}


def draft_addressees(conference: Conference) -> list[tuple[MunicipalHead, Municipality, str]]:
    """Head, municipality and language of the letters that have no number yet, each once; one query."""
    letters = db.session.scalars(
        select(Letter)
        .join(Letter.municipality)
        .where(
            Letter.conference_id == conference.id, Letter.state.in_(OPEN | {LetterState.APPROVED}),
            Letter.head_id.is_not(None),
        )
        .options(joinedload(Letter.head), joinedload(Letter.municipality))
        .order_by(name_now(), Municipality.slug, Letter.id)
    )  # fmt: skip
    return list(dict.fromkeys((letter.head, letter.municipality, letter.language) for letter in letters))
