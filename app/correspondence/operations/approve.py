"""Approving: what a letter says, to whom, what goes with it is fixed; by a second person where the setting says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.queries import staff_allowed
from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations.addressee import addressee_of, copies_of
from app.correspondence.operations.claims import claims_of, remarks_on
from app.correspondence.operations.drafts import with_more
from app.correspondence.operations.general import list_as_enclosure
from app.correspondence.operations.partners import as_enclosure
from app.correspondence.operations.proofread import proofread, proofread_addressee
from app.correspondence.operations.writing import (
    OWN,
    Outcome,
    Refused,
    conference_facts,
    enclosures_as_kept,
    forwarding,
    kept_own,
    letter_fields,
    link_on_paper,
    refused_for,
    refused_letter,
    write,
)
from app.correspondence.queries import (
    authors_of,
    decided_forms,
    enclosures_of,
    general_members,
    partner_letters,
    waiting_letters,
    wordings,
)
from app.correspondence.rules import OPEN, LetterKind, LetterState
from app.database import db, lock, transaction
from app.directory.queries import partners_of
from app.errors import Message, Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.permissions import Permission
from invitations.lint import Departure


@dataclass
class Fixed:
    """What a draft would say from its approval on; ``members`` are the other rows of a general letter."""

    letter: Letter
    recipient: dict[str, Any]
    fields: dict[str, Any]
    enclosures: list[dict[str, Any]]
    text_version: int
    copies: list[dict[str, Any]]
    departures: tuple[Departure, ...] = ()
    members: list[Letter] = field(default_factory=list)

    @property
    def rows(self) -> list[Letter]:
        """Every row the approval concerns."""
        return [self.letter, *self.members]


def needs_second_person() -> bool:
    """Whether somebody else approves letters than who prepared, changed or worded them (RATUSHA_SECOND_PERSON)."""
    return bool(current_app.config["SETTINGS"].second_person)


def why_not_approve(letter: Letter, actor: Actor, authors: frozenset[int] | None = None) -> Message | None:
    """Why ``actor`` may not approve this letter, and who may; None when nothing hinders.

    :param authors: the staff who wrote its text or brief (:func:`app.correspondence.queries.authors_of`); looked up
        when None.
    """
    if not needs_second_person():
        return None
    if authors is None:
        authors = authors_of(letter.conference, letter.kind, [letter.language])[letter.language]
    own = {letter.prepared_by_id, letter.edited_by_id}
    involved = own | authors
    if actor.kind == "staff" and actor.id is not None and actor.id not in involved:
        return None
    names = ", ".join(member.name or member.email for member in staff_allowed(Permission.APPROVE_LETTERS)
                      if member.id not in involved)  # fmt: skip
    if not names:
        return _l("A second person must approve it, and nobody else may: give somebody the role of an organiser.")
    if actor.kind != "staff":
        return _l("It is approved on the desk by a person who signs in: %(names)s.", names=names)
    if actor.id not in own:
        return _l("You wrote its text or what the letters say yourself; a second person approves it: %(names)s.",
                  names=names)  # fmt: skip
    return _l("You prepared or last changed it yourself; a second person approves it: %(names)s.", names=names)


def plan_approval(
    *,
    conference: Conference,
    kind: LetterKind | None = None,
    letter_ids: Sequence[int] | None = None,
    actor: Actor | None = None,
    at: datetime | None = None,
) -> tuple[list[Fixed], list[Refused]]:
    """What :func:`approve_letters` would fix, and which drafts it would refuse and why; changes nothing.

    :param actor: who would approve; None to ask only whether the letters can be written.
    :param at: when; None when remarks on what is not so yet do not matter.
    """
    letters = _open_letters(conference, kind, letter_ids)
    codes = {letter.language for letter in letters}
    facts = {each: conference_facts(conference, each, codes) for each in {letter.kind for letter in letters}}
    rows = {each: enclosures_of(conference, each) for each in facts}
    texts = {each: wordings(each, codes) for each in facts}
    claims = {each: claims_of(conference, each, at=at) for each in facts}
    decided = {code: decided_forms(code) for code in codes}
    authors = {each: authors_of(conference, each, codes) for each in facts} if needs_second_person() else {}
    partners = partners_of([letter.municipality_id for letter in letters])
    members: dict[int, list[Letter]] = {}
    for row in general_members([letter.id for letter in letters]):
        members.setdefault(row.general_id or 0, []).append(row)
    children: dict[int, list[Letter]] = {}
    for row in partner_letters([letter.id for letter in letters]):
        children.setdefault(row.parent_letter_id or 0, []).append(row)
    fixed: list[Fixed] = []
    refused: list[Refused] = []
    for letter in letters:
        code, town = letter.language, letter.municipality
        own = letter.fields.get(OWN, {})
        wording = texts[letter.kind][code]
        written_by = authors[letter.kind][code] if authors else frozenset()
        if actor is not None and (hindrance := why_not_approve(letter, actor, written_by)) is not None:
            refused.append(refused_for(town, hindrance, "second-person"))
            continue
        try:
            one = Fixed(
                letter,
                addressee_of(letter, decided[code]),
                letter_fields(
                    facts[letter.kind][code], town, _named(letter, partners), code, own, forwarded_by=forwarding(letter)
                ),
                enclosures_as_kept(rows[letter.kind], code),
                wording.version,
                copies_of([copy["organisation"] for copy in letter.copies], code),
                members=members.get(letter.id, []),
            )
            written = write(
                conference=conference, kind=letter.kind, language=code, recipient=one.recipient, fields=one.fields,
                enclosures=one.enclosures, url=link_on_paper(letter, wording.body), text=wording.body,
                answers=letter.answers, copies=one.copies,
            )  # fmt: skip
        except Refusal as refusal:
            refused.append(refused_letter(letter.head, town, code, refusal))
            continue
        enclosed = [as_enclosure(child, code) for child in children.get(letter.id, [])]
        untrue = () if own.get("format") else claims[letter.kind].untrue(town.id, one.fields, one.enclosures)
        one.departures = (
            *remarks_on(untrue), *proofread_addressee(one.recipient), *proofread(with_more(written, enclosed)),
        )  # fmt: skip
        fixed.append(one)
    return fixed, refused


def _named(letter: Letter, partners: dict[int, list[Any]]) -> list[Any]:
    """The partner cities a letter names; a general one names none."""
    return [] if letter.addressed_as else partners.get(letter.municipality_id, [])


def submit_letters(
    *,
    conference: Conference,
    kind: LetterKind | None = None,
    letter_ids: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Ask for the approval of drafts: somebody who may approve finds them waiting. What lacks something stays a draft.

    :param letter_ids: only these; by default every draft (of ``kind``).
    """
    with transaction():
        lock(conference)
        fixed, refused = plan_approval(conference=conference, kind=kind, letter_ids=letter_ids)
        asked = [one for one in fixed if one.letter.state is LetterState.DRAFT]
        for row in (row for one in asked for row in one.rows):
            row.state = LetterState.IN_APPROVAL
            record(deed="correspondence.submit_letters", subject=row, actor=actor, at=at)
    return Outcome([one.letter for one in asked], refused)


def approve_letters(
    *,
    conference: Conference,
    kind: LetterKind | None = None,
    letter_ids: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Approve the drafts of a conference: every one is written once, so that what is lacking shows before a number.

    What the letter says is kept with it: later changes of the conference or the directory do not reach it. Where a
    second person is asked for, letters that ``actor`` prepared or last changed, or wrote the text of, are refused.

    :param letter_ids: only these; by default every draft (of ``kind``), and those that wait for approval.
    """
    with transaction():
        lock(conference)
        fixed, refused = plan_approval(conference=conference, kind=kind, letter_ids=letter_ids, actor=actor)
        for one in fixed:
            if one.letter.with_list:
                one.enclosures.append(list_as_enclosure(one.rows, at=at))
            for row in one.rows:
                row.recipient = one.recipient | {"email": row.head.email} if one.letter.addressed_as else one.recipient
                row.fields, row.enclosures, row.copies = one.fields, one.enclosures, one.copies
                row.text_version = one.text_version
                row.state, row.approved_at, row.approved_by = LetterState.APPROVED, at, actor.label
                record(deed="correspondence.approve_letters", subject=row, actor=actor, at=at)
    return Outcome([one.letter for one in fixed], refused)


def _open_letters(conference: Conference, kind: LetterKind | None, letter_ids: Sequence[int] | None) -> list[Letter]:
    order = waiting_letters(conference, OPEN, kind)
    asked = set(letter_ids) if letter_ids is not None else None
    wanted = [number for number in order if asked is None or number in asked]
    rows = db.session.scalars(
        select(Letter)
        .where(Letter.id.in_(wanted), Letter.state.in_(OPEN))
        .options(
            joinedload(Letter.municipality),
            joinedload(Letter.head),
            joinedload(Letter.parent).joinedload(Letter.municipality),
        )
        .with_for_update(of=Letter)
    )
    found = {letter.id: letter for letter in rows}
    return [found[number] for number in wanted if number in found]


def take_back_approval(*, letters: Sequence[Letter], actor: Actor, at: datetime) -> int:
    """Make letters that are approved, or wait for it, drafts again; returns how many. Issued ones stay as they are,
    and those that have a number."""
    count = 0
    with transaction():
        for letter in _whole(letters):
            lock(letter)
            if letter.state not in {LetterState.APPROVED, LetterState.IN_APPROVAL} or letter.register_entry_id:
                continue
            letter.state, letter.approved_at, letter.approved_by = LetterState.DRAFT, None, ""
            letter.fields = kept_own(letter.fields.get(OWN))
            letter.enclosures, letter.text_version = [], 0
            record(deed="correspondence.take_back_approval", subject=letter, actor=actor, at=at)
            count += 1
    return count


def _whole(letters: Sequence[Letter]) -> list[Letter]:
    """These letters with all rows of the general ones among them."""
    first = [letter.general or letter for letter in letters]
    return list(dict.fromkeys([*first, *general_members([letter.id for letter in first])]))
