"""What the columns of a delegate and their values are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from app.conferences.rules import Attendance
from app.delegations import words
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation, moment_of, shown
from app.i18n import date_time, listing, localized, region_name

# What people keep of themselves or the staff of them, in the order of the forms.
PERSONAL = (
    "last", "first", "patronymic", "last_latin", "first_latin", "gender", "academic_title", "noble_prefix", "badge_ru",
    "badge_de", "role", "municipality_id", "country", "citizenship", "organisation", "position", "languages",
    "interpretation", "email", "phone", "attendance", "arrival", "arrival_mode", "arrival_number",
    "arrival_place", "departure", "departure_mode", "departure_number", "departure_place", "hotel_needed", "room_with",
    "working_group", "dietary_code", "dietary_note", "accessibility_note", "visa_needed", "visa_note", "photo_consent",
    "emergency_name", "emergency_phone", "language",
)  # fmt: skip


def field_label(name: str) -> str:
    """What a column is called; the name itself when it has no words."""
    known: dict[str, str] = {
        "last": _("Family name"), "first": _("Given name"), "patronymic": _("Patronymic"),
        "last_latin": _("Family name in Latin letters"), "first_latin": _("Given name in Latin letters"),
        "gender": _("Gender"), "academic_title": _("Academic title"), "noble_prefix": _("Noble prefix"),
        "badge_ru": _("On the badge, Russian"), "badge_de": _("On the badge, German"), "role": _("Role"),
        "municipality_id": _("City or municipality"), "city_slug": _("City or municipality"),
        "country": _("Country"), "citizenship": _("Citizenship"), "organisation": _("Organisation"),
        "position": _("Office or position"), "languages": _("Languages"), "interpretation": _("Interpretation"),
        "email": _("E-mail"), "phone": _("Telephone"), "attendance": _("Taking part"), "arrival": _("Arrival"),
        "wished": _("Wishes to take part"),
        "departure": _("Departure"), "arrival_mode": _("Means of travel"), "hotel_needed": _("Hotel needed"),
        "arrival_number": _("Train or flight of arrival"), "arrival_place": _("Station or airport of arrival"),
        "departure_mode": _("Means of travel at departure"), "departure_number": _("Train or flight of departure"),
        "departure_place": _("Station or airport of departure"), "room_with": _("Room shared with"),
        "emergency_name": _("Emergency contact"), "emergency_phone": _("Telephone of the emergency contact"),
        "working_group": _("Working group"), "dietary_code": _("Food"),
        "dietary_note": _("Anything the kitchen should know"), "accessibility_note": _("Access needs"),
        "visa_needed": _("Visa needed"), "visa_note": _("Visa remark"),
        "photo_consent": _("Photographs may be published"), "language": _("Language of mails"),
        "accreditation": _("Accreditation"), "delegation_id": _("Delegation"), "registered_at": _("Registered"),
    }  # fmt: skip
    return known.get(name, name)


def value_word(delegate: Delegate, name: str) -> str:
    """A value of a delegate as it may be shown, codes in words; empty for nothing."""
    value: Any = getattr(delegate, name)
    if name == "municipality_id":
        town = delegate.municipality
        return localized(town, "name") if town is not None else shown(delegate.city_slug)
    if name == "delegation_id":
        group = delegate.delegation
        if group is None:
            return ""
        return localized(group.municipality, "name") if group.municipality else shown(group.name)
    return word_of(name, value, zone=delegate.conference.timezone)


def word_of(name: str, value: Any, *, zone: str) -> str:
    """A value of column ``name`` as it may be shown."""
    if isinstance(value, Attendance):
        return words.attendance_word(value)
    if isinstance(value, Accreditation):
        return words.accreditation_word(value)
    text = str(value or "")
    if not text:
        return ""
    if name in {"arrival", "departure", "registered_at"}:
        moment = moment_of(text, zone)
        return date_time(moment, zone) if moment is not None else shown(text)
    spoken: dict[str, Callable[[str], str]] = {
        "gender": words.gender_word, "role": words.role_word, "interpretation": words.interpretation_word,
        "arrival_mode": words.arrival_word, "departure_mode": words.arrival_word,
        "dietary_code": words.diet_word, "country": region_name, "citizenship": region_name,
        "hotel_needed": words.yes_no, "visa_needed": words.yes_no,
        "photo_consent": words.yes_no, "languages": lambda codes: listing(words.language_names(codes)),
        "language": lambda code: listing(words.language_names(code)),
    }  # fmt: skip
    return shown(spoken[name](text) if name in spoken else text)
