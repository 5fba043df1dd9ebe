"""Forms of releasing and of taking in files, and what all forms share."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList

from app.delegations.rules import HIDDEN
from app.errors import Refusal


def plain(text: str | None) -> str:
    """Text with single line ends and without control characters, nor any that turn or hide what stands around them."""
    lines = HIDDEN.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A programme file."""

    file = FileField(_l("Programme as JSON or XLSX"), [FileRequired(_l("Choose a file first."))])


class PlainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A deed without anything to enter."""


def _inner(form: FlaskForm, name: str) -> Any:
    """A field of a row («people-0-email»), whose list is marked as wrong too; None when there is none."""
    start = name.partition("-")[0]
    if start not in form:
        return None
    rows = form[start]
    for entry in getattr(rows, "entries", ()):
        for part in getattr(entry, "form", ()):
            if part.name == name:
                rows.errors = [*rows.errors, name]
                return part
    return None


def blame(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal at the field it belongs to, else at the form."""
    name = refusal.field or ""
    found = form[name] if name in form and not isinstance(form[name], FieldList) else _inner(form, name)
    if found is not None:
        found.errors = [*found.errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)
