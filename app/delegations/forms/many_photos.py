"""The form of many photographs."""

from __future__ import annotations

from typing import IO, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms.validators import ValidationError

from app.delegations.operations.many_photos import packed


class ManyPhotosForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A ZIP file, or several pictures."""

    files = MultipleFileField(
        _l("Photographs"),
        description=_l("One ZIP file, or several pictures (JPEG, PNG or WebP); together at most 30 MB. "
                       "A larger file is taken by the command line."),
    )  # fmt: skip

    def validate_files(self, field: Any) -> None:
        """Something must be there."""
        if not field.data:
            raise ValidationError(_("Please choose a file."))

    def archive(self) -> IO[bytes]:
        """The ZIP file; single pictures are put into one."""
        (first, *others) = self.files.data
        if not others and first.filename.lower().endswith(".zip"):
            stream: IO[bytes] = first.stream
            return stream
        return packed((one.filename, one.stream.read()) for one in self.files.data)
