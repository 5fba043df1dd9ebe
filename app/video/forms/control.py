"""Words to those in the lobby."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from app.video.operations.notices import LONGEST

_TOO_LONG = _l("The notice is too long: 1,000 characters are allowed.")


class NoticeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What is said, to whom, and for how long."""

    to = SelectField(_l("To whom"), default="")
    text_ru = TextAreaField(_l("In Russian"), validators=[Optional(), Length(max=LONGEST, message=_TOO_LONG)])
    text_de = TextAreaField(_l("In German"), validators=[Optional(), Length(max=LONGEST, message=_TOO_LONG)])
    text_en = TextAreaField(_l("In English"), validators=[Optional(), Length(max=LONGEST, message=_TOO_LONG)])
    urgent = BooleanField(_l("Urgent: shown first and in the colour of warnings"))
    minutes = SelectField(
        _l("How long it stands"),
        choices=[("15", _l("a quarter of an hour")), ("60", _l("an hour")), ("240", _l("four hours")),
                 ("0", _l("until it is taken back"))],
        default="60",
    )  # fmt: skip
