"""Forms of the directory: filled as the files are, checked by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import EmailField, TelField

from app.database import Model
from app.directory.details import (
    Faults,
    HeadDetails,
    MunicipalityDetails,
    PartnershipDetails,
    head_details,
    municipality_details,
    partnership_details,
)
from app.directory.organisation_details import OrganisationDetails, organisation_details
from app.directory.rules import Gender, MunicipalityKind, PartnershipKind
from app.errors import Refusal
from app.i18n import region_name


class Must:
    """Marks a field as one that must be filled; the rules of the feature check it."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing: see the rules."""


def blame(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal at the field it belongs to, else at the form."""
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)


def texts_of(row: Model | None, *columns: str) -> dict[str, str]:
    """What stands in the columns of a row, as texts for a form."""
    if row is None:
        return {}
    values = {column: getattr(row, column) for column in columns}
    return {column: "" if value is None else str(value) for column, value in values.items()}


def municipality_kinds() -> dict[str, str]:
    """The kinds of municipalities in words."""
    return {
        MunicipalityKind.CITY.value: _("city or town"),
        MunicipalityKind.DISTRICT.value: _("district of a city"),
        MunicipalityKind.COUNTY.value: _("county"),
        MunicipalityKind.REGION.value: _("region"),
    }


def partnership_kinds() -> dict[str, str]:
    """The kinds of ties in words."""
    return {
        PartnershipKind.PARTNERSHIP.value: _("partnership"),
        PartnershipKind.FRIENDSHIP.value: _("friendship"),
        PartnershipKind.TRILATERAL.value: _("partnership of three"),
        PartnershipKind.REGION.value: _("partnership of regions"),
    }


def genders() -> dict[str, str]:
    """The forms of address in words."""
    return {
        Gender.MALE.value: _("as a man"),
        Gender.FEMALE.value: _("as a woman"),
        Gender.UNKNOWN.value: _("not known or neither"),
    }


def country_choices(codes: list[str]) -> list[tuple[str, str]]:
    """Codes and names of countries in the order of the names."""
    return sorted(((code, region_name(code)) for code in codes), key=lambda choice: choice[1])


class ArmsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A picture of the arms."""

    file = FileField(_l("Picture of the arms"), validators=[FileRequired(_l("Please choose a file."))])


def _choice_text(value: Any) -> str:
    return "" if value is None else str(value)


class DetailsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form whose fields are checked together by the rules; ``details`` is what they made of it."""

    details: Any = None

    def read(self, values: Mapping[str, str | None]) -> Any:
        """Check the texts of the fields."""
        raise NotImplementedError

    def validate(self, extra_validators: Any = None) -> bool:
        """Put every fault at its field."""
        if not super().validate(extra_validators):
            return False
        values = {
            name: str(field.data) for name, field in self._fields.items() if isinstance(field.data, str | int | date)
        }
        try:
            self.details = self.read(values)
        except Faults as found:
            for fault in found.faults:
                self[fault.column].errors = [*self[fault.column].errors, fault.message]
            return False
        return True


class MunicipalityForm(DetailsForm):
    """A municipality."""

    details: MunicipalityDetails
    slug = StringField(
        _l("Short name"), [Must()], description=_l("Stands in addresses and files, as in “bad-homburg”.")
    )
    name_ru = StringField(_l("Name in Russian"), [Must()])
    name_de = StringField(_l("Name in German"), [Must()])
    name_en = StringField(_l("Name in English"))
    country = SelectField(_l("Country"), [Must()])
    region_ru = StringField(_l("Region in Russian"))
    region_de = StringField(_l("Region in German"))
    iso3166_2 = StringField(_l("Code of the region"), description=_l("By ISO 3166-2, as in “RU-KDA” or “DE-BW”."))
    kind = SelectField(_l("Kind"), [Must()])
    population = StringField(_l("Inhabitants"))
    lat = StringField(_l("Latitude"), description=_l("In degrees, with a decimal point."))
    lon = StringField(_l("Longitude"), description=_l("In degrees, with a decimal point."))
    timezone = StringField(_l("Time zone"), description=_l("As in “Europe/Moscow”."))
    postal_address = TextAreaField(
        _l("Postal address"),
        description=_l(
            "Street, town and postal code as they stand on an envelope in that country; without the country."
        ),
    )
    note = TextAreaField(_l("Note"))

    COLUMNS = ("slug", "name_ru", "name_de", "name_en", "country", "region_ru", "region_de", "iso3166_2", "kind",
               "population", "lat", "lon", "timezone", "postal_address", "note")  # fmt: skip

    def __init__(self, *args: Any, countries: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices(countries)
        self.kind.choices = list(municipality_kinds().items())

    def read(self, values: Mapping[str, str | None]) -> MunicipalityDetails:
        """Check the municipality; what the form does not show stays."""
        return municipality_details({**self._kept, **values})

    _kept: Mapping[str, str] = {}

    def keep(self, row: Model | None) -> MunicipalityForm:
        """Remember the columns of ``row`` that the form does not show; its short name cannot be changed."""
        if row is not None:
            self._kept = texts_of(row, "slug", "geonameid", "coord_source")
            del self.slug
        return self


class HeadForm(DetailsForm):
    """A head."""

    details: HeadDetails
    office_ru = StringField(_l("Office in Russian"), description=_l("In full, as it stands in the address."))
    office_de = StringField(_l("Office in German"))
    office_en = StringField(_l("Office in English"))
    last = StringField(_l("Surname"), [Must()], description=_l("In the person’s own script."))
    first = StringField(_l("First name"))
    patronymic = StringField(_l("Patronymic"))
    academic_title = StringField(_l("Academic title"), description=_l("As in “Dr.” or “Prof. Dr.”."))
    gender = SelectField(_l("Is addressed"), coerce=_choice_text, default="")
    email = EmailField(_l("E-mail"))
    copy_to = StringField(
        _l("Copy of letters to"),
        description=_l("E-mail addresses of the reception office, joined by commas; they get every letter as a copy."),
    )
    as_of = StringField(_l("Years in office"), description=_l("Joined by semicolons, as in “2019;2021”."))
    last_de = StringField(_l("Surname in German"))
    first_de = StringField(_l("First name in German"))
    patronymic_de = StringField(_l("Patronymic in German"))
    last_ru = StringField(_l("Surname in Russian"))
    first_ru = StringField(_l("First name in Russian"))
    last_icao = StringField(_l("Surname as in the passport"))
    first_icao = StringField(_l("First name as in the passport"))
    confidence = SelectField(_l("How sure"), coerce=_choice_text, default="")
    source = TextAreaField(_l("Source"))

    COLUMNS = ("office_ru", "office_de", "office_en", "last", "first", "patronymic", "academic_title", "gender",
               "email", "copy_to", "as_of", "last_de", "first_de", "patronymic_de", "last_ru", "first_ru", "last_icao",
               "first_icao", "confidence", "source")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gender.choices = [("", _("not entered yet")), *genders().items()]
        self.confidence.choices = _confidences(self.confidence)

    def read(self, values: Mapping[str, str | None]) -> HeadDetails:
        """Check the head."""
        return head_details(values)


def _confidences(field: Field) -> list[tuple[str, str]]:
    known = {"": _("not said"), "high": _("sure"), "medium": _("probable"), "low": _("doubtful")}
    if isinstance(field.data, str) and field.data not in known and len(field.data) <= 20:
        known[field.data] = field.data
    return list(known.items())


class PartnershipForm(DetailsForm):
    """A tie with another municipality."""

    details: PartnershipDetails
    partner = SelectField(_l("Partner"), [Must()])
    kind = SelectField(_l("Kind"), [Must()])
    since_year = StringField(_l("Since the year"), description=_l("Leave empty when it is not known."))
    group = StringField(_l("Sign of a group"), description=_l("The same for all ties of one partnership of three."))
    confidence = SelectField(_l("How sure"), coerce=_choice_text, default="")
    source = TextAreaField(_l("Source"))
    note = TextAreaField(_l("Note"))

    COLUMNS = ("kind", "since_year", "group", "confidence", "source", "note")

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner.choices = partners
        self.kind.choices = list(partnership_kinds().items())
        self.confidence.choices = _confidences(self.confidence)

    def read(self, values: Mapping[str, str | None]) -> PartnershipDetails:
        """Check the tie."""
        return partnership_details(values)


class OrganisationForm(DetailsForm):
    """An organisation, and the letterhead when it issues letters."""

    details: OrganisationDetails
    slug = StringField(
        _l("Short name"), [Must()], description=_l("Stands in addresses and files, as in “bad-homburg”.")
    )
    name_ru = StringField(_l("Name in Russian"), [Must()])
    name_de = StringField(_l("Name in German"), [Must()])
    name_en = StringField(_l("Name in English"))
    address_ru = TextAreaField(_l("Postal address in Russian"), description=_l("At most five lines."))
    address_de = TextAreaField(_l("Postal address in German"))
    address_en = TextAreaField(_l("Postal address in English"))
    email = EmailField(_l("E-mail"))
    web = StringField(_l("Web page"))
    phones = TextAreaField(_l("Telephone numbers"), description=_l("One in a line."))
    issues_letters = BooleanField(_l("Issues letters under its own letterhead and numbers"))
    number_pattern = StringField(_l("Outgoing number"), description=_l("{n} becomes the number, {year} the year."))
    signatory_office_ru = StringField(_l("Office of the signatory in Russian"))
    signatory_office_de = StringField(_l("Office of the signatory in German"))
    signatory_office_en = StringField(_l("Office of the signatory in English"))
    signatory_name_ru = StringField(_l("Name of the signatory in Russian"))
    signatory_name_de = StringField(_l("Name of the signatory in German"))
    signatory_name_en = StringField(_l("Name of the signatory in English"))
    executor_name_ru = StringField(_l("Name of the executor in Russian"))
    executor_name_de = StringField(_l("Name of the executor in German"))
    executor_name_en = StringField(_l("Name of the executor in English"))
    executor_phone = TelField(_l("Telephone of the executor"))

    COLUMNS = ("slug", "name_ru", "name_de", "name_en", "email", "web", "number_pattern", "signatory_office_ru",
               "signatory_office_de", "signatory_office_en", "signatory_name_ru", "signatory_name_de",
               "signatory_name_en", "executor_name_ru", "executor_name_de", "executor_name_en",
               "executor_phone")  # fmt: skip

    _slug = ""

    def read(self, values: Mapping[str, str | None]) -> OrganisationDetails:
        """Check the organisation."""
        kept = {"slug": self._slug} if self._slug else {}
        return organisation_details({**kept, **values}, issues_letters=bool(self.issues_letters.data))

    def keep(self, slug: str) -> OrganisationForm:
        """The short name of an organisation cannot be changed."""
        self._slug = slug
        del self.slug
        return self


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A file for the directory."""

    kind = RadioField(_l("What the file holds"))
    file = FileField(_l("File"), [Must()], description=_l("CSV in UTF-8 or XLSX, at most 30 MB."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = list(import_kinds().items())

    def validate(self, extra_validators: Any = None) -> bool:
        """A file must be there."""
        good = bool(super().validate(extra_validators))
        if not self.file.data:
            self.file.errors = [*self.file.errors, _("Please choose a file.")]
            return False
        return good


def import_kinds() -> dict[str, str]:
    """What may be imported, in the order in which it must be."""
    return {
        "municipalities": _("Municipalities"),
        "partnerships": _("Partnerships"),
        "heads": _("Heads of municipalities"),
    }
