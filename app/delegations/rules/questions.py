"""Questions organisers ask of delegates beyond the usual ones, and what an answer may be. No database.

An answer is a list of texts: none when nothing was answered, several only for several choices. The texts are those of
the files: ``2026-05-17`` a date, ``12.5`` a number, ``yes`` or ``no``, the keys of choices, a file's name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal

COLUMN = "q_"  # the column of an answer in files, and the field of a form, is this and the short name
MAX_QUESTIONS = 60
MAX_CHOICES = 40
MAX_TEXT, MAX_LONG_TEXT = 400, 4000
_SHORT_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,6})?")


class QuestionKind(StrEnum):
    """What is answered with."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    FILE = "file"


HAS_CHOICES = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})
# What a condition may look at: these have few values.
MAY_DECIDE = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.YES_NO})


@dataclass(frozen=True)
class ChoiceDetails:
    """One of several answers; ``places`` of None is no limit."""

    key: str
    label_ru: str
    label_de: str
    label_en: str
    places: int | None = None


@dataclass(frozen=True)
class QuestionDetails:
    """A question as organisers define it. No role means every role; a condition names another question's answer."""

    kind: QuestionKind
    label_ru: str
    label_de: str
    label_en: str
    slug: str = ""
    hint_ru: str = ""
    hint_de: str = ""
    hint_en: str = ""
    required: bool = False
    roles: tuple[str, ...] = ()
    condition_id: int | None = None
    condition_value: str = ""
    choices: tuple[ChoiceDetails, ...] = ()


@dataclass(frozen=True)
class AnswerFile:
    """A file somebody answered with, checked."""

    name: str
    media_type: str
    content: bytes


Given = Sequence[str] | AnswerFile


def require_question(details: QuestionDetails) -> None:
    """:raises Refusal: with the field that is wrong."""
    for name in ("label_ru", "label_de", "label_en"):
        if not getattr(details, name).strip():
            raise Refusal(_l("Please ask the question in all three languages."), field=name)
    if details.slug and not _SHORT_NAME.fullmatch(details.slug):
        raise Refusal(
            _l("The short name has small Latin letters, digits and underscores, and begins with a letter."),
            field="slug",
        )
    if details.kind not in HAS_CHOICES:
        return
    if len(details.choices) < 2:
        raise Refusal(_l("Please give at least two answers to choose from."), field="choices")
    if len(details.choices) > MAX_CHOICES:
        raise Refusal(_l("More than %(count)s answers cannot be chosen from.", count=MAX_CHOICES), field="choices")
    for choice in details.choices:
        if not (choice.label_ru.strip() and choice.label_de.strip() and choice.label_en.strip()):
            raise Refusal(_l("Please write every answer in all three languages."), field="choices")
        if choice.places is not None and choice.places < 0:
            raise Refusal(_l("A number of places is 0 or more."), field="choices")


def is_asked(*, roles: Collection[str], decider: str, value: str, role: str,
             answers: Mapping[str, Sequence[str]]) -> bool:  # fmt: skip
    """Whether a question is asked of somebody of ``role`` who has answered ``answers`` (by short name).

    :param decider: the short name of the question whose answer must be ``value``; empty when there is no condition.
    """
    if roles and not set(roles) & set(role.split(";")):
        return False
    return not decider or value in answers.get(decider, ())


def tidy_answer(kind: QuestionKind, given: Sequence[str], keys: Sequence[str] = ()) -> list[str]:
    """The answer as it is kept.

    :param keys: of the choices, in their order.
    :raises Refusal: saying what such an answer looks like.
    """
    texts = [text.strip() for text in given if text.strip()]
    if not texts:
        return []
    first = texts[0]
    refused: Message | None = None
    match kind:
        case QuestionKind.NUMBER:
            if _NUMBER.fullmatch(first):
                return [tidy_number(first)]
            refused = _l("Please give a number.")
        case QuestionKind.DATE:
            try:
                return [date.fromisoformat(first).isoformat()]
            except ValueError:
                refused = _l("Please give a date.")
        case QuestionKind.YES_NO:
            if first in {"yes", "no"}:
                return [first]
            refused = _l("Please answer yes or no.")
        case QuestionKind.CHOICE | QuestionKind.CHOICES:
            if set(texts) <= set(keys):
                chosen = [key for key in keys if key in texts]
                return chosen if kind is QuestionKind.CHOICES else chosen[:1]
            refused = _l("Please choose one of the answers offered.")
        case _:
            limit = MAX_LONG_TEXT if kind is QuestionKind.LONG_TEXT else MAX_TEXT
            if len(first) <= limit:
                return [first]
            refused = _l("Please use at most %(max)d characters.", max=limit)
    raise Refusal(refused)


def tidy_number(text: str) -> str:
    """«12,50» and "12.5" are one number: 12.5."""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    plain = format(number.normalize(), "f")
    return "0" if plain in {"-0", "+0"} else plain


_SIGNS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
)
MAX_FILE = 10 * 1024 * 1024


def checked_file(name: str, content: bytes) -> AnswerFile:
    """A file by what it is, not by what it calls itself: PDF, JPEG or PNG.

    :raises Refusal: when it is none of these, or too large.
    """
    if len(content) > MAX_FILE:
        raise Refusal(_l("“%(name)s” is larger than 10 MB.", name=name[:80]))
    for sign, media_type, suffix in _SIGNS:
        if content.startswith(sign):
            stem = re.sub(r"[^\w .()-]+", "_", name.rsplit(".", 1)[0]).strip(" .")[:80] or "file"
            return AnswerFile(stem + suffix, media_type, content)
    raise Refusal(_l("“%(name)s” is neither a PDF nor a JPEG or PNG picture.", name=name[:80]))
