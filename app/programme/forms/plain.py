"""Forms of releasing and of taking in files, and what all forms share."""

from __future__ import annotations

import unicodedata

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from app.errors import Refusal


def plain(text: str | None) -> str:
    """Text with single line ends and without control characters."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A programme file."""

    file = FileField(_l("Programme as JSON or XLSX"), [FileRequired(_l("Choose a file first."))])


class PlainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A deed without anything to enter."""


def blame(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal at the field it belongs to, else at the form."""
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)
