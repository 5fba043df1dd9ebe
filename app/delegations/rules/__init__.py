"""Roles, standing and places of delegates; what their data may be. No database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import comes, is_on_site
from app.correspondence.rules import ReplyAnswer
from app.errors import Refusal
from app.phones import is_phone


class Accreditation(StrEnum):
    """A delegate's standing."""

    APPLIED = "applied"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    WAITLISTED = "waitlisted"


ALLOWED: Mapping[Accreditation, frozenset[Accreditation]] = {
    Accreditation.APPLIED: frozenset(Accreditation) - {Accreditation.APPLIED},
    Accreditation.GRANTED: frozenset({Accreditation.DECLINED, Accreditation.WITHDRAWN}),
    Accreditation.WAITLISTED: frozenset(
        {Accreditation.GRANTED, Accreditation.APPLIED, Accreditation.DECLINED, Accreditation.WITHDRAWN}
    ),
    Accreditation.DECLINED: frozenset({Accreditation.GRANTED, Accreditation.APPLIED}),
    Accreditation.WITHDRAWN: frozenset({Accreditation.APPLIED, Accreditation.GRANTED, Accreditation.WAITLISTED}),
}

# Those who hold a place (a place is held from the application on, so that it is never promised twice).
HOLDS_A_PLACE = frozenset({Accreditation.APPLIED, Accreditation.GRANTED})


# What a head may answer so that a delegation opens.
OPENS_DELEGATION = frozenset({ReplyAnswer.COMES, ReplyAnswer.SENDS_DEPUTY, ReplyAnswer.BY_VIDEO})


class DelegateRole(StrEnum):
    """What a person is at the conference. Files may join several with ``;``."""

    HEAD = "head"
    MEMBER = "member"
    YOUTH = "youth"
    BUSINESS = "business"
    PRESS = "press"
    DIPLOMAT = "diplomat"
    INTERPRETER = "interpreter"
    ASSOCIATION = "association"
    MINISTER = "minister"
    SPEAKER = "speaker"
    COMPANION = "companion"
    GUEST_OF_HONOUR = "guest_of_honour"
    ORGANISER = "organiser"


# What anyone may say of themselves; the others are given by the secretariat.
PUBLIC_ROLES = (
    DelegateRole.MEMBER, DelegateRole.HEAD, DelegateRole.YOUTH, DelegateRole.BUSINESS, DelegateRole.ASSOCIATION,
    DelegateRole.PRESS, DelegateRole.DIPLOMAT, DelegateRole.INTERPRETER, DelegateRole.SPEAKER, DelegateRole.COMPANION,
)  # fmt: skip

DIETS = (
    "none", "vegetarian", "vegan", "halal", "kosher", "lent", "fish", "lactose_free", "gluten_free", "nuts", "diabetic",
)  # fmt: skip
ARRIVAL_MODES = ("plane", "train", "car", "bus")
INTERPRETATION = ("none", "ru>de", "de>ru", "ru>en")
SPOKEN = ("ru", "de", "en", "fr")


def require_transition(before: Accreditation, after: Accreditation) -> None:
    """:raises Refusal: when a delegate of standing ``before`` cannot be given ``after``."""
    if after not in ALLOWED[before]:
        raise Refusal(_l("That is not possible any more: the accreditation has changed meanwhile."))


def require_open(*, is_open: bool) -> None:
    """:raises Refusal: when registration is closed."""
    if not is_open:
        raise Refusal(_l("Registration for this conference is closed."))


def require_until(until: date | None, at: datetime, zone: str) -> None:
    """The whole day ``until`` counts, in the host's zone; without one there is no end.

    :raises Refusal: when that day is over.
    """
    if is_over(until, at, zone):
        raise Refusal(_l("The date until which this could be changed has passed. Please write to the organisers."))


def is_over(until: date | None, at: datetime, zone: str) -> bool:
    """Whether the day ``until`` has ended at ``at`` in ``zone``."""
    return until is not None and at.astimezone(ZoneInfo(zone)).date() > until


def attendances_of(held: ConferenceFormat) -> tuple[Attendance, ...]:
    """How one may take part in a conference of this format; more than one means a choice."""
    return {
        ConferenceFormat.IN_PERSON: (Attendance.ON_SITE,),
        ConferenceFormat.HYBRID: (Attendance.ON_SITE, Attendance.VIDEO),
        ConferenceFormat.VIDEO: (Attendance.VIDEO,),
    }[held]


@lru_cache(maxsize=4096)  # asked of the same addresses several times in one deed, which may concern everybody
def usable_address(value: str) -> bool:
    """Whether mail can be sent to ``value`` (RFC 5321 and 6531; the domain is not asked)."""
    try:
        validate_email(value, check_deliverability=False, allow_quoted_local=True, test_environment=True)
    except EmailNotValidError:
        return False
    return True


# Years and offsets as they can be on earth: nothing that cannot be told in another zone.
_MOMENT = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?", re.ASCII)


def moment_of(value: str, zone: str) -> datetime | None:
    """The moment an ISO 8601 text says; without offset it is the host's time. None when it says none."""
    if not _MOMENT.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


# What no page may obey: controls, direction marks and overrides, letters without a shape, word joiner, BOM, tags.
HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u2028\u2029\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
    "|(?<=[A-Za-z\u00c0-\u024f\u0400-\u052f])[\u200c\u200d]"  # joiners mean something in other scripts
)
# Marks heaped on one letter, which would cover the lines above and below; no language sets more than three.
HEAPED = re.compile(
    "([\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
LATIN = "[A-Za-z\u00c0-\u024f]"  # a pattern for both databases, as the next
_LATIN = re.compile(LATIN)
NOT_LATIN = "[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc\U00020000-\U0003ffff]"


def shown(value: str | None) -> str:
    """``value`` as it may be shown: hidden and direction-turning characters become visible signs, text of the
    other direction is isolated (UAX 9: FSI … PDI), of a heap of marks three are left."""
    text = HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", (value or "").replace("\r\n", "\n"))
    text = HEAPED.sub(r"\1[…]", text)
    return f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text


def says_nothing(value: str) -> bool:
    """Whether nobody could read anything in ``value``: spaces and characters without a shape."""
    return not HIDDEN.sub("", value).strip()


def is_cyrillic(value: str) -> bool:
    """Whether ``value`` is written in Cyrillic letters, wholly or partly."""
    return bool(_CYRILLIC.search(value))


@lru_cache(maxsize=20_000)
def folded_name(name: str) -> str:
    """A name or an office for comparing: case, ё and е, width and blanks do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("ё", "е").split())


def needs_latin(value: str) -> bool:
    """Whether ``value`` has letters of another script than Latin: Cyrillic, Greek, Chinese …"""
    return re.search(NOT_LATIN, value) is not None


def mixes_scripts(value: str) -> bool:
    """Whether one word of ``value`` has Cyrillic and Latin letters («КoвaленКo»)."""
    return any(_CYRILLIC.search(word) and _LATIN.search(word) for word in re.split(r"[\s-]+", value))


@dataclass(frozen=True)
class DelegateDetails:
    """What a person says of themselves, or a contact of them. Field names are those of the files."""

    last: str = ""
    first: str = ""
    patronymic: str = ""
    last_latin: str = ""
    first_latin: str = ""
    badge_ru: str = ""
    badge_de: str = ""
    gender: str = ""
    academic_title: str = ""
    municipality_id: int | None = None
    organisation: str = ""
    position: str = ""
    role: str = "member"
    languages: str = ""
    interpretation: str = ""
    email: str = ""
    phone: str = ""
    attendance: Attendance | None = None
    arrival: str = ""
    arrival_mode: str = ""
    arrival_number: str = ""
    arrival_place: str = ""
    departure: str = ""
    departure_mode: str = ""
    departure_number: str = ""
    departure_place: str = ""
    hotel_needed: str = ""
    room_with: str = ""
    dietary_code: str = ""
    dietary_note: str = ""
    accessibility_note: str = ""
    visa_needed: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    photo_consent: str = ""


# What is asked of those alone who come to where the conference is held.
ON_THE_SPOT = frozenset({
    "arrival", "arrival_mode", "arrival_number", "arrival_place", "departure", "departure_mode", "departure_number",
    "departure_place", "hotel_needed", "room_with", "dietary_code", "dietary_note", "visa_needed", "emergency_name",
    "emergency_phone",
})  # fmt: skip


def fitting(details: DelegateDetails, attendance: Attendance, held: ConferenceFormat) -> DelegateDetails:
    """``details`` without what somebody does not need who takes part so."""
    nothing: dict[str, Any] = dict.fromkeys(ON_THE_SPOT, "")
    return details if comes(attendance, held) else replace(details, **nothing)


def require_details(details: DelegateDetails, *, zone: str) -> None:
    """What every delegate's data must be, whoever typed it.

    :raises Refusal: with the field it belongs to.
    """
    if says_nothing(details.last + details.first):
        raise Refusal(_l("Please give a name."), field="last")
    if details.email and not usable_address(details.email):
        raise Refusal(_l("This is not an e-mail address. It should look like name@example.org."), field="email")
    for name in ("phone", "emergency_phone"):
        number = getattr(details, name)
        if number and not is_phone(number):
            raise Refusal(_l("“%(value)s” is no telephone number.", value=number), field=name)
    arrival = moment_of(details.arrival, zone) if details.arrival else None
    departure = moment_of(details.departure, zone) if details.departure else None
    if arrival and departure and departure <= arrival:
        raise Refusal(_l("The departure lies before the arrival."), field="departure")


def missing_in(*, last: str, first: str, last_latin: str, first_latin: str, email: str, languages: str,
               attendance: Attendance, arrival: str, departure: str) -> list[str]:  # fmt: skip
    """What the organisers still need of a person: names of fields, in the order of the form."""
    lacks = {
        "last_latin": needs_latin(last + first) and not _LATIN.search(last_latin + first_latin),
        "languages": not languages,
        "email": not usable_address(email),
        "arrival": is_on_site(attendance) and not arrival,
        "departure": is_on_site(attendance) and not departure,
    }
    return [name for name, lacking in lacks.items() if lacking]
