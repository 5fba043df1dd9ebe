"""The public registration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField
from wtforms.validators import InputRequired

from app.delegations.forms.fields import NEEDED, Address, text_field
from app.delegations.forms.people import PersonForm

# What the boxes of the public registration stand for, beside pictures and recordings.
ASKED_PURPOSES = ("processing", "cross_border", "publication", "newsletter")


class RegistrationForm(PersonForm):
    """The public registration."""

    last = text_field(
        _l("Family name"), 200, InputRequired(message=NEEDED),
        description=_l("In your own script, as you wish to be addressed. With a single name, enter it here."),
    )  # fmt: skip
    email = text_field(_l("E-mail"), 254, InputRequired(message=NEEDED), Address(), kind=EmailField,
                       description=_l("Your personal link goes there."))  # fmt: skip
    badge_ru = badge_de = None  # proposed first; corrected on the personal page
    consent_processing = BooleanField(
        _l("I agree that the organisers process these data to prepare and hold the conference."),
        validators=[InputRequired(message=_l("Without this consent we cannot register you."))],
    )
    consent_publication = BooleanField(
        _l("My name, city and organisation may stand in the published list of participants.")
    )
    consent_photo = BooleanField(_l("Photographs and recordings showing me may be published."))
    consent_cross_border = BooleanField(
        _l("My data may go to the organisers and the host in the other country, as far as they need them.")
    )
    consent_newsletter = BooleanField(_l("I should like to hear of later meetings by e-mail."))
    minor = BooleanField(_l("The person is under 18 on the first day of the conference"))
    guardian = text_field(
        _l("Parent or guardian who agrees"), 200,
        description=_l("First and family name; needed for somebody under 18 only."),
    )  # fmt: skip

    def csrf_is_right(self) -> bool:
        """Whether the form is ours, whatever else is wrong with it."""
        return "csrf_token" not in self or bool(self.csrf_token.validate(self))
