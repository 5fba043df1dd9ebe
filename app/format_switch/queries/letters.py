"""The letters that tell the heads."""

from __future__ import annotations

from collections.abc import Sequence

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.correspondence.operations import Plan as LetterPlan
from app.correspondence.operations import plan_letters
from app.correspondence.queries import invited_slugs
from app.correspondence.rules import LetterKind


def plan_change_letters(conference: Conference, to: ConferenceFormat, reason: str) -> LetterPlan:
    """The letters that tell every invited head of the new format; none when the conference has no issuer."""
    invited = invited_slugs(conference)
    if not invited or conference.issuer is None:
        return LetterPlan()
    return plan_letters(
        conference=conference, kind=LetterKind.CHANGE_OF_FORMAT, selection=selection_of(invited), language=None,
        facts={"format": to.value, "reason": reason}, anew=True,
    )  # fmt: skip


def selection_of(slugs: Sequence[str]) -> str:
    """Municipalities as the terms of a selection."""
    return ",".join(f"municipality:{slug}" for slug in slugs)
