"""What delegates answer to the organisers' questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from app.database import after_commit, db, lock, transaction
from app.delegations.models import Answer, Delegate, Question
from app.delegations.queries.questions import answers_of, questions_of, taken_places
from app.delegations.rules.questions import (
    COLUMN,
    HAS_CHOICES,
    AnswerFile,
    Given,
    QuestionKind,
    is_asked,
    tidy_answer,
)
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import localized
from app.strongbox import keep_file, remove_file


def _refuse(question: Question, refusal: Refusal) -> Refusal:
    return Refusal(refusal.message, field=COLUMN + question.slug)


def _tidied(question: Question, given: Given) -> list[str] | AnswerFile:
    if isinstance(given, AnswerFile):
        if question.kind is QuestionKind.FILE:
            return given
        raise Refusal(_l("This question is not answered with a file."), field=COLUMN + question.slug)
    if question.kind is QuestionKind.FILE:
        if given:
            raise Refusal(_l("This question is answered with a file."), field=COLUMN + question.slug)
        return []
    try:
        return tidy_answer(question.kind, given, [choice.key for choice in question.choices])
    except Refusal as refusal:
        raise _refuse(question, refusal) from refusal


def _require_places(question: Question, chosen: Sequence[str], taken: Mapping[tuple[int, str], int]) -> None:
    for choice in question.choices:
        if (
            choice.key in chosen
            and choice.places is not None
            and taken.get((question.id, choice.key), 0) >= choice.places
        ):
            raise Refusal(
                _l("No place is left for “%(choice)s”. Please choose another answer.",
                   choice=localized(choice, "label")),
                field=COLUMN + question.slug,
            )  # fmt: skip


def _kept(question: Question, answers: Sequence[Answer]) -> list[str]:
    if question.kind in HAS_CHOICES:
        return [choice.key for choice in question.choices if choice.key in {answer.key for answer in answers}]
    return [answers[0].value] if answers else []


def keep_answers(
    *, delegate: Delegate, answers: Mapping[str, Given], require: bool = True, actor: Actor, at: datetime
) -> list[str]:
    """Keep what a delegate answered; returns the short names of the questions whose answer changed.

    Questions not among ``answers`` stay as they are. What is not asked of this person (their role, their other answers)
    is kept empty. A choice with places is never given to more people than it has: the conference is locked.

    :param answers: short name -> the answer; an empty one takes the answer back.
    :param require: whether a required question among ``answers`` must have an answer.
    :raises Refusal: with the field ``q_<short name>``.
    """
    if not answers:
        return []
    with transaction() as session:
        lock(delegate.conference)
        asked = questions_of(delegate.conference)
        kept = answers_of(delegate)
        now = {row.slug: _kept(row, kept.get(row.id, [])) for row in asked}
        taken = taken_places(asked, but=delegate)
        changed: list[str] = []
        for question in asked:
            slug = question.slug
            decider = question.condition.slug if question.condition is not None else ""
            is_for = is_asked(roles=question.roles, decider=decider, value=question.condition_value,
                              role=delegate.role, answers=now)  # fmt: skip
            given: list[str] | AnswerFile = now[slug]
            if slug in answers:
                given = _tidied(question, answers[slug]) if is_for else []
                if require and is_for and question.required and not given:
                    raise Refusal(_l("Please answer this question."), field=COLUMN + slug)
            elif not is_for:
                given = []
            if not isinstance(given, AnswerFile):
                if given == now[slug]:
                    continue
                _require_places(question, [key for key in given if key not in now[slug]], taken)
                now[slug] = given
            else:
                now[slug] = [given.name]
            _write(question, delegate, given, kept.get(question.id, []), at)
            changed.append(slug)
        if changed:
            session.flush()
            record(deed="delegations.answer_questions", subject=delegate, actor=actor, at=at,
                   details={"questions": changed})  # fmt: skip
    return changed


def _remove_after_commit(answers: Sequence[Answer]) -> None:
    for name in [answer.file for answer in answers if answer.file]:
        after_commit(partial(remove_file, name))


def _write(
    question: Question,
    delegate: Delegate,
    given: list[str] | AnswerFile,
    before: Sequence[Answer],
    at: datetime,
) -> None:
    _remove_after_commit(before)
    db.session.execute(delete(Answer).where(Answer.delegate_id == delegate.id, Answer.question_id == question.id))
    if isinstance(given, AnswerFile):
        db.session.add(
            Answer(delegate_id=delegate.id, question_id=question.id, value=given.name, file=keep_file(given.content),
                   media_type=given.media_type, answered_at=at)
        )  # fmt: skip
        return
    chosen = question.kind in HAS_CHOICES
    for text in given:
        db.session.add(
            Answer(delegate_id=delegate.id, question_id=question.id, key=text if chosen else "",
                   value="" if chosen else text, answered_at=at)
        )  # fmt: skip


def give_back_what_is_full(*, delegate: Delegate, actor: Actor, at: datetime) -> list[str]:
    """Somebody who had withdrawn takes part again: choices whose places others took meanwhile are taken back.

    Returns the short names of these questions. Under the conference's lock, before the standing changes.
    """
    with transaction() as session:
        lock(delegate.conference)
        kept = answers_of(delegate)
        asked = [row for row in questions_of(delegate.conference, retired=True) if row.id in kept]
        taken = taken_places(asked, but=delegate)
        lost = []
        for question in asked:
            limits = {choice.key: choice.places for choice in question.choices}
            for answer in kept[question.id]:
                limit = limits.get(answer.key)
                if limit is not None and taken.get((question.id, answer.key), 0) >= limit:
                    session.delete(answer)
                    lost.append(question.slug)
        if lost:
            session.flush()
            record(deed="delegations.answer_questions", subject=delegate, actor=actor, at=at,
                   details={"questions": lost, "full": True})  # fmt: skip
    return lost


def forget_answers(delegate_ids: Sequence[int]) -> int:
    """Erase what these people answered, files too. Returns how many answers there were."""
    with transaction() as session:
        rows = list(session.scalars(select(Answer).where(Answer.delegate_id.in_(delegate_ids))))
        _remove_after_commit(rows)
        for row in rows:
            session.delete(row)
        session.flush()
    return len(rows)
