"""The form of a mail to a group."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.delegations.forms.fields import Tidy
from app.delegations.rules.group_mail import GroupMailKind
from app.i18n import LANGUAGES

_TOO_LONG = _l("Please use at most %(max)d characters.", max=200)


def _subject(label: object) -> StringField:
    return StringField(label, validators=[Optional(), Length(max=200, message=_TOO_LONG), Tidy()])


def _body(label: object) -> TextAreaField:
    return TextAreaField(
        label,
        validators=[
            Optional(),
            Length(max=20_000, message=_l("Please use at most %(max)d characters.", max=20_000)),
            Tidy(),
        ],
    )


class GroupMailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Subject and text in three languages."""

    kind = RadioField(_l("What is written"), default=GroupMailKind.TEXT.value)
    subject_ru = _subject(_l("Subject in Russian"))
    body_ru = _body(_l("Text in Russian"))
    subject_de = _subject(_l("Subject in German"))
    body_de = _body(_l("Text in German"))
    subject_en = _subject(_l("Subject in English"))
    body_en = _body(_l("Text in English"))

    def prepare(self) -> None:
        """Fill the choices in the reader's language."""
        self.kind.choices = [
            (GroupMailKind.TEXT.value, _("a text for everyone the filter finds")),
            (GroupMailKind.CHANGES.value, _(
                "for each what has changed in their own data since the last such mail; who has no changes gets none"
            )),
        ]  # fmt: skip

    def texts(self) -> dict[str, str]:
        """What was written, by column."""
        return {name: self[name].data or "" for code in LANGUAGES for name in (f"subject_{code}", f"body_{code}")}
