"""What is to be printed, what was printed together, and how letters went."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.conferences.models import Conference
from app.correspondence.models import Despatch, DespatchRun, Letter, RegisterEntry
from app.correspondence.rules import DespatchWay, LetterState
from app.database import db
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState

ON_PAPER = (DespatchWay.PRINTED, DespatchWay.HANDED_OVER, DespatchWay.POSTED)


class Meant(StrEnum):
    """Which letters a print run takes when none is ticked."""

    WAITING = "waiting"
    PAPER = "paper"
    ALL = "all"


def _went(*ways: DespatchWay) -> ColumnElement[bool]:
    return exists(select(Despatch.id).where(Despatch.letter_id == Letter.id, Despatch.way.in_(ways)).correlate(Letter))


def _needs_paper() -> ColumnElement[bool]:
    """It has no mail, or its mail was refused or came back."""
    failed = select(OutgoingMail.id).where(OutgoingMail.id == Letter.mail_id, OutgoingMail.state == MailState.FAILED)
    return or_(Letter.mail_id.is_(None), exists(failed.correlate(Letter)))


def _issued(conference: Conference) -> Select[Letter]:
    """Issued letters in the order of the register; those for partner cities go with the letter to the Russian head."""
    return (
        select(Letter)
        .join(Letter.register_entry)
        .options(
            contains_eager(Letter.register_entry),
            joinedload(Letter.municipality),
            joinedload(Letter.head),
            joinedload(Letter.document),
            joinedload(Letter.mail),
            joinedload(Letter.reply),
            selectinload(Letter.despatches),
        )
        .where(
            Letter.conference_id == conference.id,
            Letter.state == LetterState.ISSUED,
            Letter.parent_letter_id.is_(None),
        )
        .order_by(RegisterEntry.register_id, RegisterEntry.number, Letter.id)
    )


def letters_to_print(conference: Conference, meant: Meant, letter_ids: Sequence[int] | None = None) -> Sequence[Letter]:
    """The issued letters that are meant, in the order of the register; ``letter_ids`` narrows to these."""
    question = _issued(conference)
    if meant is not Meant.ALL:
        question = question.where(_needs_paper())
    if meant is Meant.WAITING:
        question = question.where(~_went(*ON_PAPER))
    if letter_ids is not None:
        question = question.where(Letter.id.in_(letter_ids))
    return db.session.scalars(question).all()


def letters_of_run(run: DespatchRun) -> Sequence[Letter]:
    """The letters that were printed together, in the order of the register; annulled ones too."""
    return db.session.scalars(
        select(Letter)
        .join(Letter.register_entry)
        .join(Despatch, Despatch.letter_id == Letter.id)
        .options(
            contains_eager(Letter.register_entry),
            joinedload(Letter.municipality),
            joinedload(Letter.head),
            joinedload(Letter.document),
            joinedload(Letter.mail),
            joinedload(Letter.reply),
            selectinload(Letter.despatches),
        )
        .where(Despatch.run_id == run.id)
        .order_by(RegisterEntry.register_id, RegisterEntry.number, Letter.id)
    ).all()


def run_of(conference: Conference, run_id: int) -> DespatchRun | None:
    """A print run of this conference."""
    question = select(DespatchRun).where(DespatchRun.id == run_id, DespatchRun.conference_id == conference.id)
    return db.session.scalar(question)


def runs_of(conference: Conference, limit: int = 50) -> Sequence[tuple[DespatchRun, int]]:
    """The print runs of a conference with how many letters each had, the newest first."""
    rows = db.session.execute(
        select(DespatchRun, func.count(Despatch.id))
        .join(Despatch, Despatch.run_id == DespatchRun.id)
        .where(DespatchRun.conference_id == conference.id)
        .group_by(DespatchRun.id)
        .order_by(DespatchRun.id.desc())
        .limit(limit)
    )
    return [(run, count) for run, count in rows]


def to_print_count(conference: Conference) -> int:
    """How many letters wait for paper."""
    question = _issued(conference).where(_needs_paper(), ~_went(*ON_PAPER)).order_by(None)
    return db.session.scalar(select(func.count()).select_from(question.subquery())) or 0
