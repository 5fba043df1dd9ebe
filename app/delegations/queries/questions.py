"""Reading the questions of a conference and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Answer, Delegate, Question
from app.delegations.queries.listing import EXPORT_COLUMNS, JOURNEY_COLUMNS
from app.delegations.rules import Accreditation
from app.delegations.rules.questions import COLUMN, HAS_CHOICES, MAY_DECIDE

# Whose choice takes none of its places.
ENDED = (Accreditation.DECLINED, Accreditation.WITHDRAWN)


def questions_of(conference: Conference, *, retired: bool = False) -> list[Question]:
    """The questions of a conference in their order; those no longer asked too when ``retired``."""
    question = select(Question).where(Question.conference_id == conference.id)
    if not retired:
        question = question.where(Question.retired_at.is_(None))
    return list(db.session.scalars(question.order_by(Question.position, Question.id)))


def find_question(conference: Conference, number: int) -> Question | None:
    """A question of this conference."""
    found = db.session.get(Question, number)
    return found if found is not None and found.conference_id == conference.id else None


def may_decide(conference: Conference, before: Question | None = None) -> list[Question]:
    """Questions a condition may look at: with few answers, asked earlier than ``before`` and not that one itself."""
    found = [row for row in questions_of(conference) if row.kind in MAY_DECIDE]
    if before is None:
        return found
    return [row for row in found if (row.position, row.id) < (before.position, before.id)]


def how_often_answered(conference: Conference) -> dict[int, int]:
    """How many people answered each question."""
    rows = db.session.execute(
        select(Answer.question_id, func.count(func.distinct(Answer.delegate_id)))
        .join(Question, Question.id == Answer.question_id)
        .where(Question.conference_id == conference.id)
        .group_by(Answer.question_id)
    )
    return dict(rows.all())


def taken_places(questions: Iterable[Question], *, but: Delegate | None = None) -> dict[tuple[int, str], int]:
    """How many have chosen each answer whose places are counted: (question, key) -> people.

    Those who withdrew or were declined count no more; ``but`` is not counted.
    """
    ids = [row.id for row in questions if any(choice.places is not None for choice in row.choices)]
    if not ids:
        return {}
    question = (
        select(Answer.question_id, Answer.key, func.count())
        .join(Delegate, Delegate.id == Answer.delegate_id)
        .where(Answer.question_id.in_(ids), Delegate.accreditation.not_in(ENDED))
        .group_by(Answer.question_id, Answer.key)
    )
    if but is not None:
        question = question.where(Answer.delegate_id != but.id)
    return {(number, key): count for number, key, count in db.session.execute(question)}


def answers_of(delegate: Delegate) -> dict[int, list[Answer]]:
    """What a delegate answered, by question; several choices in the order they were offered."""
    rows = db.session.scalars(select(Answer).where(Answer.delegate_id == delegate.id).order_by(Answer.id))
    found: dict[int, list[Answer]] = {}
    for row in rows:
        found.setdefault(row.question_id, []).append(row)
    return found


def answer_text(question: Question, answers: Sequence[Answer]) -> str:
    """An answer as the files have it."""
    if question.kind in HAS_CHOICES:
        given = {answer.key for answer in answers}
        return ";".join(choice.key for choice in question.choices if choice.key in given)
    return answers[0].value if answers else ""


def answer_columns(conference: Conference) -> tuple[str, ...]:
    """The columns of files after the fixed ones: one a question, also of those no longer asked."""
    return tuple(COLUMN + row.slug for row in questions_of(conference, retired=True))


def answer_rows(conference: Conference) -> dict[str, dict[str, str]]:
    """What everyone answered, for a file: number of the delegate -> column -> text. Two queries."""
    questions = {row.id: row for row in questions_of(conference, retired=True)}
    if not questions:
        return {}
    rows = db.session.execute(
        select(Delegate.public_id, Answer)
        .join(Delegate, Delegate.id == Answer.delegate_id)
        .where(Answer.question_id.in_(questions))
        .order_by(Delegate.id, Answer.id)
    )
    grouped: dict[tuple[str, int], list[Answer]] = {}
    for public_id, answer in rows:
        grouped.setdefault((public_id, answer.question_id), []).append(answer)
    found: dict[str, dict[str, str]] = {}
    for (public_id, number), answers in grouped.items():
        question = questions[number]
        found.setdefault(public_id, {})[COLUMN + question.slug] = answer_text(question, answers)
    return found


def with_answers(conference: Conference, rows: list[dict[str, str]]) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Columns and rows of a file of delegates: after the fixed columns what is known of journeys, if it is of anybody,
    and the organisers' own questions."""
    columns = (*EXPORT_COLUMNS, *(name for name in JOURNEY_COLUMNS if any(row[name] for row in rows)))
    further = answer_columns(conference)
    if not further:
        return columns, rows
    told, nothing = answer_rows(conference), dict.fromkeys(further, "")
    return (*columns, *further), [row | nothing | told.get(row["delegate_id"], {}) for row in rows]
