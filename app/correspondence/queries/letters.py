"""Letters of a conference, what they are made of, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.conferences.models import Conference
from app.correspondence.models import Letter, LetterBrief, LetterEnclosure, RegisterEntry
from app.correspondence.queries.stages import at_stage
from app.correspondence.rules import NO_REGION, LetterKind, LetterState, Stage
from app.database import db
from app.directory.models import MunicipalHead, Municipality
from app.i18n import language
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState


@dataclass(frozen=True)
class Filter:
    """What a list of letters is narrowed to; empty means all."""

    kind: LetterKind | None = None
    state: LetterState | None = None
    language: str = ""
    country: str = ""
    stage: Stage | None = None
    region: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL. Needs the municipality joined."""
        wanted: list[ColumnElement[bool]] = []
        if self.kind is not None:
            wanted.append(Letter.kind == self.kind)
        if self.state is not None:
            wanted.append(Letter.state == self.state)
        if self.language:
            wanted.append(Letter.language == self.language)
        if self.country:
            wanted.append(Municipality.country == self.country)
        if self.region:
            wanted.append(Municipality.iso3166_2 == ("" if self.region == NO_REGION else self.region))
        if self.stage is not None:
            wanted.append(at_stage(self.stage))
        return wanted


def _of(conference: Conference, narrowed: Filter) -> Select[Letter]:
    return select(Letter).join(Letter.municipality).where(Letter.conference_id == conference.id, *narrowed.conditions())


def name_now() -> ColumnElement[str]:
    """The municipality's name in the reader's language, as SQL: lists go by it."""
    first = {"ru": Municipality.name_ru, "de": Municipality.name_de, "en": Municipality.name_en}[language()]
    return func.coalesce(func.nullif(first, ""), Municipality.name_de)


def letters_page(conference: Conference, narrowed: Filter, *, offset: int, limit: int) -> tuple[Sequence[Letter], int]:
    """One page of letters by the municipality's name in the reader's language, and how many in all; three queries."""
    question = _of(conference, narrowed)
    total = db.session.scalar(select(func.count()).select_from(question.subquery())) or 0
    rows = db.session.scalars(
        question.options(
            contains_eager(Letter.municipality),
            joinedload(Letter.head),
            joinedload(Letter.register_entry),
            joinedload(Letter.mail),
            joinedload(Letter.reply),
            selectinload(Letter.despatches),
        )
        .order_by(name_now(), Municipality.slug, Letter.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return rows, total


def counts(conference: Conference, kind: LetterKind | None = None) -> dict[LetterState, int]:
    """How many letters stand in each state."""
    question = select(Letter.state, func.count()).where(Letter.conference_id == conference.id).group_by(Letter.state)
    if kind is not None:
        question = question.where(Letter.kind == kind)
    found = dict(db.session.execute(question).all())
    return {state: found.get(state, 0) for state in LetterState}


def countries_of(conference: Conference) -> Sequence[str]:
    """The countries into which letters of the conference go."""
    return db.session.scalars(
        select(Municipality.country)
        .join(Letter, Letter.municipality_id == Municipality.id)
        .where(Letter.conference_id == conference.id)
        .distinct()
    ).all()


def ids_of(conference: Conference, narrowed: Filter) -> Sequence[int]:
    """Ids of the letters a list is narrowed to."""
    return db.session.scalars(_of(conference, narrowed).with_only_columns(Letter.id)).all()


@dataclass(frozen=True)
class Ways:
    """How letters that are not issued yet will go, counted by addressees; ``languages``: how many in each."""

    languages: dict[str, int]
    by_mail: int
    enclosed: int  # for partner cities: with the letter to the Russian head
    on_paper: int


def ways_of(letter_ids: Sequence[int]) -> Ways:
    """How these letters will go when they are issued; one query."""
    rows = db.session.execute(
        select(Letter.language, MunicipalHead.email, Letter.parent_letter_id)
        .join(Letter.head)
        .where(Letter.id.in_(letter_ids))
    ).all()
    languages: dict[str, int] = {}
    for code, _email, _parent in rows:
        languages[code] = languages.get(code, 0) + 1
    enclosed = sum(1 for _code, _email, parent in rows if parent is not None)
    by_mail = sum(1 for _code, email, parent in rows if parent is None and email.strip())
    return Ways(languages, by_mail, enclosed, len(rows) - enclosed - by_mail)


def letter_of(conference: Conference, letter_id: int) -> Letter | None:
    """One letter of this conference."""
    return db.session.scalar(select(Letter).where(Letter.id == letter_id, Letter.conference_id == conference.id))


def letter_by_token(token: str) -> Letter | None:
    """The letter whose personal link carries ``token``."""
    return db.session.scalar(select(Letter).where(Letter.reply_token == token)) if token else None


def living_letters(conference: Conference, kind: LetterKind) -> dict[int, str]:
    """The municipalities that need no further letter of this kind now, with the number of the one they have, if any.

    Those that partner cities get by a Russian head do not count. An invitation lives until it is annulled.
    News may be told again: such a letter lives until it is issued.
    """
    question = (
        select(Letter.municipality_id, func.coalesce(RegisterEntry.label, ""))
        .outerjoin(Letter.register_entry)
        .where(
            Letter.conference_id == conference.id,
            Letter.kind == kind,
            Letter.state != LetterState.ANNULLED,
            Letter.parent_letter_id.is_(None),
        )
    )
    if kind is not LetterKind.INVITATION:
        question = question.where(Letter.state != LetterState.ISSUED)
    return dict(db.session.execute(question.order_by(Letter.id)).all())


def first_rows(letter_ids: Collection[int]) -> set[int]:
    """The ids of these letters, for the other rows of a general letter the id of its first row."""
    rows = db.session.execute(select(Letter.id, Letter.general_id).where(Letter.id.in_(letter_ids)))
    return {general or number for number, general in rows}


def letters_called(letter_ids: Collection[int]) -> Sequence[Letter]:
    """These letters in the order in which they are issued, for a preview."""
    return db.session.scalars(
        select(Letter)
        .join(Letter.municipality)
        .options(contains_eager(Letter.municipality))
        .where(Letter.id.in_(letter_ids))
        .order_by(name_now(), Municipality.slug, Letter.id)
    ).all()


def general_members(letter_ids: Sequence[int]) -> Sequence[Letter]:
    """The other living rows of general letters, given the ids of their first rows, in the order of their making."""
    return db.session.scalars(
        select(Letter)
        .options(joinedload(Letter.municipality), joinedload(Letter.head))
        .where(Letter.general_id.in_(letter_ids), Letter.state != LetterState.ANNULLED)
        .order_by(Letter.id)
    ).all()


def waiting_letters(
    conference: Conference, state: LetterState | Collection[LetterState], kind: LetterKind | None = None
) -> Sequence[int]:
    """Ids of the letters in ``state`` in the order in which they are issued: by the municipality's name in
    the reader's language.

    A general letter is named once, by its first row.
    """
    states = [state] if isinstance(state, LetterState) else list(state)
    question = (
        select(Letter.id)
        .join(Letter.municipality)
        .where(Letter.conference_id == conference.id, Letter.state.in_(states), Letter.general_id.is_(None))
        .order_by(name_now(), Municipality.slug, Letter.id)
    )
    if kind is not None:
        question = question.where(Letter.kind == kind)
    return db.session.scalars(question).all()


def unnumbered_letters(conference: Conference, kind: LetterKind) -> Sequence[Letter]:
    """Letters of a kind that live and have no number."""
    return db.session.scalars(
        select(Letter)
        .where(
            Letter.conference_id == conference.id,
            Letter.kind == kind,
            Letter.state.not_in((LetterState.ISSUED, LetterState.ANNULLED)),
            Letter.register_entry_id.is_(None),
        )
        .order_by(Letter.id)
    ).all()


def numbered_letters(letter_ids: Collection[int]) -> list[int]:
    """Those of these letters that have a number and no page yet, in the order of the register."""
    return list(
        db.session.scalars(
            select(Letter.id)
            .join(Letter.register_entry)
            .where(Letter.id.in_(letter_ids), Letter.state == LetterState.APPROVED)
            .order_by(RegisterEntry.register_id, RegisterEntry.number)
        )
    )


def unreleased_letters(conference: Conference, kind: LetterKind, *, held: bool = False) -> Sequence[Letter]:
    """Letters of a kind that have a number and have not gone, in the order of the register.

    Their page is not made yet, or their mail waits for a person's word, or they are to be printed and nobody has.

    :param held: until the transaction ends nobody lets one of them go.
    """
    question = (
        select(Letter)
        .join(Letter.register_entry)
        .outerjoin(Letter.mail)
        .options(contains_eager(Letter.register_entry), joinedload(Letter.municipality), contains_eager(Letter.mail))
        .where(
            Letter.conference_id == conference.id,
            Letter.kind == kind,
            Letter.parent_letter_id.is_(None),
            (Letter.state == LetterState.APPROVED)
            | (Letter.state == LetterState.ISSUED)
            & ~Letter.despatches.any()
            & (Letter.mail_id.is_(None) | (OutgoingMail.state == MailState.HELD)),
        )
        .order_by(RegisterEntry.register_id, RegisterEntry.number)
    )
    if held:
        ids = [letter.id for letter in db.session.scalars(question)]
        mails = [letter.mail_id for letter in db.session.scalars(question) if letter.mail_id]
        db.session.scalars(select(Letter.id).where(Letter.id.in_(ids)).order_by(Letter.id).with_for_update()).all()
        db.session.scalars(
            select(OutgoingMail.id).where(OutgoingMail.id.in_(mails)).order_by(OutgoingMail.id).with_for_update()
        ).all()
        question = question.execution_options(populate_existing=True)
    return db.session.scalars(question).all()


def invited_slugs(conference: Conference) -> list[str]:
    """The municipalities whose heads were sent an invitation that stands, partner cities included."""
    return list(
        db.session.scalars(
            select(Municipality.slug)
            .where(
                Municipality.id.in_(
                    select(Letter.municipality_id).where(
                        Letter.conference_id == conference.id,
                        Letter.kind == LetterKind.INVITATION,
                        Letter.state == LetterState.ISSUED,
                    )
                )
            )
            .order_by(Municipality.slug)
        )
    )


def issued_letters(conference: Conference, kind: LetterKind | None = None) -> Sequence[Letter]:
    """Letters that were issued and stand, in the order of the register; a general letter once."""
    question = (
        select(Letter)
        .join(Letter.register_entry)
        .options(
            contains_eager(Letter.register_entry),
            joinedload(Letter.municipality),
            joinedload(Letter.document),
        )
        .where(Letter.conference_id == conference.id, Letter.state == LetterState.ISSUED, Letter.general_id.is_(None))
        .order_by(RegisterEntry.register_id, RegisterEntry.number)
    )
    if kind is not None:
        question = question.where(Letter.kind == kind)
    return db.session.scalars(question).all()


def briefs_of(conference: Conference, kind: LetterKind) -> dict[str, LetterBrief]:
    """The briefs of a kind by language."""
    rows = db.session.scalars(
        select(LetterBrief).where(LetterBrief.conference_id == conference.id, LetterBrief.kind == kind)
    )
    return {row.language: row for row in rows}


def brief_facts(conference: Conference, kind: LetterKind) -> dict[str, dict[str, Any]]:
    """The facts of the briefs of a kind by language; a kind without its own brief takes the invitation's."""
    rows = db.session.scalars(select(LetterBrief).where(LetterBrief.conference_id == conference.id)).all()
    facts: dict[str, dict[str, Any]] = {"ru": {}, "de": {}, "en": {}}
    for wanted in dict.fromkeys((LetterKind.INVITATION, kind)):
        for row in rows:
            if row.kind is wanted:
                facts[row.language] |= row.facts
    return facts


def enclosures_of(conference: Conference, kind: LetterKind) -> Sequence[LetterEnclosure]:
    """What goes with every letter of a kind, in order."""
    return db.session.scalars(
        select(LetterEnclosure)
        .where(LetterEnclosure.conference_id == conference.id, LetterEnclosure.kind == kind)
        .order_by(LetterEnclosure.position, LetterEnclosure.id)
    ).all()
