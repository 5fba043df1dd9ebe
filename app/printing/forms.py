"""What to print."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from app.printing.rules import DEFAULT_LAYOUT

SCOPES = (
    ("all", _l("everyone with a place on site")),
    ("new", _l("only who is new or changed since their last badge")),
    ("delegation", _l("one delegation")),
)


class PrintForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Everyone, only what is new, or a delegation."""

    layout = SelectField(_l("Kind of badge"), default=DEFAULT_LAYOUT)
    scope = RadioField(_l("Whose badges"), choices=SCOPES, default="all", validators=[InputRequired()])
    delegation = SelectField(_l("Delegation"), coerce=int, default=0)

    def validate_delegation(self, field: SelectField) -> None:
        """A delegation is asked for only when one is to be printed."""
        from wtforms.validators import ValidationError

        if self.scope.data == "delegation" and not field.data:
            raise ValidationError(_l("Please choose the delegation."))


class PreviewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Whose badge to look at."""

    class Meta:
        """A question, not a deed: no token."""

        csrf = False

    layout = SelectField(_l("Kind of badge"), id="shown-layout", validate_choice=False)
    q = StringField(_l("Name or number"), validators=[Optional()])
