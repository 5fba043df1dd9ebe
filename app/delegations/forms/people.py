"""Forms: reply, registration, a member of a delegation, a delegate's own data, the filters of the list."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.support import Translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.i18n import DefaultTranslations, messages_path
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_hall
from app.correspondence.rules import ReplyAnswer, answer_meant
from app.delegations.group_words import function_word
from app.delegations.models import Delegate
from app.delegations.queries import chosen_attendance
from app.delegations.rules import (
    ARRIVAL_MODES,
    DIETS,
    INTERPRETATION,
    ON_THE_SPOT,
    PUBLIC_ROLES,
    SPOKEN,
    DelegateDetails,
    attendances_of,
    moment_of,
    shown,
    usable_address,
)
from app.delegations.rules.groups import DelegationFunction
from app.delegations.words import (
    answers_offered,
    arrival_word,
    attendance_word,
    diet_word,
    gender_word,
    interpretation_word,
    language_names,
    people_question,
    role_word,
)
from app.i18n import LANGUAGES, language

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=8)
def _usual_choices(_language: str) -> Mapping[str, dict[str, str]]:
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


# What the boxes of the public registration stand for, beside pictures and recordings.
ASKED_PURPOSES = ("processing", "cross_border", "publication", "newsletter")


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


def _text(label: Any, limit: int, *more: Any, kind: type[StringField] = StringField, **options: Any) -> Any:
    too_long = _l("Please use at most %(max)d characters.", max=limit)
    return kind(
        label,
        validators=[*(more or (Optional(),)), Length(max=limit, message=too_long), Tidy()],
        filters=[_stripped], **options,
    )  # fmt: skip


def _long(label: Any, limit: int = 2000, **options: Any) -> Any:
    return _text(label, limit, kind=TextAreaField, **options)


_NEEDED = _l("Please fill this in.")


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


@lru_cache(maxsize=8)
def _library_texts(code: str) -> Any:
    """What the form library itself says, in one language."""
    return DefaultTranslations(Translations.load(messages_path(), [code], domain="wtforms"))


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What is asked of every delegate, whoever fills it in."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF is untyped
        """The library's own texts are loaded once, not with every form."""

        def get_translations(self, _form: Any) -> Any:
            """In the language of the page."""
            return _library_texts(language())

    nonce = HiddenField(default=new_nonce, validators=[Length(max=64)])
    last = _text(_l("Family name"), 200, description=_l("In your own script, as you wish to be addressed."))
    first = _text(_l("Given name"), 200)
    patronymic = _text(_l("Patronymic"), 200, description=_l("If you have one."))
    last_latin = _text(
        _l("Family name in Latin letters"), 200,
        description=_l("As in your passport. If you leave it empty, we propose the spelling of Russian passports."),
    )  # fmt: skip
    first_latin = _text(_l("Given name in Latin letters"), 200)
    badge_ru = _text(
        _l("On the badge, Russian"), 400, description=_l("Our proposal. Correct it, and it stays as you write it.")
    )
    badge_de = _text(
        _l("On the badge, German"), 400, description=_l("Our proposal. Correct it, and it stays as you write it.")
    )
    gender = ChoiceField(_l("Gender"), validators=[Optional()], description=_l("For the form of address."))
    academic_title = _text(_l("Academic title"), 200)
    role = ChoiceField(_l("You take part as"), default="member")
    municipality = ChoiceField(_l("City or municipality"), validators=[Optional()])
    organisation = _text(_l("Organisation"), 400)
    position = _text(_l("Office or position"), 400)
    languages = SelectMultipleField(_l("Languages you speak"), validators=[Optional()])
    interpretation = ChoiceField(_l("Interpretation"), validators=[Optional()])
    email = _text(_l("E-mail"), 254, kind=EmailField)
    phone = _text(_l("Telephone"), 60, kind=TelField, description=_l("With the country code, for example +49 or +7."))
    attendance = RadioField(_l("How do you take part?"), validators=[Optional()])
    arrival = DateTimeLocalField(_l("Arrival"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], validators=[Optional()],
                                 description=_l("Local time of the host city."))  # fmt: skip
    departure = DateTimeLocalField(_l("Departure"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
                                   validators=[Optional()])  # fmt: skip
    arrival_mode = ChoiceField(_l("You arrive"), validators=[Optional()])
    arrival_number = _text(
        _l("Train or flight of arrival"), 40, description=_l("Its number, for example ICE 1093, 007A or S7 1234.")
    )
    arrival_place = _text(_l("Station or airport of arrival"), 200)
    departure_mode = ChoiceField(_l("You leave"), validators=[Optional()])
    departure_number = _text(_l("Train or flight of departure"), 40)
    departure_place = _text(_l("Station or airport of departure"), 200)
    hotel_needed = ChoiceField(_l("Hotel needed"), validators=[Optional()])
    room_with = _text(
        _l("Room shared with"), 200, description=_l("Name of the person; leave it empty for a single room.")
    )
    visa_needed = ChoiceField(_l("Visa needed"), validators=[Optional()])
    dietary_code = ChoiceField(_l("Food"), validators=[Optional()])
    dietary_note = _long(_l("Anything the kitchen should know"), 1000)
    accessibility_note = _long(
        _l("What do you need to take part without barriers?"),
        description=_l("For example step-free ways, an induction loop, an accompanying person."),
    )

    emergency_name = _text(
        _l("Whom we may call in an emergency"), 200, description=_l("First and family name, and who it is to you.")
    )
    emergency_phone = _text(_l("Their telephone"), 60, kind=TelField)

    def prepare(self, *, conference: Conference, cities: Mapping[str, Sequence[tuple[str, str]]],
                delegate: Delegate | None = None, roles: Sequence[str] = PUBLIC_ROLES) -> None:  # fmt: skip
        """Fill the choices; values of ``delegate`` that are not among them are offered too."""

        def with_own(choices: dict[str, str], name: str) -> dict[str, str]:
            own = getattr(delegate, name) if delegate is not None else ""
            return choices if not own or own in choices else {**choices, own: shown(own)}

        if not has_hall(conference.format):
            for name in ON_THE_SPOT & set(self._fields):
                del self[name]
            if "accessibility_note" in self:
                self.accessibility_note.description = _("For example subtitles or sign language.")
        usual = _usual_choices(language())
        offered_roles = dict.fromkeys([*roles, delegate.role] if delegate is not None else roles)
        self.role.choices = {str(role): role_word(role) for role in offered_roles}
        self.gender.choices = with_own(usual["gender"], "gender")
        own_city = delegate.city_slug if delegate is not None else ""
        own_city = "" if any(slug == own_city for group in cities.values() for slug, _name in group) else own_city
        self.municipality.choices = {
            "": _("another one, or none"),
            **({own_city: shown(own_city)} if own_city else {}),
            **{country: dict(group) for country, group in cities.items()},
        }
        extra = [code for code in delegate.languages.split(";") if code] if delegate is not None else []
        self.languages.choices = usual["spoken"] | {code: language_names(code)[0] for code in extra}
        for name in {"interpretation", "dietary_code", "arrival_mode", "departure_mode"} & set(self._fields):
            self[name].choices = with_own(usual[name], name)
        for name in {"hotel_needed", "visa_needed"} & set(self._fields):
            self[name].choices = with_own(usual["yes_no"], name)
        offered = attendances_of(conference.format)
        if len(offered) < 2:
            del self.attendance
        else:
            self.attendance.choices = {kind.value: attendance_word(kind) for kind in offered}
            if self.attendance.data is None:
                self.attendance.data = offered[0].value

    def show(self, delegate: Delegate, *, zone: str) -> None:
        """Put what is known of ``delegate`` into the fields."""
        for name in DelegateDetails.__dataclass_fields__:
            if name in self and isinstance(getattr(delegate, name), str):
                self[name].data = getattr(delegate, name)
        if "municipality" in self:
            self.municipality.data = delegate.city_slug
        self.languages.data = [code for code in delegate.languages.split(";") if code]
        if "attendance" in self:
            self.attendance.data = chosen_attendance(delegate).value
        for name in {"arrival", "departure"} & set(self._fields):
            moment = moment_of(getattr(delegate, name), zone)
            self[name].data = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None

    def details(
        self, *, conference: Conference, ids: Mapping[str, int], delegate: Delegate | None = None
    ) -> DelegateDetails:
        """What was filled in. Where the form only shows a value in another shape, the known one stays as it is."""

        def chosen(name: str) -> Any:
            if name in self:
                return self[name].data or ""
            return getattr(delegate, name) if delegate is not None and name in ON_THE_SPOT else ""

        def moment(name: str) -> str:
            before = getattr(delegate, name) if delegate is not None else ""
            if name not in self:
                return before
            value: datetime | None = self[name].data
            if value is None:
                return ""
            local = value.replace(tzinfo=ZoneInfo(conference.timezone))
            known = moment_of(before, conference.timezone)
            return before if known == local else local.isoformat(timespec="minutes")

        spoken = list(self.languages.data or [])
        before = [code for code in delegate.languages.split(";") if code] if delegate is not None else []
        wished = self.attendance.data if "attendance" in self else None
        return DelegateDetails(
            **{name: chosen(name) for name in _PLAIN},
            municipality_id=ids.get(chosen("municipality")),
            languages=delegate.languages if delegate is not None and set(before) == set(spoken) else ";".join(spoken),
            attendance=Attendance(wished) if wished else None,
            arrival=moment("arrival"),
            departure=moment("departure"),
            photo_consent=self.photo(delegate),
        )

    def photo(self, delegate: Delegate | None) -> str:
        """Yes or no, as the box says where the form has one."""
        if "consent_photo" in self:
            return "yes" if self["consent_photo"].data else "no"
        return delegate.photo_consent if delegate is not None else ""


_PLAIN = (
    "badge_ru", "badge_de", "arrival_number", "arrival_place", "departure_mode", "departure_number", "departure_place",
    "room_with", "emergency_name", "emergency_phone",
    "last", "first", "patronymic", "last_latin", "first_latin", "gender", "academic_title", "organisation", "position",
    "role", "interpretation", "email", "phone", "arrival_mode", "hotel_needed", "visa_needed", "dietary_code",
    "dietary_note", "accessibility_note",
)  # fmt: skip


class RegistrationForm(PersonForm):
    """The public registration."""

    last = _text(
        _l("Family name"), 200, InputRequired(message=_NEEDED),
        description=_l("In your own script, as you wish to be addressed. With a single name, enter it here."),
    )  # fmt: skip
    email = _text(_l("E-mail"), 254, InputRequired(message=_NEEDED), Address(), kind=EmailField,
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
    guardian = _text(
        _l("Parent or guardian who agrees"), 200,
        description=_l("First and family name; needed for somebody under 18 only."),
    )  # fmt: skip

    def csrf_is_right(self) -> bool:
        """Whether the form is ours, whatever else is wrong with it."""
        return "csrf_token" not in self or bool(self.csrf_token.validate(self))


class OwnForm(PersonForm):
    """A delegate's own data; consents have a page of their own."""


class MemberForm(PersonForm):
    """A member of a delegation, filled in by its contact."""

    last = _text(_l("Family name"), 200, description=_l("In the person's own script."))
    last_latin = _text(
        _l("Family name in Latin letters"), 200,
        description=_l("As in the passport. If you leave it empty, we propose the spelling of Russian passports."),
    )  # fmt: skip
    role = SelectField(_l("Takes part as"), default="member")
    languages = SelectMultipleField(_l("Languages spoken"), validators=[Optional()])
    email = _text(_l("E-mail"), 254, kind=EmailField, description=_l("A personal link is sent there."))
    attendance = RadioField(_l("How does the person take part?"), validators=[Optional()])
    arrival_mode = SelectField(_l("Arrives"), validators=[Optional()])
    departure_mode = SelectField(_l("Leaves"), validators=[Optional()])
    badge_ru = _text(_l("On the badge, Russian"), 400, description=_l("If you leave it empty, we propose it."))
    badge_de = _text(_l("On the badge, German"), 400, description=_l("If you leave it empty, we propose it."))
    emergency_name = _text(
        _l("Whom we may call in an emergency"), 200,
        description=_l("First and family name, and who it is to the person."),
    )  # fmt: skip
    accessibility_note = _long(
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


class ReplyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The head's answer."""

    answer = RadioField(_l("Your answer"), validators=[InputRequired(message=_l("Please choose an answer."))])
    people = IntegerField(
        _l("How many people will come?"), default=1,
        validators=[
            Optional(),
            NumberRange(0, 500, message=_l("Please say how many people take part, from 1 to 500.")),
        ],
        description=_l("With you or your deputy. An estimate is enough."),
    )  # fmt: skip
    deputy_name = _text(_l("Name of the deputy"), 200)
    deputy_office = _text(_l("Office of the deputy"), 300)
    contact_name = _text(_l("Contact person"), 200)
    contact_email = _text(_l("E-mail of the contact person"), 254, kind=EmailField,
                          description=_l("The link to the page of your delegation goes there."))  # fmt: skip
    contact_phone = _text(_l("Telephone of the contact person"), 60, kind=TelField)
    remarks = _long(_l("Anything you wish to tell us"), 4000)

    def prepare(self, held: ConferenceFormat, before: ReplyAnswer | None) -> None:
        """Ask what fits the format; what was answered when the conference was held otherwise counts as it is meant now.

        :param before: what was answered last.
        """
        self.answer.choices = answers_offered(held)
        self.people.label.text = people_question(held)
        given = self.answer.data if self.is_submitted() else before
        if given in set(ReplyAnswer):
            self.answer.data = answer_meant(ReplyAnswer(given), held).value


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A file of delegates."""

    file = FileField(_l("File (CSV or XLSX)"), validators=[InputRequired(message=_l("Please choose a file."))])
    skip_bad_rows = BooleanField(_l("Take the good rows and leave out the bad ones"))


class RegistrationSettingsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Places and the door of registration."""

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
