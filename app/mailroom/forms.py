"""Forms of the mailroom."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, StringField, TextAreaField

from app.mailroom.rules.reports import LARGEST_MAIL

_LONGEST_PASTE = 2_000_000


class SendAgainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """To whom a mail goes once more."""

    to = StringField(_l("To"), description=_l("Several addresses are joined by commas."))
    copies = StringField(_l("Copy to"))

    def addresses(self, name: str) -> list[str]:
        """The addresses of a field."""
        written = (self[name].data or "")[:2000]
        return [part.strip() for part in written.replace(";", ",").split(",") if part.strip()]


class ReturnsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A delivery report, pasted or as a file."""

    report = TextAreaField(
        _l("Source text of the report"),
        description=_l("In the mail program: show the source text of the mail, select all, copy, paste here."),
    )
    file = FileField(_l("Or a file of the mail program"), description=_l("A mail (.eml) or a mailbox (.mbox)."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Something is given, and not too much."""
        if not super().validate(extra_validators):
            return False
        data = self.content()
        if not data.strip():
            self.report.errors = [_("Paste the report or choose a file.")]
        elif len(data) > (LARGEST_MAIL if self._uploaded else _LONGEST_PASTE):
            self.report.errors = [_("This mail is too large to be read.")]
        return not self.report.errors

    _uploaded: bytes | None = None

    def content(self) -> bytes:
        """What was given; a file wins."""
        if self._uploaded is None:
            upload = self.file.data
            self._uploaded = upload.read(LARGEST_MAIL + 1) if getattr(upload, "filename", "") else b""
        return self._uploaded or (self.report.data or "").encode("utf-8", "replace")
