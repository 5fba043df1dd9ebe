"""The form for somebody who comes instead."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField
from wtforms.validators import InputRequired, Optional

from app.delegations.forms.people import _NEEDED, Address, _text, _usual_choices
from app.i18n import language


class SubstituteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Who takes the place; the rest they enter themselves by their own link."""

    last = _text(_l("Family name"), 200, InputRequired(message=_NEEDED),
                 description=_l("In the person's own script."))  # fmt: skip
    first = _text(_l("Given name"), 200)
    patronymic = _text(_l("Patronymic"), 200, description=_l("If you have one."))
    gender = SelectField(_l("Gender"), validators=[Optional()], description=_l("For the form of address."))
    position = _text(_l("Office or position"), 400)
    email = _text(_l("E-mail"), 254, InputRequired(message=_NEEDED), Address(), kind=EmailField,
                  description=_l("A personal link is sent there."))  # fmt: skip

    def prepare(self) -> None:
        """Fill the choices."""
        self.gender.choices = dict(_usual_choices(language())["gender"])
