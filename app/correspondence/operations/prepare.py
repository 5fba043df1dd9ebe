"""Preparing letters: one draft for each head that is meant, and nothing that could not be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.addressee import copies_of
from app.correspondence.operations.partners import prepare_partner_letters
from app.correspondence.operations.plan import Choices, Meant, plan_letters
from app.correspondence.operations.writing import Outcome, kept_own
from app.correspondence.queries import general_members, partner_letters, unnumbered_letters
from app.correspondence.rules import OPEN, LetterKind, LetterState
from app.database import lock, transaction
from app.history.operations import record
from app.history.rules import Actor
from app.tokens import paper_token


def prepare_letters(
    *,
    conference: Conference,
    kind: LetterKind,
    selection: str,
    language: str | None = None,
    facts: Mapping[str, Any] | None = None,
    files_allowed: bool = False,
    anew: bool = False,
    choices: Choices | None = None,
    facts_of: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Draft one letter for each head serving in the conference's year whom ``selection`` means.

    Municipalities with a living letter of the kind are passed over: preparing twice makes nothing twice.

    :param language: ru, de or en; by default what the head's country speaks.
    :param facts: what only these letters say: ``format``, ``reason``; ``facts_of``: what only one of them says.
    :param files_allowed: whether ``file:`` terms may read a file of this machine (the command line).
    :param anew: letters of the kind without a number say what is no longer so: they are given up first.
    :param choices: what is decided by hand: who is ticked, which head, one general letter for all, copies, partners.
    :raises Refusal: see :func:`plan_letters`.
    """
    choices = choices or Choices()
    with transaction() as session:
        lock(conference)
        if anew:
            discard_letters(letters=unnumbered_letters(conference, kind), actor=actor, at=at)
            session.flush()
        plan = plan_letters(
            conference=conference, kind=kind, selection=selection, language=language, facts=facts,
            files_allowed=files_allowed, anew=anew, choices=choices, at=at, facts_of=facts_of,
        )  # fmt: skip
        letters = [
            _draft(conference, kind, meant, kept_own({**(facts or {}), **facts_of.get(meant.municipality.slug, {})}),
                   choices, actor, at)
            for meant in plan.meant
        ]  # fmt: skip
        session.add_all(letters)
        session.flush()
        if choices.addressed_as:
            for letter in letters[1:]:
                letter.general_id = letters[0].id
            session.flush()
        for letter in letters:
            record(deed="correspondence.prepare_letters", subject=letter, actor=actor, at=at)
        more = Outcome()
        if choices.partners and kind is LetterKind.INVITATION:
            more = prepare_partner_letters(conference=conference, parents=letters, actor=actor, at=at)
    return Outcome(
        letters, plan.refused, len(plan.existing), notes=plan.notes, passed_over=plan.passed_over,
        for_partners=more.letters, general=bool(choices.addressed_as and letters),
    )  # fmt: skip


def _draft(
    conference: Conference,
    kind: LetterKind,
    meant: Meant,
    own: Mapping[str, Any],
    choices: Choices,
    actor: Actor,
    at: datetime,
) -> Letter:
    return Letter(
        conference_id=conference.id, kind=kind, language=meant.language, municipality_id=meant.municipality.id,
        head_id=meant.head.id, state=LetterState.DRAFT, recipient=meant.recipient, fields=dict(own), enclosures=[],
        reply_token=paper_token(), created_at=at, approved_by="", addressed_as=choices.addressed_as,
        with_list=choices.with_list and bool(choices.addressed_as), copies=copies_of(choices.copies, meant.language),
        prepared_by_id=actor.id, edited_by_id=actor.id,
    )  # fmt: skip


def discard_letters(*, letters: Sequence[Letter], actor: Actor, at: datetime) -> int:
    """Give up letters that have no number yet, with those for partner cities; returns how many.

    The first row of a general letter stands for all: giving it up gives up the others, another one only itself.
    """
    count = 0
    with transaction():
        ids = [letter.id for letter in letters]
        for letter in dict.fromkeys([*letters, *partner_letters(ids), *general_members(ids)]):
            lock(letter)
            if letter.state not in OPEN | {LetterState.APPROVED} or letter.register_entry_id:
                continue
            letter.state = LetterState.ANNULLED
            record(deed="correspondence.discard_letters", subject=letter, actor=actor, at=at)
            count += 1
    return count
