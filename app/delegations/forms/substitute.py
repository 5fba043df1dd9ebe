"""The form for somebody who comes instead."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField
from wtforms.validators import InputRequired, Optional

from app.delegations.forms.fields import NEEDED, Address, text_field, usual_choices
from app.i18n import language


class SubstituteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Who takes the place; the rest they enter themselves by their own link."""

    last = text_field(_l("Family name"), 200, InputRequired(message=NEEDED),
                      description=_l("In the person's own script."))  # fmt: skip
    first = text_field(_l("Given name"), 200)
    patronymic = text_field(_l("Patronymic"), 200, description=_l("If you have one."))
    gender = SelectField(_l("Gender"), validators=[Optional()], description=_l("For the form of address."))
    position = text_field(_l("Office or position"), 400)
    email = text_field(_l("E-mail"), 254, InputRequired(message=NEEDED), Address(), kind=EmailField,
                       description=_l("A personal link is sent there."))  # fmt: skip

    def prepare(self) -> None:
        """Fill the choices."""
        self.gender.choices = dict(usual_choices(language())["gender"])
