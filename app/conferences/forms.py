"""Forms of conferences, venues and rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import EmailField, TelField
from wtforms.validators import NumberRange, Optional

from app.conferences.details import (
    ConferenceDetails,
    PlaceNames,
    conference_details,
    place_names,
    room_capacity,
    venue_address,
)
from app.conferences.models import Conference
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

    details: tuple[PlaceNames, str]
    name_ru = StringField(_l("Name in Russian"), [Must()])
    name_de = StringField(_l("Name in German"), [Must()])
    name_en = StringField(_l("Name in English"))
    address = TextAreaField(_l("Postal address"))

    COLUMNS = ("name_ru", "name_de", "name_en", "address")

    def read(self, values: Mapping[str, str | None]) -> tuple[PlaceNames, str]:
        """Check the house."""
        return place_names(values, 300), venue_address(values)


class RoomForm(DetailsForm):
    """A room."""

    details: tuple[PlaceNames, int | None]
    name_ru = StringField(_l("Name in Russian"), [Must()])
    name_de = StringField(_l("Name in German"), [Must()])
    name_en = StringField(_l("Name in English"))
    capacity = StringField(_l("Holds how many people"), description=_l("Leave empty when it is not known."))

    COLUMNS = ("name_ru", "name_de", "name_en", "capacity")

    def read(self, values: Mapping[str, str | None]) -> tuple[PlaceNames, int | None]:
        """Check the room."""
        return place_names(values, 200), room_capacity(values)


def place_title(row: Any) -> str:
    """The name of a venue or room in the reader's language, else as files name it."""
    return localized(row, "name") or str(row.name)
