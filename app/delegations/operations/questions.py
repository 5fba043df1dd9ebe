"""Organisers ask questions of their own: define, change, put in order, retire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import lock, transaction
from app.delegations.models import Answer, Question, QuestionChoice
from app.delegations.queries.questions import may_decide, questions_of
from app.delegations.rules.questions import HAS_CHOICES, MAX_QUESTIONS, ChoiceDetails, QuestionDetails, require_question
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from invitations.translit import ru_to_icao

_PLAIN = ("label_ru", "label_de", "label_en", "hint_ru", "hint_de", "hint_en", "required")


def _short(text: str) -> str:
    """A short name made of a label: "Which excursion?" -> ``which_excursion``."""
    latin = ru_to_icao(text).lower()
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        latin = latin.replace(letter, plain)
    short = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:30].strip("_")
    return short if short[:1].isalpha() else f"n_{short}".rstrip("_")


def _free(wished: str, taken: set[str]) -> str:
    found, number = wished, 2
    while found in taken:
        found, number = f"{wished}_{number}", number + 1
    return found


def _with_keys(choices: Sequence[ChoiceDetails], known: Sequence[str] = ()) -> list[ChoiceDetails]:
    """Every choice with a key; a key once given stays."""
    taken = {choice.key for choice in choices if choice.key} | set(known)
    found = []
    for choice in choices:
        key = choice.key or _free(_short(choice.label_en), taken)
        taken.add(key)
        found.append(replace(choice, key=key))
    return found


def _require_condition(conference: Conference, details: QuestionDetails, question: Question | None) -> None:
    if details.condition_id is None:
        return
    decider = next((row for row in may_decide(conference, question) if row.id == details.condition_id), None)
    values = {"yes", "no"} if decider is not None and not decider.choices else set()
    if decider is not None:
        values |= {choice.key for choice in decider.choices}
    if decider is None or details.condition_value not in values:
        raise Refusal(_l("A condition looks at a question asked earlier and at one of its answers."), field="condition")


def _put(question: Question, details: QuestionDetails) -> None:
    for name in _PLAIN:
        value = getattr(details, name)
        setattr(question, name, value.strip() if isinstance(value, str) else value)
    question.roles = list(details.roles)
    question.condition_id = details.condition_id
    question.condition_value = details.condition_value if details.condition_id is not None else ""


def ask_question(*, conference: Conference, details: QuestionDetails, actor: Actor, at: datetime) -> Question:
    """One more question, after those that are asked.

    :raises Refusal: with the field that is wrong.
    """
    require_question(details)
    with transaction() as session:
        lock(conference)
        taken = set(session.scalars(select(Question.slug).where(Question.conference_id == conference.id)))
        if len(taken) >= MAX_QUESTIONS:
            raise Refusal(_l("A conference has at most %(count)s questions of its own.", count=MAX_QUESTIONS))
        if details.slug in taken:
            raise Refusal(_l("Another question has this short name."), field="slug")
        _require_condition(conference, details, None)
        last = session.scalar(select(func.max(Question.position)).where(Question.conference_id == conference.id))
        question = Question(
            conference_id=conference.id, kind=details.kind, position=(last or 0) + 1, created_at=at,
            slug=details.slug or _free(_short(details.label_en), taken),
        )  # fmt: skip
        _put(question, details)
        if details.kind in HAS_CHOICES:
            question.choices = [
                QuestionChoice(
                    key=choice.key, label_ru=choice.label_ru.strip(), label_de=choice.label_de.strip(),
                    label_en=choice.label_en.strip(), places=choice.places, position=place,
                )
                for place, choice in enumerate(_with_keys(details.choices))
            ]  # fmt: skip
        session.add(question)
        session.flush()
        record(deed="delegations.ask_question", subject=question, actor=actor, at=at,
               details={"question": question.slug})  # fmt: skip
    return question


def _answered(question: Question) -> set[str]:
    """The keys somebody chose; ``{""}`` for an answer of another kind."""
    with transaction() as session:
        return set(session.scalars(select(Answer.key).where(Answer.question_id == question.id).distinct()))


def change_question(*, question: Question, details: QuestionDetails, actor: Actor, at: datetime) -> None:
    """Word a question anew, or change who is asked. Kind and short name stay once somebody has answered.

    :raises Refusal: with the field that is wrong.
    """
    require_question(details)
    with transaction() as session:
        lock(question.conference)
        given = _answered(question)
        if given and details.kind is not question.kind:
            raise Refusal(_l("The question has been answered: its kind cannot change any more."), field="kind")
        slug = details.slug or question.slug
        if slug != question.slug:
            if given:
                raise Refusal(
                    _l("The question has been answered: its short name cannot change any more."), field="slug"
                )
            others = select(Question.id).where(
                Question.conference_id == question.conference_id, Question.slug == slug, Question.id != question.id
            )
            if session.scalar(others) is not None:
                raise Refusal(_l("Another question has this short name."), field="slug")
        _require_condition(question.conference, details, question)
        question.kind, question.slug = details.kind, slug
        _put(question, details)
        _put_choices(question, details, given)
        session.flush()
        record(deed="delegations.change_question", subject=question, actor=actor, at=at,
               details={"question": question.slug})  # fmt: skip


def _put_choices(question: Question, details: QuestionDetails, given: set[str]) -> None:
    known = {choice.key: choice for choice in question.choices}
    wanted = _with_keys(details.choices, list(known)) if details.kind in HAS_CHOICES else []
    gone = set(known) - {choice.key for choice in wanted}
    if gone & given:
        names = ", ".join(known[key].label_en for key in sorted(gone & given))
        raise Refusal(_l("Somebody has chosen this answer; it cannot be taken out: %(names)s.", names=names),
                      field="choices")  # fmt: skip
    rows = []
    for place, choice in enumerate(wanted):
        row = known.get(choice.key) or QuestionChoice(key=choice.key)
        row.label_ru, row.label_de, row.label_en = (
            text.strip() for text in (choice.label_ru, choice.label_de, choice.label_en)
        )
        row.places, row.position = choice.places, place
        rows.append(row)
    question.choices = rows


def put_questions_in_order(*, conference: Conference, order: Sequence[int], actor: Actor, at: datetime) -> None:
    """The questions in the order of their ids; those not named come after, as they were.

    :raises Refusal: when a question would come before the one its condition looks at.
    """
    with transaction() as session:
        lock(conference)
        rows = questions_of(conference, retired=True)
        wished = {number: place for place, number in enumerate(order)}
        before = [row.id for row in rows]
        rows.sort(key=lambda row: (wished.get(row.id, len(wished)), row.position, row.id))
        place_of = {row.id: place for place, row in enumerate(rows, start=1)}
        for row in rows:
            if row.condition_id is not None and place_of[row.condition_id] > place_of[row.id]:
                raise Refusal(_l("A question cannot come before the one that decides whether it is asked."))
            row.position = place_of[row.id]
        session.flush()
        if [row.id for row in rows] != before:
            record(deed="delegations.put_questions_in_order", subject=None, actor=actor, at=at,
                   conference_id=conference.id)  # fmt: skip


def move_question(*, question: Question, earlier: bool, actor: Actor, at: datetime) -> None:
    """One place earlier or later among those that are asked; at the end nothing happens."""
    order = [row.id for row in questions_of(question.conference)]
    place = order.index(question.id)
    other = place + (-1 if earlier else 1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        put_questions_in_order(conference=question.conference, order=order, actor=actor, at=at)


def retire_question(*, question: Question, actor: Actor, at: datetime) -> None:
    """Ask it no more. What was answered stays; a question nobody answered is gone.

    :raises Refusal: when it decides whether another question is asked.
    """
    with transaction() as session:
        lock(question.conference)
        follower = session.scalar(
            select(Question).where(Question.condition_id == question.id, Question.retired_at.is_(None)).limit(1)
        )
        if follower is not None:
            raise Refusal(_l("Another question depends on it; change or retire that one first."))
        answered = bool(_answered(question))
        record(deed="delegations.retire_question", subject=question, actor=actor, at=at,
               details={"question": question.slug, "answered": answered})  # fmt: skip
        if answered or session.scalar(select(Question.id).where(Question.condition_id == question.id).limit(1)):
            question.retired_at = at
        else:
            session.delete(question)


def ask_again(*, question: Question, actor: Actor, at: datetime) -> None:
    """A retired question is asked again."""
    with transaction():
        lock(question.conference)
        if question.retired_at is None:
            return
        if question.condition is not None and question.condition.retired_at is not None:
            raise Refusal(_l("The question it depends on is not asked any more."))
        question.retired_at = None
        record(deed="delegations.ask_question_again", subject=question, actor=actor, at=at,
               details={"question": question.slug})  # fmt: skip
