"""Forms of conferences, venues and rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import EmailField, TelField
from wtforms.validators import NumberRange, Optional

from app.conferences.details import (
    ConferenceDetails,
    PlaceNames,
    PlanTexts,
    RoomFacts,
    VenueFacts,
    conference_details,
    place_names,
    plan_texts,
    room_facts,
    venue_facts,
)
from app.conferences.models import Conference, Room, SitePlan, Venue
from app.conferences.place_words import access_choices, floor_choices
from app.conferences.rules import ConferenceFormat
from app.directory.details import time_zones
from app.directory.forms import DetailsForm, Must, texts_of
from app.i18n import localized
from invitations.dates import roman


def format_words() -> dict[ConferenceFormat, str]:
    """The formats in words."""
    return {
        ConferenceFormat.IN_PERSON: _("in person"),
        ConferenceFormat.HYBRID: _("in person and by video"),
        ConferenceFormat.VIDEO: _("by video link"),
    }


class ConferenceForm(DetailsForm):
    """An edition. Places and registration are asked for only when it is entered."""

    details: ConferenceDetails
    edition = StringField(_l("Edition"), [Must()], description=_l("As a number or in Roman numerals: 16 or XVI."))
    title_ru = StringField(_l("Title in Russian"), [Must()], description=_l("Without the number of the edition."))
    title_de = StringField(_l("Title in German"), [Must()])
    title_en = StringField(_l("Title in English"))
    theme_ru = TextAreaField(_l("Theme in Russian"))
    theme_de = TextAreaField(_l("Theme in German"))
    theme_en = TextAreaField(_l("Theme in English"))
    host = SelectField(_l("Host"), [Must()])
    starts_on = DateField(_l("First day"), [Must(), Optional()])
    ends_on = DateField(_l("Last day"), [Must(), Optional()])
    timezone = SelectField(_l("Time zone"), [Must()])
    organisers = SelectMultipleField(_l("Organisers"))
    issuer = SelectField(_l("Issues the letters"), default="")
    slug = StringField(
        _l("Short name"), description=_l("Stands in addresses. Left empty it becomes “xvi-kaluga-2021”.")
    )
    registration_open = BooleanField(_l("Public registration is open"))
    places_on_site = IntegerField(
        _l("Places on site"), [Optional(), NumberRange(0, 100_000)], description=_l("Left empty: no limit.")
    )
    places_video = IntegerField(
        _l("Places by video"), [Optional(), NumberRange(0, 100_000)], description=_l("Left empty: no limit.")
    )
    reply_until = DateField(_l("Replies are asked for until"), [Optional()])
    change_until = DateField(_l("Delegates may change their data until"), [Optional()])
    contact_email = EmailField(_l("E-mail of the organising committee"))
    contact_phone = TelField(_l("Telephone of the organising committee"))

    TEXTS = ("title_ru", "title_de", "title_en", "theme_ru", "theme_de", "theme_en", "timezone", "contact_email",
             "contact_phone")  # fmt: skip
    DAYS = ("starts_on", "ends_on", "reply_until", "change_until")
    ONLY_AT_FIRST = ("slug", "registration_open", "places_on_site", "places_video")

    def __init__(
        self,
        *args: Any,
        conference: Conference | None = None,
        hosts: list[tuple[str, str]],
        organisations: Mapping[str, str],
        issuers: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        if conference is None:
            data: dict[str, Any] = {"timezone": "Europe/Moscow"}
        else:
            data = {name: getattr(conference, name) for name in self.DAYS} | texts_of(conference, *self.TEXTS)
            data |= {
                "edition": roman(conference.edition),
                "host": conference.host.slug,
                "issuer": conference.issuer.slug if conference.issuer else "",
                "organisers": [row.slug for row in conference.organisers],
            }
        super().__init__(*args, data=data, **kwargs)
        self.host.choices = [("", _("Please choose")), *hosts]
        self.timezone.choices = [(name, name.replace("_", " ")) for name in sorted(time_zones())]
        self.organisers.choices = list(organisations.items())
        self.issuer.choices = [("", _("not decided yet")), *issuers.items()]
        self.known_slug = conference.slug if conference else ""
        if conference is not None:
            for name in self.ONLY_AT_FIRST:
                del self[name]

    def read(self, values: Mapping[str, str | None]) -> ConferenceDetails:
        """Check the conference."""
        given = {**values, "slug": self.known_slug} if self.known_slug else values
        return conference_details(given, organisers=tuple(self.organisers.data or ()))


class VenueForm(DetailsForm):
    """A house of the conference."""

    details: tuple[PlaceNames, VenueFacts]
    name_ru = StringField(_l("Name in Russian"), [Must()])
    name_de = StringField(_l("Name in German"), [Must()])
    name_en = StringField(_l("Name in English"))
    address = TextAreaField(_l("Postal address"))
    spot = StringField(
        _l("Coordinates"),
        description=_l("Latitude and longitude in degrees, as maps give them: “45.0271, 38.9710”. They put the house "
                       "on the plan of the town."),
    )  # fmt: skip

    @classmethod
    def of(cls, venue: Venue) -> VenueForm:
        """Filled with what is known of a house."""
        columns = texts_of(venue, "name_ru", "name_de", "name_en", "address")
        return cls(data={**columns, "spot": str(venue.spot or "")})

    def read(self, values: Mapping[str, str | None]) -> tuple[PlaceNames, VenueFacts]:
        """Check the house."""
        return place_names(values, 300), venue_facts(values)


class RoomForm(DetailsForm):
    """A room."""

    details: tuple[PlaceNames, RoomFacts]
    name_ru = StringField(_l("Name in Russian"), [Must()])
    name_de = StringField(_l("Name in German"), [Must()])
    name_en = StringField(_l("Name in English"))
    capacity = StringField(_l("Holds how many people"), description=_l("Leave empty when it is not known."))
    floor = SelectField(_l("Floor"), default="")
    access = SelectField(_l("With a wheelchair"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.floor.choices, self.access.choices = floor_choices(), access_choices()

    @classmethod
    def of(cls, room: Room) -> RoomForm:
        """Filled with what is known of a room."""
        columns = texts_of(room, "name_ru", "name_de", "name_en", "capacity", "floor")
        return cls(data={**columns, "access": room.access.value if room.access else ""})

    def read(self, values: Mapping[str, str | None]) -> tuple[PlaceNames, RoomFacts]:
        """Check the room."""
        return place_names(values, 200), room_facts(values)


class PlanForm(DetailsForm):
    """A plan of a floor or a town."""

    details: PlanTexts
    is_new = False
    file = FileField(
        _l("Picture of the plan"),
        description=_l("PNG, JPEG or SVG, at most 25 MB. It is printed as large as a page allows: 1500 pixels in "
                       "width or more are best."),
    )  # fmt: skip
    caption_ru = StringField(
        _l("Caption in Russian"), [Must()], description=_l("As in “Congress centre, ground floor”.")
    )
    caption_de = StringField(_l("Caption in German"), [Must()])
    caption_en = StringField(_l("Caption in English"))
    alt_ru = TextAreaField(
        _l("What it shows, in Russian"),
        description=_l("For those who do not see it: where the entrance, the lift and the rooms are."),
    )
    alt_de = TextAreaField(_l("What it shows, in German"))
    alt_en = TextAreaField(_l("What it shows, in English"))

    @classmethod
    def of(cls, plan: SitePlan | None) -> PlanForm:
        """Filled with the texts of a plan; for a new one the picture must be given."""
        form = cls(data=texts_of(plan, "caption_ru", "caption_de", "caption_en", "alt_ru", "alt_de", "alt_en"))
        form.is_new = plan is None
        if not form.is_new:
            form.file.label.text = _("Another picture instead")
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """As other forms; a new plan needs its picture."""
        sound = super().validate(extra_validators)
        if self.is_new and not self.content:
            self.file.errors = [*self.file.errors, _("Please choose a file.")]
            return False
        return sound

    @property
    def content(self) -> bytes:
        """The bytes of the file; empty when none was chosen."""
        if not self.file.data:
            return b""
        self.file.data.stream.seek(0)
        return bytes(self.file.data.stream.read())

    def read(self, values: Mapping[str, str | None]) -> PlanTexts:
        """Check the texts."""
        return plan_texts(values)


def place_title(row: Any) -> str:
    """The name of a venue or room in the reader's language, else as files name it."""
    return localized(row, "name") or str(row.name)
