"""Members of a delegation, filled in by its contact or by the secretariat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from app.conferences.models import Conference
from app.delegations.forms.fields import long_field, text_field
from app.delegations.forms.people import PersonForm
from app.delegations.group_words import function_word
from app.delegations.models import Delegate
from app.delegations.rules import PUBLIC_ROLES
from app.delegations.rules.groups import DelegationFunction
from app.i18n import LANGUAGES


class MemberForm(PersonForm):
    """A member of a delegation, filled in by its contact."""

    last = text_field(_l("Family name"), 200, description=_l("In the person's own script."))
    last_latin = text_field(
        _l("Family name in Latin letters"), 200,
        description=_l("As in the passport. If you leave it empty, we propose the spelling of Russian passports."),
    )  # fmt: skip
    role = SelectField(_l("Takes part as"), default="member")
    languages = SelectMultipleField(_l("Languages spoken"), validators=[Optional()])
    email = text_field(_l("E-mail"), 254, kind=EmailField, description=_l("A personal link is sent there."))
    attendance = RadioField(_l("How does the person take part?"), validators=[Optional()])
    arrival_mode = SelectField(_l("Arrives"), validators=[Optional()])
    departure_mode = SelectField(_l("Leaves"), validators=[Optional()])
    badge_ru = text_field(_l("On the badge, Russian"), 400, description=_l("If you leave it empty, we propose it."))
    badge_de = text_field(_l("On the badge, German"), 400, description=_l("If you leave it empty, we propose it."))
    emergency_name = text_field(
        _l("Whom we may call in an emergency"), 200,
        description=_l("First and family name, and who it is to the person."),
    )  # fmt: skip
    accessibility_note = long_field(
        _l("What does the person need to take part without barriers?"),
        description=_l("For example step-free ways, an induction loop, an accompanying person."),
    )


class RosterForm(MemberForm):
    """A member of a delegation with what they are in it."""

    function = SelectField(_l("In the delegation"), validators=[Optional()])

    def prepare(self, *, conference: Conference, cities: Mapping[str, Sequence[tuple[str, str]]],
                delegate: Delegate | None = None, roles: Sequence[str] = PUBLIC_ROLES) -> None:  # fmt: skip
        """Fill the choices."""
        super().prepare(conference=conference, cities=cities, delegate=delegate, roles=roles)
        self.function.choices = function_choices()
        if delegate is not None and not self.is_submitted():
            self.function.data = delegate.function


def function_choices() -> dict[str, str]:
    """What a member may be in a delegation, for a choice."""
    return {"": _("not known yet"), **{code.value: function_word(code.value) for code in DelegationFunction}}


class StaffDelegateForm(MemberForm):
    """Somebody registered or corrected by the secretariat; mails go in ``language``."""

    language = SelectField(_l("Language of mails"), choices=dict(LANGUAGES))


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A file of delegates."""

    file = FileField(_l("File (CSV or XLSX)"), validators=[InputRequired(message=_l("Please choose a file."))])
    skip_bad_rows = BooleanField(_l("Take the good rows and leave out the bad ones"))
