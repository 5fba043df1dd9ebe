"""Forms of the papers of a programme and of a run of show."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms import Form as PlainRow
from wtforms.validators import Length, NumberRange, Optional

from app.programme.queries.papers.making import Order
from app.programme.rules.papers import LANGUAGE_CHOICES, PAPERS, Paper, Step

_LONG = _l("At most 400 characters, please.")
SPARE_ROWS = 5


class PaperForm(FlaskForm):  # type: ignore[misc]  # untyped library
    """Which paper, of what, in which languages."""

    paper = RadioField(_l("Paper"), choices=[(kind.value, words) for kind, words in PAPERS.items()],
                       default=Paper.BOOKLET.value)  # fmt: skip
    edition = SelectField(_l("Made from"))
    languages = SelectField(_l("Languages of the paper"), choices=list(LANGUAGE_CHOICES.items()), default="ru,de")
    day = SelectField(_l("Day of the door signs"), default="")
    session = SelectField(_l("Session of the run of show"), default="")
    in_full = BooleanField(_l("Behind an overview, pages with what it shortens and meetings by table"))

    def order(self) -> Order:
        """What was chosen; what another paper needs is left out."""
        paper = Paper(self.paper.data)
        return Order(
            paper, tuple(self.languages.data.split(",")), int(self.edition.data),
            self.day.data if paper is Paper.DOORS else "", self.session.data if paper is Paper.RUN else "",
            self.in_full.data and paper in {Paper.OVERVIEW, Paper.OVERVIEW_A3},
        )  # fmt: skip


class StepForm(PlainRow):  # type: ignore[misc]  # untyped library
    """One step of a run of show."""

    place = IntegerField(_l("Order"), [Optional(), NumberRange(0, 9999)])
    before = BooleanField(_l("before the beginning"))
    minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(0, 1440)])
    what_ru = StringField(_l("What happens, in Russian"), [Length(max=400, message=_LONG)])
    what_de = StringField(_l("What happens, in German"), [Length(max=400, message=_LONG)])
    who = StringField(_l("Who"), [Length(max=300, message=_l("At most 300 characters, please."))])
    cue = StringField(_l("Technical cue"), [Length(max=400, message=_LONG)])


class RunForm(FlaskForm):  # type: ignore[misc]  # untyped library
    """A run of show: its steps, and the sign of those the form was opened with."""

    sign = HiddenField()
    steps = FieldList(FormField(StepForm))

    def steps_in_order(self) -> list[Step]:
        """The steps that say what happens, by the numbers given; equal numbers as they stand."""
        filled = [entry.form for entry in self.steps if (entry.form.what_ru.data or entry.form.what_de.data)]
        last = 10**6
        filled.sort(key=lambda row: last if row.place.data is None else row.place.data)
        return [
            Step(row.minutes.data or 0, (row.what_ru.data or "").strip(), (row.what_de.data or "").strip(),
                 (row.who.data or "").strip(), (row.cue.data or "").strip(), bool(row.before.data))
            for row in filled
        ]  # fmt: skip


def run_values(steps: Sequence[Step]) -> list[dict[str, object]]:
    """The rows of the form: the steps numbered in tens, so that others go between, and empty ones."""
    rows: list[dict[str, object]] = [
        {"place": 10 * number, "before": step.before, "minutes": step.minutes, "what_ru": step.what_ru,
         "what_de": step.what_de, "who": step.who, "cue": step.cue}
        for number, step in enumerate(steps, start=1)
    ]  # fmt: skip
    return rows + [{} for _ in range(SPARE_ROWS)]
