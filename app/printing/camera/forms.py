"""Whose name plates to draw."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired


class PlatesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Those by video, or everyone with a place."""

    whose = RadioField(_l("Whose plates"), validators=[InputRequired()])
