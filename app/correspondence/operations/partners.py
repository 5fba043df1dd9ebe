"""Letters for partner cities: a Russian head gets one for each German partner, ready to be forwarded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.addressee import recipient_of
from app.correspondence.operations.writing import Outcome, Refused, refused_for
from app.correspondence.queries import chain_of, decided_forms, partner_letters
from app.correspondence.rules import OPEN, LetterKind, LetterState
from app.database import db, lock, transaction
from app.directory.models import MunicipalHead, Municipality
from app.directory.queries import heads_for
from app.directory.rules import MunicipalityKind
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import localized, speaking
from app.tokens import paper_token
from invitations.address.towns import inflect_town

LANGUAGE = "de"


@dataclass
class PartnerPlan:
    """For whom a letter would be added to which letter, and which partners are left out and why."""

    meant: list[tuple[Letter, Municipality, MunicipalHead]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def plan_partner_letters(*, conference: Conference, parents: Collection[Letter] | None = None) -> PartnerPlan:
    """What :func:`prepare_partner_letters` would add; changes nothing.

    A partner invited by the association itself needs none; a letter already issued takes none any more, a general
    letter none at all: it is the same for all its addressees.
    """
    wanted = {letter.id for letter in parents} if parents is not None else None
    open_links = [
        (branch.letter, link.town)
        for branch in chain_of(conference)
        if branch.letter.state in OPEN | {LetterState.APPROVED}
        and not branch.letter.addressed_as
        and (wanted is None or branch.letter.id in wanted)
        for link in branch.links
        if link.letter is None and link.own is None
    ]
    heads = heads_for(list({town.id for _letter, town in open_links}), conference.starts_on.year)
    plan = PartnerPlan()
    for letter, town in open_links:
        head = heads.get(town.id)
        if head is not None:
            plan.meant.append((letter, town, head))
        elif all(entry.municipality != town.slug for entry in plan.refused):
            plan.refused.append(refused_for(town, _l("Nobody is known to head this municipality; add the head first.")))
    return plan


def prepare_partner_letters(
    *, conference: Conference, parents: Collection[Letter] | None = None, actor: Actor, at: datetime
) -> Outcome:
    """Draft a German letter with a reply link of its own for each partner of the Russian cities not yet written to.

    It gets a number of its own when it is issued and goes with the letter to the Russian head. Twice makes none twice.

    :param parents: only for these letters to Russian heads.
    """
    with transaction() as session:
        lock(conference)
        plan = plan_partner_letters(conference=conference, parents=parents)
        decided = decided_forms(LANGUAGE)
        letters = [
            Letter(
                conference_id=conference.id, kind=LetterKind.INVITATION, language=LANGUAGE, municipality_id=town.id,
                head_id=head.id, state=LetterState.DRAFT, recipient=recipient_of(head, town, LANGUAGE, decided),
                fields={}, enclosures=[], reply_token=paper_token(), parent_letter_id=parent.id,
                created_at=at, approved_by="", prepared_by_id=actor.id, edited_by_id=actor.id,
            )
            for parent, town, head in plan.meant
        ]  # fmt: skip
        session.add_all(letters)
        session.flush()
        for letter in letters:
            record(deed="correspondence.prepare_letters", subject=letter, actor=actor, at=at)
    return Outcome(letters, plan.refused)


def partner_letters_first(order: Sequence[int]) -> tuple[list[int], list[int]]:
    """The approved letters for partner cities of ``order`` and those that hang on it, and the others after them."""
    rows = {letter.id: letter.parent_letter_id for letter in partner_letters(order)
            if letter.state is LetterState.APPROVED}  # fmt: skip
    own = db.session.query(Letter.id).filter(Letter.id.in_(order), Letter.parent_letter_id.is_not(None))
    first = {letter_id for (letter_id,) in own}
    return [*rows, *(number for number in order if number in first and number not in rows)], [
        number for number in order if number not in first
    ]


def enclose_partner_letters(order: Sequence[int]) -> tuple[list[int], list[Refused]]:
    """List the issued letters for partners among the enclosures of the approved letters they go with.

    Returns the letters that may be issued now, and those that wait for a letter to a partner.
    """
    hanging: dict[int, list[Letter]] = {}
    for letter in partner_letters(order):
        if letter.parent_letter_id is not None:
            hanging.setdefault(letter.parent_letter_id, []).append(letter)
    rows = db.session.execute(select(Letter.id, Letter.enclosures).where(Letter.id.in_(order)))
    enclosing = {number for number, kept in rows if any("partner" in row for row in kept)}
    ready, refused = [], []
    for number in order:
        children = hanging.get(number, [])
        if not children and number not in enclosing:
            ready.append(number)
            continue
        with transaction() as session:
            parent = lock(session.get_one(Letter, number))
            if any(child.state is not LetterState.ISSUED for child in children):
                message = _l("A letter for a partner city that goes with it is not issued: approve it or give it up.")
                refused.append(refused_for(parent.municipality, message))
                continue
            if parent.state is LetterState.APPROVED:
                kept = [row for row in parent.enclosures if "partner" not in row]
                parent.enclosures = kept + [as_enclosure(child, parent.language) for child in children]
        ready.append(number)
    return ready, refused


def for_partner(town: Municipality, language: str) -> str:
    """What a letter calls the one for a partner city that is enclosed."""
    with speaking(language):
        name = localized(town, "name", language)
        if town.kind is not MunicipalityKind.CITY:
            return str(_("Invitation for a partner, %(name)s (in German)", name=name))
        shown = inflect_town(name, "genitive") if language == "ru" else name
        return str(_("Invitation for the partner city of %(name)s (in German)", name=shown))


def as_enclosure(child: Letter, language: str) -> dict[str, Any]:
    """A letter for a partner city as the letter it goes with lists it."""
    sheets = child.document.sheets if child.document is not None else 1
    return {
        "document_id": child.document_id, "title": for_partner(child.municipality, language), "sheets": max(1, sheets),
        "partner": child.id,
    }  # fmt: skip
