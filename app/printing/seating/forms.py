"""What a plan of seats is for, and its tables."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.printing.seating.rules import (
    COMPANION_WORDS,
    GUEST_WORDS,
    ORDER_WORDS,
    SHAPE_WORDS,
    CompanionRule,
    Guests,
    SeatOrder,
    Shape,
)


class PlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The occasion, who is to have a seat, and by which order."""

    session = SelectField(_l("Session of the programme"), coerce=int, default=0)
    title_ru = StringField(_l("Title in Russian"), validators=[Length(max=300)])
    title_de = StringField(_l("Title in German"), validators=[Length(max=300)])
    guests = RadioField(
        _l("Who is to have a seat"), choices=[(one.value, word) for one, word in GUEST_WORDS.items()],
        default=Guests.EVERYONE.value,
    )  # fmt: skip
    people = TextAreaField(_l("Numbers or names"))
    order = RadioField(
        _l("In which order"), choices=[(one.value, word) for one, word in ORDER_WORDS.items()],
        default=SeatOrder.ALTERNATE.value,
    )  # fmt: skip
    companions = RadioField(
        _l("Where accompanying persons sit"), choices=[(one.value, word) for one, word in COMPANION_WORDS.items()],
        default=CompanionRule.BESIDE.value,
    )  # fmt: skip
    interpreters_beside = BooleanField(_l("Interpreters sit beside the person they interpret for"), default=True)
    host = StringField(_l("The host"), validators=[Length(max=400)])
    cohost = StringField(_l("A second host, across from the first"), validators=[Length(max=400)])


class TablesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Tables to be added."""

    shape = SelectField(
        _l("Shape"), choices=[(one.value, word) for one, word in SHAPE_WORDS.items()], default=Shape.ROUND.value
    )
    seats = IntegerField(_l("Seats at each"), default=10, validators=[InputRequired()])
    count = IntegerField(_l("How many tables"), default=1, validators=[InputRequired()])
