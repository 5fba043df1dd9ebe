"""The head's answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, IntegerField, RadioField, TelField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.conferences.rules import ConferenceFormat
from app.correspondence.rules import ReplyAnswer, answer_meant
from app.delegations.forms.fields import long_field, text_field
from app.delegations.words import answers_offered, people_question


class ReplyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The head's answer."""

    answer = RadioField(_l("Your answer"), validators=[InputRequired(message=_l("Please choose an answer."))])
    people = IntegerField(
        _l("How many people will come?"), default=1,
        validators=[
            Optional(),
            NumberRange(0, 500, message=_l("Please say how many people take part, from 1 to 500.")),
        ],
        description=_l("With you or your deputy. An estimate is enough."),
    )  # fmt: skip
    deputy_name = text_field(_l("Name of the deputy"), 200)
    deputy_office = text_field(_l("Office of the deputy"), 300)
    contact_name = text_field(_l("Contact person"), 200)
    contact_email = text_field(_l("E-mail of the contact person"), 254, kind=EmailField,
                               description=_l("The link to the page of your delegation goes there."))  # fmt: skip
    contact_phone = text_field(_l("Telephone of the contact person"), 60, kind=TelField)
    remarks = long_field(_l("Anything you wish to tell us"), 4000)

    def prepare(self, held: ConferenceFormat, before: ReplyAnswer | None) -> None:
        """Ask what fits the format; what was answered when the conference was held otherwise counts as it is meant now.

        :param before: what was answered last.
        """
        self.answer.choices = answers_offered(held)
        self.people.label.text = people_question(held)
        given = self.answer.data if self.is_submitted() else before
        if given in set(ReplyAnswer):
            self.answer.data = answer_meant(ReplyAnswer(given), held).value
