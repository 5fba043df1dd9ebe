"""The organisers' own questions: in the forms delegates fill in, and the form in which they are defined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.delegations.forms.fields import Tidy
from app.delegations.forms.people import PersonForm
from app.delegations.models import Answer, Question, QuestionChoice
from app.delegations.queries.questions import answer_text
from app.delegations.rules import DelegateRole
from app.delegations.rules.questions import (
    COLUMN,
    HAS_CHOICES,
    MAX_LONG_TEXT,
    MAX_TEXT,
    ChoiceDetails,
    Given,
    QuestionDetails,
    QuestionKind,
    checked_file,
    is_asked,
    tidy_answer,
)
from app.delegations.words import role_word
from app.errors import Refusal
from app.i18n import date_long, listing, localized, number

FormKind = TypeVar("FormKind", bound=PersonForm)

_FEW = 7  # so many answers are shown as a list to tick, more as a menu


def kind_words() -> dict[str, str]:
    """What a question is answered with, in words."""
    return {
        QuestionKind.TEXT: _("a short text"),
        QuestionKind.LONG_TEXT: _("a long text"),
        QuestionKind.NUMBER: _("a number"),
        QuestionKind.DATE: _("a date"),
        QuestionKind.CHOICE: _("one of several answers"),
        QuestionKind.CHOICES: _("several of several answers"),
        QuestionKind.YES_NO: _("yes or no"),
        QuestionKind.FILE: _("a file"),
    }


def answer_words(question: Question, answers: Sequence[Answer]) -> str:
    """An answer as people read it; empty when there is none."""
    match question.kind:
        case QuestionKind.CHOICE | QuestionKind.CHOICES:
            given = {answer.key for answer in answers}
            return listing([localized(choice, "label") for choice in question.choices if choice.key in given])
        case QuestionKind.YES_NO:
            return str({"yes": _("yes"), "no": _("no")}.get(answer_text(question, answers), ""))
        case QuestionKind.DATE if answers:
            return date_long(date.fromisoformat(answers[0].value))
        case QuestionKind.NUMBER if answers:
            return number(float(answers[0].value))
        case _:
            return answer_text(question, answers)


def condition_words(question: Question) -> str:
    """Of whom it is asked, where not of everyone: "Only for: press" or "Only if “Excursion” is answered “Boat”"."""
    found = []
    if question.roles:
        found.append(_("Only for: %(roles)s.", roles=listing([role_word(role) for role in question.roles])))
    if question.condition is not None:
        decider, value = question.condition, question.condition_value
        answer = {"yes": _("yes"), "no": _("no")}.get(value, value)
        for choice in decider.choices:
            if choice.key == value:
                answer = localized(choice, "label")
        found.append(
            _("Only if “%(question)s” is answered “%(answer)s”.", question=localized(decider, "label"), answer=answer)
        )
    return " ".join(found)


def _choice_label(choice: QuestionChoice, question: Question, taken: Mapping[tuple[int, str], int]) -> str:
    label = localized(choice, "label")
    if choice.places is None:
        return label
    left = choice.places - taken.get((question.id, choice.key), 0)
    if left <= 0:
        return str(_("%(answer)s (no place left)", answer=label))
    return str(ngettext("%(answer)s (%(num)s place left)", "%(answer)s (%(num)s places left)", left, answer=label))


def _field(question: Question, taken: Mapping[tuple[int, str], int]) -> Any:
    label = localized(question, "label")
    hint = " ".join(filter(None, (localized(question, "hint"), condition_words(question))))
    common: dict[str, Any] = {"description": hint, "validators": [Optional()]}
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return TextAreaField(label, **common | {"validators": [Optional(), Length(max=MAX_LONG_TEXT), Tidy()]})
        case QuestionKind.DATE:
            return DateField(label, **common)
        case QuestionKind.CHOICE | QuestionKind.CHOICES:
            offered = {choice.key: _choice_label(choice, question, taken) for choice in question.choices}
            if question.kind is QuestionKind.CHOICES:
                return SelectMultipleField(label, choices=offered, **common)
            if len(offered) <= _FEW:
                nothing = {} if question.required else {"": _("no answer")}
                return RadioField(label, choices=offered | nothing, default=None if question.required else "", **common)
            return SelectField(label, choices={"": _("please choose")} | offered, **common)
        case QuestionKind.YES_NO:
            offered = {"": _("please choose"), "yes": _("yes"), "no": _("no")}
            return SelectField(label, choices=offered, **common)
        case QuestionKind.FILE:
            return FileField(label, **common)
        case _:
            limits = [Optional(), Length(max=MAX_TEXT), Tidy()]
            options = {"render_kw": {"inputmode": "decimal"}} if question.kind is QuestionKind.NUMBER else {}
            return StringField(label, **common | {"validators": limits}, **options)


class Asked:
    """What a form gains when organisers ask questions of their own. Fields are ``q_<short name>``."""

    questions: tuple[Question, ...] = ()
    require_answers = True  # the person is asked to answer; a contact or the secretariat may leave it open
    asked_role: str = ""  # where the form does not ask for the role
    answered: Mapping[str, list[str]] = {}  # what is known already, for files that are not sent again

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for question in self.questions:
            if question.required and self.require_answers:
                cast(Any, self)[COLUMN + question.slug].flags.required = True

    @property
    def sends_files(self) -> bool:
        """Whether the form must be sent as multipart/form-data."""
        return any(question.kind is QuestionKind.FILE for question in self.questions)

    def _given(self, question: Question) -> list[str]:
        data = cast(Any, self)[COLUMN + question.slug].data
        if question.kind is QuestionKind.FILE:
            return [data.filename] if isinstance(data, FileStorage) and data.filename else []
        if data is None or data == "":
            return []
        return list(data) if question.kind is QuestionKind.CHOICES else [str(data)]

    def _role(self) -> str:
        form = cast(Any, self)
        return str(form["role"].data or "") if "role" in form else self.asked_role

    def _applying(self) -> dict[str, list[str]]:
        """The answers that count, by short name: to questions that are asked of this person."""
        found: dict[str, list[str]] = {}
        for question in self.questions:
            decider = question.condition.slug if question.condition is not None else ""
            if is_asked(roles=question.roles, decider=decider, value=question.condition_value, role=self._role(),
                        answers=found):  # fmt: skip
                found[question.slug] = self._given(question) or (
                    list(self.answered.get(question.slug, [])) if question.kind is QuestionKind.FILE else []
                )
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        """Everything the form itself asks, then that every required question asked of this person is answered."""
        good: bool = super().validate(extra_validators)  # type: ignore[misc]  # of the form this is mixed into
        applying = self._applying()
        for question in self.questions:
            if question.slug not in applying:
                continue
            field = cast(Any, self)[COLUMN + question.slug]
            if not applying[question.slug]:
                if question.required and self.require_answers and not field.errors:
                    field.errors = [*field.errors, _("Please answer this question.")]
                    good = False
                continue
            try:
                if question.kind is not QuestionKind.FILE:
                    tidy_answer(question.kind, applying[question.slug], [choice.key for choice in question.choices])
                elif isinstance(field.data, FileStorage) and field.data.filename:
                    checked_file(field.data.filename, field.data.stream.read())
                    field.data.stream.seek(0)
            except Refusal as refusal:
                field.errors = [*field.errors, str(refusal.message)]
                good = False
        return good

    def answers(self) -> dict[str, Given]:
        """What was answered, by short name; a file that was not sent again is left out."""
        applying = self._applying()
        found: dict[str, Given] = {}
        for question in self.questions:
            if question.kind is QuestionKind.FILE:
                data = cast(Any, self)[COLUMN + question.slug].data
                if question.slug not in applying:
                    found[question.slug] = []
                elif isinstance(data, FileStorage) and data.filename:
                    found[question.slug] = checked_file(data.filename, data.stream.read())
                continue
            found[question.slug] = applying.get(question.slug, [])
        return found

    def show_answers(self, answers: Mapping[int, Sequence[Answer]]) -> None:
        """Put what was answered into the fields."""
        for question in self.questions:
            field = cast(Any, self)[COLUMN + question.slug]
            text = answer_text(question, answers.get(question.id, ()))
            match question.kind:
                case QuestionKind.CHOICES:
                    field.data = [key for key in text.split(";") if key]
                case QuestionKind.DATE:
                    field.data = date.fromisoformat(text) if text else None
                case QuestionKind.FILE:
                    if text:
                        field.description = _("Sent: %(name)s. Choose a file only to replace it.", name=text)
                case _:
                    field.data = text

    def know_answers(self, answers: Mapping[int, Sequence[Answer]]) -> None:
        """Tell the form what was answered before, so that a file once sent counts."""
        self.answered = {
            question.slug: [answer_text(question, answers[question.id])]
            for question in self.questions
            if answers.get(question.id)
        }


def with_questions(
    form: type[FormKind],
    questions: Sequence[Question],
    *,
    taken: Mapping[tuple[int, str], int] | None = None,
    require: bool = True,
    role: str = "",
) -> type[FormKind]:
    """``form`` with a field for each question; ``form`` itself when none is asked.

    :param taken: how many have chosen what, so that it is shown how many places are left.
    :param require: whether required questions must be answered here.
    :param role: of the person, where the form does not ask for it.
    """
    if not questions:
        return form
    fields = {COLUMN + row.slug: _field(row, taken or {}) for row in questions}
    more = {"questions": tuple(questions), "require_answers": require, "asked_role": role, "__doc__": form.__doc__}
    return type(form.__name__, (Asked, form), fields | more)


def answers_in(form: Any) -> dict[str, Given]:
    """What a form says to the organisers' questions; nothing when it asks none."""
    return form.answers() if isinstance(form, Asked) else {}


def show_answers(form: Any, answers: Mapping[int, Sequence[Answer]]) -> None:
    """Put what was answered into the fields, where there are any."""
    if isinstance(form, Asked):
        form.show_answers(answers)


def know_answers(form: Any, answers: Mapping[int, Sequence[Answer]]) -> None:
    """Tell a form what was answered before, so that a file once sent counts."""
    if isinstance(form, Asked):
        form.know_answers(answers)


class ChoiceForm(Form):  # type: ignore[misc]  # WTForms is untyped
    """One of the answers a question offers."""

    key = HiddenField()
    label_ru = StringField(_l("Answer in Russian"), validators=[Length(max=300), Tidy()])
    label_de = StringField(_l("Answer in German"), validators=[Length(max=300), Tidy()])
    label_en = StringField(_l("Answer in English"), validators=[Length(max=300), Tidy()])
    places = IntegerField(_l("Places for it"), validators=[Optional(), NumberRange(0, 100_000)])


class QuestionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A question as organisers define it."""

    label_ru = StringField(_l("Question in Russian"), validators=[InputRequired(), Length(max=300), Tidy()])
    label_de = StringField(_l("Question in German"), validators=[InputRequired(), Length(max=300), Tidy()])
    label_en = StringField(_l("Question in English"), validators=[InputRequired(), Length(max=300), Tidy()])
    kind = SelectField(_l("Answered with"))
    hint_ru = StringField(_l("Help in Russian"), validators=[Optional(), Length(max=600), Tidy()])
    hint_de = StringField(_l("Help in German"), validators=[Optional(), Length(max=600), Tidy()])
    hint_en = StringField(_l("Help in English"), validators=[Optional(), Length(max=600), Tidy()])
    required = BooleanField(_l("An answer is required"))
    roles = SelectMultipleField(_l("Asked of"), validators=[Optional()],
                                description=_l("Without a choice it is asked of everyone."))  # fmt: skip
    condition = SelectField(_l("Asked only if"), validators=[Optional()])
    slug = StringField(
        _l("Short name"), validators=[Optional(), Length(max=40)],
        description=_l("Names the column in files. Left empty it is made of the English question."),
    )  # fmt: skip
    choices = FieldList(FormField(ChoiceForm), max_entries=40)

    def prepare(self, *, deciders: Sequence[Question]) -> None:
        """Fill the choices in the reader's language."""
        self.kind.choices = {str(kind): word for kind, word in kind_words().items()}
        self.roles.choices = {role.value: role_word(role.value) for role in DelegateRole}
        offered: dict[Any, Any] = {"": _("always")}
        for row in deciders:
            if row.kind in HAS_CHOICES:
                values = {choice.key: localized(choice, "label") for choice in row.choices}
            else:
                values = {"yes": _("yes"), "no": _("no")}
            offered[localized(row, "label")] = {f"{row.id}:{key}": word for key, word in values.items()}
        self.condition.choices = offered

    def show(self, question: Question) -> None:
        """Put a question that is asked into the fields."""
        for name in ("label_ru", "label_de", "label_en", "hint_ru", "hint_de", "hint_en", "required", "slug"):
            self[name].data = getattr(question, name)
        self.kind.data = question.kind.value
        self.roles.data = list(question.roles)
        self.condition.data = f"{question.condition_id}:{question.condition_value}" if question.condition_id else ""
        for choice in question.choices:
            self.choices.append_entry(
                {"key": choice.key, "label_ru": choice.label_ru, "label_de": choice.label_de,
                 "label_en": choice.label_en, "places": choice.places}
            )  # fmt: skip

    def offer_rows(self, more: int = 3) -> None:
        """Empty rows for answers after those that are filled in."""
        names = ("label_ru", "label_de", "label_en")
        filled = [row for row in self.choices.entries if any((row.form[name].data or "").strip() for name in names)]
        while len(self.choices.entries) < min(40, len(filled) + more):
            self.choices.append_entry()

    def details(self) -> QuestionDetails:
        """What was filled in; rows without any text are no answers."""
        decider, _colon, value = (self.condition.data or "").partition(":")
        rows = []
        for entry in self.choices.entries:
            texts = {name: (entry.form[name].data or "").strip() for name in ("label_ru", "label_de", "label_en")}
            if any(texts.values()):
                rows.append(ChoiceDetails(key=entry.form.key.data or "", places=entry.form.places.data, **texts))
        return QuestionDetails(
            kind=QuestionKind(self.kind.data),
            **{name: (self[name].data or "").strip()
               for name in ("label_ru", "label_de", "label_en", "slug", "hint_ru", "hint_de", "hint_en")},
            required=bool(self.required.data), roles=tuple(self.roles.data or ()),
            condition_id=int(decider) if decider.isdigit() else None, condition_value=value, choices=tuple(rows),
        )  # fmt: skip
