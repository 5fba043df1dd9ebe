"""The form of a photograph."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField
from wtforms.validators import Length, ValidationError

from app.pictures import Crop


class PhotoForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A file or a shot of the camera; ``crop`` is what the script chose: left, top, width and height as shares."""

    file = FileField(_l("Photograph"), description=_l("JPEG, PNG or WebP, at most 25 MB. It is cut to 3 by 4."))
    crop = HiddenField(validators=[Length(max=80)])
    consent_photo = BooleanField(_l("The photograph may be published beside my name."))

    def validate_file(self, field: Any) -> None:
        """A file must be there."""
        if not field.data:
            raise ValidationError(_("Please choose a file."))

    def chosen(self) -> Crop | None:
        """The part the person chose; None when the script did not run, or said something odd."""
        try:
            left, top, width, height = (float(part) for part in (self.crop.data or "").split(","))
        except ValueError:
            return None
        crop = Crop(left, top, width, height)
        return crop if crop.is_sound else None
