"""What is asked of every delegate, whoever fills it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.support import Translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, EmailField, HiddenField, RadioField, SelectMultipleField, TelField
from wtforms.i18n import DefaultTranslations, messages_path
from wtforms.validators import Length, Optional

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import has_hall
from app.delegations.forms.fields import ChoiceField, long_field, new_nonce, text_field, usual_choices
from app.delegations.models import Delegate
from app.delegations.queries import chosen_attendance
from app.delegations.rules import ON_THE_SPOT, PUBLIC_ROLES, DelegateDetails, attendances_of, moment_of, shown
from app.delegations.words import attendance_word, language_names, role_word
from app.i18n import language


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
    last = text_field(_l("Family name"), 200, description=_l("In your own script, as you wish to be addressed."))
    first = text_field(_l("Given name"), 200)
    patronymic = text_field(_l("Patronymic"), 200, description=_l("If you have one."))
    last_latin = text_field(
        _l("Family name in Latin letters"), 200,
        description=_l("As in your passport. If you leave it empty, we propose the spelling of Russian passports."),
    )  # fmt: skip
    first_latin = text_field(_l("Given name in Latin letters"), 200)
    badge_ru = text_field(
        _l("On the badge, Russian"), 400, description=_l("Our proposal. Correct it, and it stays as you write it.")
    )
    badge_de = text_field(
        _l("On the badge, German"), 400, description=_l("Our proposal. Correct it, and it stays as you write it.")
    )
    gender = ChoiceField(_l("Gender"), validators=[Optional()], description=_l("For the form of address."))
    academic_title = text_field(_l("Academic title"), 200)
    role = ChoiceField(_l("You take part as"), default="member")
    municipality = ChoiceField(_l("City or municipality"), validators=[Optional()])
    organisation = text_field(_l("Organisation"), 400)
    position = text_field(_l("Office or position"), 400)
    languages = SelectMultipleField(_l("Languages you speak"), validators=[Optional()])
    interpretation = ChoiceField(_l("Interpretation"), validators=[Optional()])
    email = text_field(_l("E-mail"), 254, kind=EmailField)
    phone = text_field(
        _l("Telephone"), 60, kind=TelField, description=_l("With the country code, for example +49 or +7.")
    )
    attendance = RadioField(_l("How do you take part?"), validators=[Optional()])
    arrival = DateTimeLocalField(_l("Arrival"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], validators=[Optional()],
                                 description=_l("Local time of the host city."))  # fmt: skip
    departure = DateTimeLocalField(_l("Departure"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
                                   validators=[Optional()])  # fmt: skip
    arrival_mode = ChoiceField(_l("You arrive"), validators=[Optional()])
    arrival_number = text_field(
        _l("Train or flight of arrival"), 40, description=_l("Its number, for example ICE 1093, 007A or S7 1234.")
    )
    arrival_place = text_field(_l("Station or airport of arrival"), 200)
    departure_mode = ChoiceField(_l("You leave"), validators=[Optional()])
    departure_number = text_field(_l("Train or flight of departure"), 40)
    departure_place = text_field(_l("Station or airport of departure"), 200)
    hotel_needed = ChoiceField(_l("Hotel needed"), validators=[Optional()])
    room_with = text_field(
        _l("Room shared with"), 200, description=_l("Name of the person; leave it empty for a single room.")
    )
    visa_needed = ChoiceField(_l("Visa needed"), validators=[Optional()])
    dietary_code = ChoiceField(_l("Food"), validators=[Optional()])
    dietary_note = long_field(_l("Anything the kitchen should know"), 1000)
    accessibility_note = long_field(
        _l("What do you need to take part without barriers?"),
        description=_l("For example step-free ways, an induction loop, an accompanying person."),
    )

    emergency_name = text_field(
        _l("Whom we may call in an emergency"), 200, description=_l("First and family name, and who it is to you.")
    )
    emergency_phone = text_field(_l("Their telephone"), 60, kind=TelField)

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
        usual = usual_choices(language())
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


class OwnForm(PersonForm):
    """A delegate's own data; consents have a page of their own."""
