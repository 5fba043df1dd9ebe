"""What forms of people are made of: texts, choices, what is refused in any of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from app.delegations.rules import ARRIVAL_MODES, DIETS, INTERPRETATION, SPOKEN, usable_address
from app.delegations.words import arrival_word, diet_word, gender_word, interpretation_word, language_names

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=8)
def usual_choices(_language: str) -> Mapping[str, dict[str, str]]:
    """The choices that are the same for everyone, in the language spoken now."""
    empty = {"": str(_("please choose"))}
    return {
        "gender": empty | {code: gender_word(code) for code in ("f", "m", "x")},
        "interpretation": empty | {code: interpretation_word(code) for code in INTERPRETATION},
        "dietary_code": empty | {code: diet_word(code) for code in DIETS},
        "arrival_mode": empty | {code: arrival_word(code) for code in ARRIVAL_MODES},
        "departure_mode": empty | {code: arrival_word(code) for code in ARRIVAL_MODES},
        "yes_no": {"": _("not known yet"), "yes": _("yes"), "no": _("no")},
        "spoken": {code: language_names(code)[0] for code in SPOKEN},
    }


class Tidy:
    """Refuses control characters, which no database and no paper can hold."""

    def __call__(self, _form: Any, field: Field) -> None:
        """:raises ValidationError: when there are any."""
        if isinstance(field.data, str) and _CONTROLS.search(field.data):
            raise ValidationError(_("This contains characters that cannot be kept. Please type it anew."))


class Address:
    """Says at once, beside what else is wrong, that an e-mail address is none."""

    def __call__(self, _form: Any, field: Field) -> None:
        """:raises ValidationError: when no mail can be sent to it."""
        if field.data and not usable_address(field.data):
            raise ValidationError(_("This is not an e-mail address. It should look like name@example.org."))


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def text_field(label: Any, limit: int, *more: Any, kind: type[StringField] = StringField, **options: Any) -> Any:
    """A line of text, stripped, of at most ``limit`` characters; ``more`` are validators instead of "may be empty"."""
    too_long = _l("Please use at most %(max)d characters.", max=limit)
    return kind(
        label,
        validators=[*(more or (Optional(),)), Length(max=limit, message=too_long), Tidy()],
        filters=[_stripped], **options,
    )  # fmt: skip


def long_field(label: Any, limit: int = 2000, **options: Any) -> Any:
    """Text of several lines."""
    return text_field(label, limit, kind=TextAreaField, **options)


NEEDED = _l("Please fill this in.")


def new_nonce() -> str:
    """The sign by which a form is known when it is sent twice."""
    return secrets.token_urlsafe(12)


class ChoiceField(SelectField):  # type: ignore[misc]  # WTForms is untyped here
    """A choice, also of hundreds, such as municipalities or countries, checked without laying each of them out.

    The choices are a mapping: value -> label, or group -> such a mapping.
    """

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not offered; what was not sent at all is for the validators to judge."""
        offered: Mapping[str, Any] = self.choices or {}
        if not self.raw_data and not self.data:
            return
        if isinstance(offered.get(self.data, {}), str):
            return
        if any(isinstance(group, Mapping) and self.data in group for group in offered.values()):
            return
        super().pre_validate(form)
