"""Forms of what belongs to sessions: papers, tracks, ways between houses."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from app.programme.rules.words import COLOURS, LANGUAGES


class MaterialForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A paper of a session: a file or a link."""

    title = StringField(
        _l("Title of the paper"),
        [DataRequired(_l("Give the paper a title.")), Length(max=300, message=_l("At most 300 characters, please."))],
    )
    language = SelectField(_l("Language"))
    file = FileField(_l("File"), description=_l("PDF, PNG, JPEG, or a document of an office program; at most 20 MB."))
    link = StringField(
        _l("Or a link"),
        [Length(max=1000, message=_l("At most 1,000 characters, please."))],
        description=_l("An address that begins with https://"),
    )
    public = BooleanField(_l("Everybody may read it"), default=True,
                          description=_l("Else only delegates, on their own page."))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [("", _("not said")), *LANGUAGES.items()]
        for field in self:  # it stands below the form of the session, which has fields of these names
            field.id = f"paper-{field.name}"


class TrackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A track of the programme."""

    code = StringField(
        _l("Sign of the track"),
        [
            Length(max=40, message=_l("At most 40 characters, please.")),
            Regexp(r"^[\w.-]+$", message=_l("Letters, digits, dots and hyphens only, please.")),
        ],
        description=_l("A short sign such as youth; files name the track by it."),
    )
    name_ru = StringField(_l("Name in Russian"), [Length(max=200, message=_l("At most 200 characters, please."))])
    name_de = StringField(_l("Name in German"), [Length(max=200, message=_l("At most 200 characters, please."))])
    name_en = StringField(_l("Name in English"), [Length(max=200, message=_l("At most 200 characters, please."))])
    colour = SelectField(_l("Colour"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colour.choices = list(COLOURS.items())
