"""The settings of registration, and of what everybody may see."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, IntegerField
from wtforms.validators import NumberRange, Optional


class DoorSettingsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Places, the door of registration, and the public list of participants."""

    places_on_site = IntegerField(_l("Places on site"), validators=[Optional(), NumberRange(0, 100000)],
                                  description=_l("Leave empty for no limit."))  # fmt: skip
    places_video = IntegerField(_l("Places by video"), validators=[Optional(), NumberRange(0, 100000)],
                                description=_l("Leave empty for no limit."))  # fmt: skip
    registration_open = BooleanField(_l("Public registration is open"))
    registration_opens_at = DateTimeLocalField(
        _l("Opens at"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], validators=[Optional()],
        description=_l("Local time of the host city. Leave empty to open at once."),
    )  # fmt: skip
    registration_closes_at = DateTimeLocalField(
        _l("Closes at"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], validators=[Optional()],
        description=_l("Local time of the host city. Leave empty for no end."),
    )  # fmt: skip
    offer_hours = IntegerField(
        _l("Hours to take a place that became free"), validators=[Optional(), NumberRange(1, 720)],
        description=_l("The first on the waiting list is asked by mail and has this long to answer; then the next one "
                       "is asked. Leave empty to give the place at once."),
    )  # fmt: skip
    approval_needed = BooleanField(_l("Every registration needs our approval"))
    participants_public = BooleanField(
        _l("The list of participants stands on the public page"),
        description=_l("Only those stand in it who agreed that their name is published, with their photograph only if "
                       "they agreed to that too. Who takes the consent back is gone from it at once."),
    )  # fmt: skip
