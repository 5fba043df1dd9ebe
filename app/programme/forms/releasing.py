"""Forms of releasing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.i18n import LANGUAGES
from app.programme.rules.touched import TELL, Tell

_NAME = Length(max=200, message=_l("At most 200 characters, please."))
_NOTE = Length(max=2000, message=_l("At most 2,000 characters, please."))


class ReleaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Releasing the draft: its name and a word to the readers in each language, and who is told."""

    name_ru = StringField(_l("In Russian"), [_NAME])
    name_de = StringField(_l("In German"), [_NAME])
    name_en = StringField(_l("In English"), [_NAME])
    note_ru = TextAreaField(_l("In Russian"), [_NOTE])
    note_de = TextAreaField(_l("In German"), [_NOTE])
    note_en = TextAreaField(_l("In English"), [_NOTE])
    without = BooleanField(_l("Release without these words in the other languages"))
    unchanged = BooleanField(_l("Make a release although nothing has changed"))
    tell = RadioField(
        _l("Who is told by mail"),
        [Optional()],
        choices=[(tell.value, words) for tell, words in TELL.items()],
        default=Tell.NOBODY.value,
    )

    def texts(self, field: str) -> dict[str, str]:
        """``name`` or ``note`` by language."""
        return {code: self[f"{field}_{code}"].data or "" for code in LANGUAGES}

    def unsaid(self) -> list[str]:
        """The languages of the conference whose readers get no word while others do, unless that is meant so."""
        said = {code: bool(text.strip()) for code, text in self.texts("note").items()}
        if not any(said.values()) or self.without.data:
            return []
        return [code for code in ("ru", "de") if not said[code]]
