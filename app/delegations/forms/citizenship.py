"""The public registration of a conference for which somebody may need a visa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from app.conferences.models import Conference
from app.delegations.forms.fields import ChoiceField
from app.delegations.forms.registration import RegistrationForm
from app.delegations.forms.visa import countries
from app.delegations.models import Delegate
from app.delegations.rules import PUBLIC_ROLES
from app.i18n import language


@lru_cache(maxsize=8)
def _every_country(code: str) -> dict[str, str]:
    return {"": "–", **dict(countries(code))}


class CitizenRegistrationForm(RegistrationForm):
    """Asks the citizenship too, so that it is known early who needs a visa."""

    citizenship = ChoiceField(
        _l("Citizenship"), validators=[Optional()],
        description=_l("So that we can tell you in good time whether you need a visa, and help you with it."),
    )  # fmt: skip

    def prepare(self, *, conference: Conference, cities: Mapping[str, Sequence[tuple[str, str]]],
                delegate: Delegate | None = None, roles: Sequence[str] = PUBLIC_ROLES) -> None:  # fmt: skip
        """Fill the choices."""
        super().prepare(conference=conference, cities=cities, delegate=delegate, roles=roles)
        self.citizenship.choices = _every_country(language())
