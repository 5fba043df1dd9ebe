"""The settings of registration, and of what everybody may see."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.delegations.forms.people import RegistrationSettingsForm


class DoorSettingsForm(RegistrationSettingsForm):
    """Places, the door of registration, and the public list of participants."""

    participants_public = BooleanField(
        _l("The list of participants stands on the public page"),
        description=_l("Only those stand in it who agreed that their name is published, with their photograph only if "
                       "they agreed to that too. Who takes the consent back is gone from it at once."),
    )  # fmt: skip
