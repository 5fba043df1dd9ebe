"""Preparing letters: one draft for each head that is meant, and nothing that could not be sent."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.addressee import recipient_of
from app.correspondence.operations.writing import (
    OWN,
    Outcome,
    Refused,
    conference_facts,
    enclosures_as_kept,
    kept_own,
    letter_fields,
    refused_for,
    refused_letter,
    require_issuer,
    write,
)
from app.correspondence.queries import (
    decided_forms,
    enclosures_of,
    living_municipalities,
    partner_letters,
    select_municipalities,
    unnumbered_letters,
    wordings,
)
from app.correspondence.rules import LetterKind, LetterState, language_for, parse_selection
from app.database import lock, transaction
from app.directory.models import MunicipalHead, Municipality
from app.directory.queries import heads_for, partners_of
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


@dataclass
class Meant:
    """One letter that would be made."""

    municipality: Municipality
    head: MunicipalHead
    language: str
    recipient: dict[str, Any]


@dataclass
class Plan:
    """Whom a selection would write to, who is left out and why, who has a letter already."""

    meant: list[Meant] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    existing: list[Municipality] = field(default_factory=list)

    @property
    def shared_addresses(self) -> list[tuple[str, list[Municipality]]]:
        """E-mail addresses to which more than one of these letters would go, with whose they are."""
        found: dict[str, list[Municipality]] = {}
        for one in self.meant:
            if address := str(one.recipient.get("email", "")).strip().casefold():
                found.setdefault(address, []).append(one.municipality)
        return [(address, towns) for address, towns in found.items() if len(towns) > 1]


def plan_letters(
    *,
    conference: Conference,
    kind: LetterKind,
    selection: str,
    language: str | None,
    facts: Mapping[str, Any] | None = None,
    files_allowed: bool = False,
    anew: bool = False,
) -> Plan:
    """What :func:`prepare_letters` would do; changes nothing.

    :raises Refusal: when the selection is not understood, or the conference has no issuer.
    """
    require_issuer(conference)
    terms = parse_selection(selection)
    chosen = select_municipalities(terms, conference=conference, files_allowed=files_allowed)
    living = living_municipalities(conference, kind) if not anew else set()
    plan = Plan(existing=[town for town in chosen if town.id in living])
    wanted = [town for town in chosen if town.id not in living]
    heads = heads_for([town.id for town in wanted], conference.starts_on.year)
    partners = partners_of([town.id for town in wanted])
    codes = {town.id: language or language_for(town.country) for town in wanted}
    known = conference_facts(conference, kind, sorted(set(codes.values())))
    rows = enclosures_of(conference, kind)
    enclosed = {code: enclosures_as_kept(rows, code) for code in known}
    texts = wordings(kind, known)
    decided = {code: decided_forms(code) for code in known}
    own = kept_own(facts).get(OWN, {})
    for town in wanted:
        head, code = heads.get(town.id), codes[town.id]
        if head is None:
            plan.refused.append(refused_for(town, _l("Nobody is known to head this municipality; add the head first.")))
            continue
        recipient = recipient_of(head, town, code, decided[code])
        fields = letter_fields(known[code], town, partners.get(town.id, []), code, own)
        try:
            write(
                conference=conference, kind=kind, language=code, recipient=recipient, fields=fields,
                enclosures=enclosed[code], url="https://ratusha.example/", text=texts[code].body,
            )  # fmt: skip
        except Refusal as refusal:
            plan.refused.append(refused_letter(head, town, code, refusal))
            continue
        plan.meant.append(Meant(town, head, code, recipient))
    return plan


def prepare_letters(
    *,
    conference: Conference,
    kind: LetterKind,
    selection: str,
    language: str | None = None,
    facts: Mapping[str, Any] | None = None,
    files_allowed: bool = False,
    anew: bool = False,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Draft one letter for each head serving in the conference's year whom ``selection`` means.

    Municipalities with a living letter of the kind are passed over: preparing twice makes nothing twice.

    :param language: ru, de or en; by default what the head's country speaks.
    :param facts: what only these letters say: ``format``, ``reason``.
    :param files_allowed: whether ``file:`` terms may read a file of this machine (the command line).
    :param anew: letters of the kind without a number say what is no longer so: they are given up first.
    :raises Refusal: when the selection is not understood, or the conference has no issuer.
    """
    with transaction() as session:
        lock(conference)
        if anew:
            discard_letters(letters=unnumbered_letters(conference, kind), actor=actor, at=at)
            session.flush()
        plan = plan_letters(
            conference=conference, kind=kind, selection=selection, language=language, facts=facts,
            files_allowed=files_allowed, anew=anew,
        )  # fmt: skip
        own = kept_own(facts)
        letters = [
            Letter(
                conference_id=conference.id, kind=kind, language=meant.language, municipality_id=meant.municipality.id,
                head_id=meant.head.id, state=LetterState.DRAFT, recipient=meant.recipient, fields=dict(own),
                enclosures=[], reply_token=secrets.token_urlsafe(24), created_at=at, approved_by="",
            )
            for meant in plan.meant
        ]  # fmt: skip
        session.add_all(letters)
        session.flush()
        for letter in letters:
            record(deed="correspondence.prepare_letters", subject=letter, actor=actor, at=at)
    return Outcome(letters, plan.refused, len(plan.existing))


def discard_letters(*, letters: Sequence[Letter], actor: Actor, at: datetime) -> int:
    """Give up drafts and approved letters that have no number yet, with those for partner cities; returns how many."""
    count = 0
    with transaction():
        hanging = partner_letters([letter.id for letter in letters])
        for letter in dict.fromkeys([*letters, *hanging]):
            lock(letter)
            if letter.state not in {LetterState.DRAFT, LetterState.APPROVED}:
                continue
            letter.state = LetterState.ANNULLED
            record(deed="correspondence.discard_letters", subject=letter, actor=actor, at=at)
            count += 1
    return count
