"""The form of one session, with everything it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
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

from app.conferences.models import Venue
from app.conferences.rules import ConferenceFormat
from app.delegations.rules import usable_address
from app.errors import Refusal
from app.i18n import localized
from app.programme.forms.plain import plain
from app.programme.operations import SessionDetails
from app.programme.queries.offering import Offer, proposed_end
from app.programme.rules import RELIEF, InterpretationKind, PersonRole, SessionKind
from app.programme.rules.file_values import LONGEST_WAIT
from app.programme.rules.hours import comes_twice, moments
from app.programme.rules.parts import AgreementDetails, PersonDetails
from app.programme.rules.words import AUDIENCES, FORMATS, INTERPRETATIONS, KINDS, LANGUAGES, ROLES

TEXTS = ("title_ru", "title_de", "title_en", "description_ru", "description_de", "description_en")
_TITLE = Length(max=400, message=_l("At most 400 characters, please."))
_NAME = Length(max=300, message=_l("At most 300 characters, please."))
_TEXT = Length(max=20_000, message=_l("At most 20,000 characters, please."))
_COUNT = NumberRange(0, 1_000_000, _l("A whole number from 0, please."))
_MINUTES = NumberRange(0, LONGEST_WAIT, _l("A whole number from 0 to 1,440, please."))
_OPEN = Optional()


class PersonForm(Form):  # type: ignore[misc]  # WTForms is untyped
    """One person; a row without a name is passed over."""

    place = IntegerField(_l("Rank"), [_OPEN, NumberRange(1, 999, _l("A whole number from 1 to 999, please."))])
    name = StringField(_l("First name and surname"), [_NAME])
    role = SelectField(_l("Role"), choices=[(role.value, ROLES[role]) for role in PersonRole])
    name_latin = StringField(_l("Name in Latin letters"), [_NAME])
    office_ru = StringField(_l("Office in Russian"), [_NAME])
    office_de = StringField(_l("Office in German"), [_NAME])
    office_en = StringField(_l("Office in English"), [_NAME])
    email = EmailField(_l("E-mail"), [Length(max=254, message=_l("At most 254 characters, please."))])
    language = SelectField(_l("Language of mails"))
    delegate = StringField(_l("Number as a delegate"), [Length(max=40, message=_l("At most 40 characters, please."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [("", _("as registered")), *((code, LANGUAGES[code]) for code in ("ru", "de", "en"))]


class AgreementForm(Form):  # type: ignore[misc]  # WTForms is untyped
    """One document to be signed; a row without a title is passed over."""

    title_ru = StringField(_l("Title in Russian"), [_TITLE])
    title_de = StringField(_l("Title in German"), [_TITLE])
    title_en = StringField(_l("Title in English"), [_TITLE])
    parties = TextAreaField(
        _l("Parties, one a line"), [Length(max=4000, message=_l("At most 4,000 characters, please."))]
    )


class SessionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """One session of the draft."""

    ORDER: ClassVar[tuple[str, ...]] = ("title_ru", "title_de", "title_en")

    version = HiddenField()
    opened = HiddenField()  # sums of the values it was opened with
    code = StringField(
        _l("Sign in the programme"),
        [Length(max=40, message=_l("At most 40 characters, please."))],
        description=_l("A short sign such as S07; left empty, the next free one is taken."),
    )
    kind = SelectField(_l("Kind"), choices=[(kind.value, KINDS[kind]) for kind in SessionKind])
    track = SelectField(_l("Track"))
    title_ru = StringField(_l("Title in Russian"), [_TITLE])
    title_de = StringField(_l("Title in German"), [_TITLE])
    title_en = StringField(_l("Title in English"), [_TITLE])
    day = DateField(_l("Day"), [_OPEN])
    start = TimeField(_l("Begins"), [_OPEN])
    end = TimeField(_l("Ends"), [_OPEN])
    later = BooleanField(
        _l("The second of the two equal hours"),
        description=_l("The clocks are put back in that night, and the hour of the beginning comes twice."),
    )
    place = SelectField(_l("Room"))
    to_venue = SelectField(
        _l("Leads to"),
        description=_l(
            "Of a transfer: the house it drives or walks to. Without an end it arrives by the travel times."
        ),
    )
    capacity = IntegerField(_l("Places"), [_OPEN, _COUNT])
    buffer_before = IntegerField(_l("Minutes kept free before"), [_OPEN, _MINUTES])
    buffer_after = IntegerField(_l("Minutes kept free after"), [_OPEN, _MINUTES])
    parallel = StringField(
        _l("Parallel group"),
        [Length(max=40, message=_l("At most 40 characters, please."))],
        description=_l("Sessions with the same word here run beside each other on purpose."),
    )
    part_of = SelectField(
        _l("Part of"),
        description=_l("Lies within that session, in its hours and its room; the two do not clash."),
    )
    sign_up = BooleanField(
        _l("Delegates sign up for it"),
        description=_l("On their own page, as soon as it stands in a release; who finds no place waits in line."),
    )
    places = IntegerField(
        _l("Places to sign up for"),
        [_OPEN, _COUNT],
        description=_l("Left empty: as many as the session has."),
    )
    format = SelectField(_l("Held"))
    languages = SelectMultipleField(_l("Languages"))
    interpretation = BooleanField(_l("Simultaneous interpreting"))
    interpreted_how = SelectField(_l("How it is interpreted"))
    relief_minutes = IntegerField(
        _l("Interpreters change after minutes"),
        [_OPEN, NumberRange(1, LONGEST_WAIT, _l("A whole number from 1 to 1,440, please."))],
    )
    audience = SelectField(_l("For whom"))
    people = FieldList(FormField(PersonForm, label=_l("Person")), label=_l("People"), max_entries=200)
    parties = FieldList(SelectField(_l("Municipality")), label=_l("Sides"), max_entries=50)
    agreements = FieldList(FormField(AgreementForm, label=_l("Document")), label=_l("Documents"), max_entries=50)
    description_ru = TextAreaField(_l("Description in Russian"), [_TEXT])
    description_de = TextAreaField(_l("Description in German"), [_TEXT])
    description_en = TextAreaField(_l("Description in English"), [_TEXT])

    def offer(self, offer: Offer, *, known: SessionDetails | None) -> SessionForm:
        """Fill the choices for this conference; values the session has and we do not offer stay choosable."""
        self._known = known
        self.place.choices = places(offer.venues)
        self.to_venue.choices = [
            ("", _("no other house")),
            *((str(venue.id), localized(venue, "name") or venue.name) for venue in offer.venues),
        ]
        kept = known.part_of if known is not None else ""
        wholes = {"": str(_("nothing else")), **dict(offer.wholes)}
        self.part_of.choices = list((wholes if kept in wholes else wholes | {kept: kept}).items())
        self.track.choices = [("", _("no track")), *((str(number), name) for number, name in offer.tracks)]
        self.interpreted_how.choices = [
            ("", _("not settled yet")),
            *((kind.value, INTERPRETATIONS[kind]) for kind in InterpretationKind),
        ]
        self.format.choices = [
            ("", _("as the conference (%(format)s)", format=FORMATS[offer.conference.format])),
            *((item.value, FORMATS[item]) for item in ConferenceFormat),
        ]
        spoken = dict(LANGUAGES)
        audiences: dict[str, Any] = {"all": _("everybody"), **AUDIENCES}
        if known is not None:
            spoken |= {code: code for code in known.languages.split(";") if code and code not in spoken}
            audiences.setdefault(known.audience, known.audience)
        self.languages.choices = list(spoken.items())
        self.audience.choices = list(audiences.items())
        for entry in self.parties:
            entry.choices = [("", _("nobody")), *((str(number), name) for number, name in offer.towns)]
        return self

    def _people(self, offer: Offer) -> tuple[PersonDetails, ...]:
        found: dict[tuple[str, PersonRole], tuple[int, int, PersonDetails]] = {}
        for number, entry in enumerate(self.people):
            values = {name: plain(value) for name, value in entry.data.items() if name not in {"place", "role"}}
            rank, role, sign = int(entry.data["place"] or 1000), PersonRole(entry.data["role"]), values.pop("delegate")
            if not values["name"]:
                continue
            if sign and sign not in offer.delegates:
                raise Refusal(_l("There is no delegate %(number)s at this conference.", number=sign),
                              field=f"people-{number}-delegate")  # fmt: skip
            if values["email"] and not usable_address(values["email"]):
                raise Refusal(
                    _l("This is not an e-mail address: %(address)s.", address=values["email"]),
                    field=f"people-{number}-email",
                )
            person = PersonDetails(role=role, delegate_id=offer.delegates.get(sign), **values)
            found.setdefault((person.name, person.role), (rank, number, person))
        return tuple(person for _rank, _number, person in sorted(found.values(), key=lambda one: one[:2]))

    def _agreements(self) -> tuple[AgreementDetails, ...]:
        found = []
        for number, entry in enumerate(self.agreements):
            values = {name: plain(value) for name, value in entry.data.items()}
            signed = tuple(line.strip() for line in values.pop("parties").split("\n") if line.strip())
            if any(values.values()):
                found.append(AgreementDetails(**values, parties=signed))
            elif signed:
                raise Refusal(_l("A document to be signed needs a title."), field=f"agreements-{number}-title_ru")
        return tuple(found)

    def hour_comes_twice(self, zone: str) -> bool:
        """Whether the clock shows the hour of the beginning twice in that night."""
        return self.start.data is not None and comes_twice(self.day.data, self.start.data, zone)

    def _hours_kept(self, known: SessionDetails | None, zone: str) -> tuple[datetime | None, datetime | None] | None:
        """The hours it has, when they stand in the form as they were shown: nothing is read anew from the clock."""
        if known is None or known.starts_at is None:
            return None
        starts = known.starts_at.astimezone(ZoneInfo(zone))
        ends = known.ends_at.astimezone(ZoneInfo(zone)) if known.ends_at else None
        shown = (starts.date(), f"{starts:%H:%M}", f"{ends:%H:%M}" if ends else "", bool(starts.fold))
        typed = (self.day.data, *(f"{at.data:%H:%M}" if at.data else "" for at in (self.start, self.end)))
        return (known.starts_at, known.ends_at) if (*typed, bool(self.later.data)) == shown else None

    def seen(self) -> dict[str, str]:
        """The sums of what the form was opened with; nothing when it says nothing of the kind."""
        pairs = (part.partition(":") for part in str(self.opened.data or "")[:4000].split(" "))
        return {name: value for name, _colon, value in pairs if name and value}

    def details(self, offer: Offer) -> SessionDetails:
        """What was entered.

        :raises Refusal: when the hours cannot be, or a person, a side or a document is not right.
        """
        start = self.start.data
        if start is not None and self.later.data:
            start = start.replace(fold=1)
        zone = offer.conference.timezone
        starts_at, ends_at = self._hours_kept(self._known, zone) or moments(
            self.day.data, start, self.end.data, zone, day_field="day"
        )
        place, _separator, number = (self.place.data or "").partition("-")
        to_venue = _number(self.to_venue.data)
        if ends_at is None and self.kind.data == SessionKind.TRANSFER:
            ends_at = proposed_end(starts_at, _house(offer, place, number), to_venue)
        texts = {name: plain(self[name].data) for name in TEXTS}
        return SessionDetails(
            kind=SessionKind(self.kind.data),
            title_ru=texts["title_ru"], title_de=texts["title_de"], title_en=texts["title_en"],
            description_ru=texts["description_ru"], description_de=texts["description_de"],
            description_en=texts["description_en"],
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
            people=self._people(offer),
            sign_up=self.sign_up.data,
            places=self.places.data,
            track_id=_number(self.track.data),
            parallel=plain(self.parallel.data),
            part_of=self.part_of.data or "",
            interpreted_how=InterpretationKind(self.interpreted_how.data) if self.interpreted_how.data else None,
            relief_minutes=RELIEF if self.relief_minutes.data is None else self.relief_minutes.data,
            buffer_before=self.buffer_before.data or 0,
            buffer_after=self.buffer_after.data or 0,
            to_venue_id=to_venue,
            parties=tuple(dict.fromkeys(int(entry.data) for entry in self.parties if entry.data)),
            agreements=self._agreements(),
        )  # fmt: skip


def _house(offer: Offer, place: str, number: str) -> int | None:
    """The house a room belongs to."""
    if place == "venue":
        return int(number)
    return next((venue.id for venue in offer.venues for room in venue.rooms if str(room.id) == number), None)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def places(venues: Sequence[Venue]) -> dict[str, list[tuple[str, str]]]:
    """Rooms by house, and houses without a room."""
    choices: dict[str, list[tuple[str, str]]] = {_("Place open"): [("", _("not settled yet"))]}
    for venue in venues:
        name = localized(venue, "name") or venue.name
        rooms = [(f"room-{room.id}", localized(room, "name") or room.name) for room in venue.rooms]
        choices[name] = [*rooms, (f"venue-{venue.id}", _("%(venue)s, no room yet", venue=name))]
    return choices
