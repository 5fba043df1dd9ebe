"""Forms of the programme."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import DateField, TimeField
from wtforms.validators import Length, NumberRange, Optional

from app.conferences.models import Conference, Venue
from app.conferences.rules import ConferenceFormat
from app.errors import Refusal
from app.i18n import localized
from app.programme.operations import SessionDetails
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.hours import moments
from app.programme.rules.parts import PersonDetails
from app.programme.rules.words import AUDIENCES, FORMATS, KINDS, LANGUAGES, ROLES

SPARE_ROWS = 3
_TITLE = Length(max=400, message=_l("At most 400 characters, please."))
_TEXT = Length(max=20_000, message=_l("At most 20,000 characters, please."))


class PersonForm(Form):  # type: ignore[misc]  # WTForms is untyped
    """One person; a row without a name is passed over."""

    name = StringField(_l("First name and surname"), [Length(max=300, message=_l("At most 300 characters, please."))])
    role = SelectField(_l("Role"), choices=[(role.value, ROLES[role]) for role in PersonRole])


class SessionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """One session of the draft."""

    ORDER: ClassVar[tuple[str, ...]] = ("title_ru", "title_de", "title_en")

    version = HiddenField()
    code = StringField(
        _l("Sign in the programme"),
        [Length(max=40, message=_l("At most 40 characters, please."))],
        description=_l("A short sign such as S07; left empty, the next free one is taken."),
    )
    kind = SelectField(_l("Kind"), choices=[(kind.value, KINDS[kind]) for kind in SessionKind])
    title_ru = StringField(_l("Title in Russian"), [_TITLE])
    title_de = StringField(_l("Title in German"), [_TITLE])
    title_en = StringField(_l("Title in English"), [_TITLE])
    day = DateField(_l("Day"), [Optional()])
    start = TimeField(_l("Begins"), [Optional()])
    end = TimeField(
        _l("Ends"),
        [Optional()],
    )
    place = SelectField(_l("Room"))
    capacity = IntegerField(_l("Places"), [Optional(), NumberRange(0, 1_000_000, _l("A whole number from 0, please."))])
    sign_up = BooleanField(
        _l("Delegates sign up for it"),
        description=_l("On their own page, as soon as it stands in a release; who finds no place waits in line."),
    )
    places = IntegerField(
        _l("Places to sign up for"),
        [Optional(), NumberRange(0, 1_000_000, _l("A whole number from 0, please."))],
        description=_l("Left empty: as many as the session has."),
    )
    format = SelectField(_l("Held"))
    languages = SelectMultipleField(_l("Languages"))
    interpretation = BooleanField(_l("Simultaneous interpreting"))
    audience = SelectField(_l("For whom"))
    people = FieldList(FormField(PersonForm, label=_l("Person")), label=_l("People"), max_entries=200)
    description_ru = TextAreaField(_l("Description in Russian"), [_TEXT])
    description_de = TextAreaField(_l("Description in German"), [_TEXT])
    description_en = TextAreaField(_l("Description in English"), [_TEXT])

    def offer(self, conference: Conference, venues: list[Venue], *, known: SessionDetails | None) -> SessionForm:
        """Fill the choices for this conference; values the session has and we do not offer stay choosable."""
        self.place.choices = _places(venues)
        self.format.choices = [
            ("", _("as the conference (%(format)s)", format=FORMATS[conference.format])),
            *((item.value, FORMATS[item]) for item in ConferenceFormat),
        ]
        spoken = dict(LANGUAGES)
        audiences: dict[str, Any] = {"all": _("everybody"), **AUDIENCES}
        if known is not None:
            spoken |= {code: code for code in known.languages.split(";") if code and code not in spoken}
            audiences.setdefault(known.audience, known.audience)
        self.languages.choices = list(spoken.items())
        self.audience.choices = list(audiences.items())
        return self

    def details(self, conference: Conference) -> SessionDetails:
        """What was entered.

        :raises Refusal: when the hours cannot be.
        """
        starts_at, ends_at = moments(
            self.day.data, self.start.data, self.end.data, conference.timezone, day_field="day"
        )
        place, _separator, number = (self.place.data or "").partition("-")
        people = [PersonDetails(_plain(entry.data["name"]), PersonRole(entry.data["role"])) for entry in self.people]
        return SessionDetails(
            kind=SessionKind(self.kind.data),
            **{name: _plain(self[name].data) for name in _TEXTS},
            starts_at=starts_at,
            ends_at=ends_at,
            day=self.day.data if starts_at is None else None,
            room_id=int(number) if place == "room" else None,
            venue_id=int(number) if place == "venue" else None,
            capacity=self.capacity.data,
            audience=self.audience.data,
            languages=";".join(self.languages.data),
            interpretation=self.interpretation.data,
            format=ConferenceFormat(self.format.data) if self.format.data else None,
            people=tuple(dict.fromkeys(person for person in people if person.name)),
            sign_up=self.sign_up.data,
            places=self.places.data,
        )


def _plain(text: str | None) -> str:
    """Text with single line ends and without control characters."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


_TEXTS = ("title_ru", "title_de", "title_en", "description_ru", "description_de", "description_en")


def _places(venues: list[Venue]) -> dict[str, list[tuple[str, str]]]:
    choices: dict[str, list[tuple[str, str]]] = {_("Place open"): [("", _("not settled yet"))]}
    for venue in venues:
        name = localized(venue, "name") or venue.name
        rooms = [(f"room-{room.id}", localized(room, "name") or room.name) for room in venue.rooms]
        choices[name] = [*rooms, (f"venue-{venue.id}", _("%(venue)s, no room yet", venue=name))]
    return choices


def form_values(details: SessionDetails | None, zone: str) -> dict[str, Any]:
    """What a form shows of a session, with spare rows for people."""
    spare = [{"name": "", "role": PersonRole.SPEAKER.value} for _number in range(SPARE_ROWS)]
    if details is None:
        return {"kind": SessionKind.WORKING_GROUP.value, "languages": ["ru", "de"], "audience": "all", "people": spare}
    place = ZoneInfo(zone)
    starts = details.starts_at.astimezone(place) if details.starts_at else None
    ends = details.ends_at.astimezone(place) if details.ends_at else None
    known = [{"name": person.name, "role": person.role.value} for person in details.people]
    return {
        **{name: getattr(details, name) for name in _TEXTS},
        "kind": details.kind.value,
        "day": starts.date() if starts else details.day,
        "start": starts.time() if starts else None,
        "end": ends.time() if ends else None,
        "place": f"room-{details.room_id}"
        if details.room_id
        else f"venue-{details.venue_id}"
        if details.venue_id
        else "",
        "capacity": details.capacity,
        "sign_up": details.sign_up,
        "places": details.places,
        "format": details.format.value if details.format else "",
        "languages": [code for code in details.languages.split(";") if code],
        "interpretation": details.interpretation,
        "audience": details.audience,
        "people": known + spare,
    }


class ReleaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Releasing the draft."""

    name = StringField(
        _l("Name of this release"),
        [Length(max=200, message=_l("At most 200 characters, please."))],
        description=_l("May stay empty; for instance “As of 12 May”."),
    )


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A programme file."""

    file = FileField(_l("Programme as JSON"), [FileRequired(_l("Choose a file first."))])


class PlainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A deed without anything to enter."""


def blame(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal at the field it belongs to, else at the form."""
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)
