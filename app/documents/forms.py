"""Dropping a file to compare it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class CompareForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A PDF somebody holds."""

    file = FileField(_l("The PDF you received"), validators=[FileRequired(_l("Choose a file first."))])
