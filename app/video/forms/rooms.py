"""Changing the address of a room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class RoomForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The address behind the join links of one session."""

    url = StringField(
        _l("Address of the meeting room"),
        validators=[InputRequired(_l("Give an address that begins with https://.")), Length(max=500)],
    )
