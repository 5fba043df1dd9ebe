"""Forms of visas: citizenship, passport data, the settings of a conference."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.delegations.forms.fields import Tidy
from app.delegations.rules.visa import ENTRIES, Passport
from app.i18n import language, region_name

_TOO_LONG = _l("Please use at most %(max)d characters.")


@lru_cache(maxsize=8)
def countries(_language: str) -> tuple[tuple[str, str], ...]:
    """Every country by its name in the language spoken now; those of the partners first."""
    from babel import Locale

    codes = [code for code in map(str, Locale.parse("en").territories) if len(code) == 2 and code.isalpha()]
    gone = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}
    first = ["RU", "DE", "BY", "KZ", "AT", "CH"]
    rest = sorted((code for code in codes if code not in gone and code not in first),
                  key=lambda code: region_name(code).casefold())  # fmt: skip
    return tuple((code, region_name(code)) for code in [*first, *rest])


def _text(label: Any, limit: int, **options: Any) -> Any:
    return StringField(
        label, validators=[Optional(), Length(max=limit), Tidy()],
        filters=[lambda value: " ".join(value.split()) if isinstance(value, str) else value], **options,
    )  # fmt: skip


def _capital(label: Any, limit: int, **options: Any) -> Any:
    field = _text(label, limit, **options)
    field.kwargs["filters"] = [*field.kwargs["filters"], lambda value: value.upper() if value else value]
    return field


class CitizenshipForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Whose citizen somebody is, and whether they need a visa at all."""

    citizenship = SelectField(_l("Citizenship"), validators=[InputRequired(message=_l("Please fill this in."))])
    has_one = BooleanField(_l("I need no visa: I have one, a residence permit or another citizenship."))

    def prepare(self) -> None:
        """Fill the choices."""
        self.citizenship.choices = [("", "–"), *countries(language())]
        self.citizenship.id = "whose"  # the passport's field of this name is on the same page


class PassportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What a letter for a visa needs."""

    mrz = TextAreaField(
        _l("Machine-readable zone"), validators=[Optional(), Length(max=400)],
        description=_l(
            "The two lines of letters, digits and “<” at the foot of the page with the photograph (three on a card). "
            "What they say is filled in below and checked by their check digits. You may leave them out."
        ),
    )  # fmt: skip
    surname = _capital(_l("Surname, as printed in the passport"), 120)
    given = _capital(_l("Given names, as printed in the passport"), 120)
    cyrillic = _text(
        _l("Name in Cyrillic letters"), 200,
        description=_l("Surname first; for visas to Russia. We propose the usual transcription."),
    )  # fmt: skip
    sex = SelectField(_l("Sex, as in the passport"), validators=[Optional()])
    birth_date = DateField(_l("Date of birth"), validators=[Optional()])
    birth_place = _text(_l("Place of birth"), 120)
    citizenship = SelectField(_l("Citizenship"), validators=[Optional()])
    residence = SelectField(_l("Country of residence"), validators=[Optional()])
    number = _capital(_l("Passport number"), 24)
    issued = DateField(_l("Date of issue"), validators=[Optional()])
    expires = DateField(_l("Date of expiry"), validators=[Optional()])
    authority = _text(_l("Issuing authority"), 120)
    stay_from = DateField(_l("First day of the stay"), validators=[Optional()])
    stay_to = DateField(_l("Last day of the stay"), validators=[Optional()])
    entries = SelectField(_l("Entries"), default="1")
    minors = _text(_l("Children travelling with you"), 300, description=_l("Names and dates of birth, if any."))
    insured = BooleanField(_l("Travel medical insurance for the whole stay is taken out"))
    guardian = _text(_l("Parent or guardian who agrees"), 200,
                     description=_l("First and family name; needed for somebody under 18 only."))  # fmt: skip
    scan = FileField(_l("Copy of the page with the photograph"), description=_l(
        "Optional. PDF, JPEG or PNG, at most 10 MB. It is marked as a copy for good and kept encrypted."))  # fmt: skip
    consent_visa = BooleanField(_l("I agree that these data are processed for the visa letter and for nothing else."))

    def prepare(self) -> None:
        """Fill the choices."""
        from flask_babel import gettext as _

        every = [("", "–"), *countries(language())]
        self.citizenship.choices = every
        self.residence.choices = every
        self.sex.choices = [("", "–"), ("m", _("male")), ("f", _("female")), ("x", _("not stated (X)"))]
        words = {"1": _("one entry"), "2": _("two entries"), "multiple": _("several entries")}
        self.entries.choices = [(code, words[code]) for code in ENTRIES]

    def show(self, passport: Passport) -> None:
        """Put what is known into the fields."""
        for name, value in passport.values().items():
            field = self[name]
            if isinstance(field, DateField):
                field.data = date.fromisoformat(value) if value else None
            elif isinstance(field, BooleanField):
                field.data = value == "yes"
            else:
                field.data = value

    def passport(self) -> Passport:
        """What was filled in."""
        values: dict[str, str] = {}
        for name in Passport.__dataclass_fields__:
            data = self[name].data
            if isinstance(self[name], BooleanField):
                values[name] = "yes" if data else ""
            else:
                values[name] = data.isoformat() if isinstance(data, date) else (data or "")
        values["number"] = values["number"].replace(" ", "").replace("-", "")
        return Passport(**values)


class VisaSettingsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """How long passport data are kept, and to whom visa letters are addressed."""

    keep_days = IntegerField(
        _l("Days after the conference until passport data are erased"),
        validators=[InputRequired(message=_l("Please fill this in.")),
                    NumberRange(0, 365, message=_l("Please give a number of days from 0 to 365."))],
    )  # fmt: skip
    consulate_ru = _text(_l("Addressee of letters in Russian"), 300)
    consulate_de = _text(_l("Addressee of letters in German"), 300)
    consulate_en = _text(_l("Addressee of letters in English"), 300)
