"""Forms of delegations: opening and limiting them, their papers, many people at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import EmailField, HiddenField, IntegerField, SelectField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.delegations.forms.fields import text_field
from app.delegations.group_words import kind_word
from app.delegations.rules.groups import DelegationKind
from app.i18n import LANGUAGES


def _quota() -> Any:
    return IntegerField(
        _l("At most"), validators=[Optional(), NumberRange(0, 500)],
        description=_l("How many people it may have. Leave empty for what its kind may have."),
    )  # fmt: skip


class DelegationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A delegation opened by the secretariat: of a municipality, or of an organisation."""

    kind = SelectField(_l("Who sends the delegation"), default="municipality")
    municipality = SelectField(_l("City or municipality"), validators=[Optional()])
    organisation = SelectField(_l("Organisation of the directory"), validators=[Optional()])
    name = text_field(_l("Name of the organisation"), 300, description=_l("If it does not stand in the directory."))
    contact_name = text_field(_l("Contact person"), 200)
    contact_email = text_field(_l("E-mail of the contact person"), 254, kind=EmailField,
                               description=_l("The link to the page of the delegation goes there."))  # fmt: skip
    contact_phone = text_field(_l("Telephone of the contact person"), 60, kind=TelField)
    expected = IntegerField(_l("Announced"), default=0, validators=[Optional(), NumberRange(0, 500)])
    quota = _quota()
    language = SelectField(_l("Language of mails"), choices=dict(LANGUAGES))

    def prepare(
        self, cities: Mapping[str, Sequence[tuple[str, str]]], organisations: Sequence[tuple[int, str]] = ()
    ) -> None:
        """Fill the choices."""
        self.kind.choices = {kind.value: kind_word(kind) for kind in DelegationKind}
        self.organisation.choices = {"": _("none of these"), **{str(number): name for number, name in organisations}}
        self.municipality.choices = {
            "": _("please choose"),
            **{country: dict(group) for country, group in cities.items()},
        }


class DelegationSettingsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What the secretariat changes of a delegation."""

    quota = _quota()
    expected = IntegerField(_l("Announced"), default=0, validators=[Optional(), NumberRange(0, 500)])
    contact_name = text_field(_l("Contact person"), 200)
    contact_email = text_field(_l("E-mail of the contact person"), 254, kind=EmailField,
                               description=_l("The link to the page of the delegation goes there."))  # fmt: skip
    contact_phone = text_field(_l("Telephone of the contact person"), 60, kind=TelField)


class PaperForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A nomination letter or a note verbale."""

    file = FileField(_l("Nomination letter or note verbale (PDF)"),
                     validators=[InputRequired(message=_l("Please choose a file."))])  # fmt: skip


class RowsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Many people at once: pasted, or as a file."""

    nonce = HiddenField(default=lambda: secrets.token_urlsafe(12), validators=[Length(max=64)])
    text = TextAreaField(_l("Rows copied from a spreadsheet"),
                         validators=[Optional(), Length(max=200_000)])  # fmt: skip
    file = FileField(_l("Or a file (CSV or XLSX)"))
