"""Confirming a switch."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length


class SwitchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The reason, and the sign of the plan that was looked at."""

    digest = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Say why the format changes: the mails and the history tell it.")),
            Length(max=1000, message=_l("Say it in at most 1000 characters.")),
        ],
    )
