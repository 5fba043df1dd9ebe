"""Changing what is known of a person and what they answered, as one deed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.database import transaction
from app.delegations.models import Delegate
from app.delegations.operations.answers import keep_answers
from app.delegations.operations.standing import change_details
from app.delegations.rules import DelegateDetails
from app.delegations.rules.questions import COLUMN, Given
from app.history.rules import Actor


def change_person(
    *,
    delegate: Delegate,
    details: DelegateDetails,
    names: set[str],
    answers: Mapping[str, Given],
    require_answers: bool,
    by_staff: bool,
    actor: Actor,
    at: datetime,
) -> list[str]:
    """A person's data and their answers to the organisers' questions, both or neither; returns what really changed.

    :raises Refusal: as :func:`change_details` and :func:`keep_answers` do.
    """
    with transaction():
        changed = change_details(
            delegate=delegate, details=details, names=names, by_staff=by_staff, actor=actor, at=at
        )  # fmt: skip
        answered = keep_answers(delegate=delegate, answers=answers, require=require_answers, actor=actor, at=at)
    return changed + [COLUMN + slug for slug in answered]
