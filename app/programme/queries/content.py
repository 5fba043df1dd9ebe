"""What a release freezes: everything a page, a feed or a paper about the programme needs, as one JSON object.

It has the shape of a programme file, so that an export can be imported again; fields that only a reader needs
stand beside (``uid``, ``sequence``, ``held_as``, names of places by language).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.conferences.models import Conference, Room, Venue
from app.conferences.queries import conference_title
from app.programme.models import ProgrammeSession
from app.programme.queries import sessions_of
from app.programme.rules import held_as
from invitations.dates import roman

Content = dict[str, Any]

# A difference in one of these is a change of the calendar entry (RFC 5545 section 3.8.7.4).
SEEN_BY_READERS = (
    "starts_at", "ends_at", "date", "type", "title_ru", "title_de", "title_en", "description_ru", "description_de",
    "description_en", "venue_names", "room_names", "audience", "languages", "simultaneous_interpretation", "people",
    "cancelled", "held_as",
)  # fmt: skip

# What everybody may read of an item; the rest are fields a file brought along, kept for the staff's exports.
PUBLIC = frozenset(
    {"id", "date", "start", "end", "venue", "room", "capacity", "format", "uid", "sequence", *SEEN_BY_READERS}
)


def public_part(content: Content) -> Content:
    """The content without fields that only the file's author knows the meaning of."""
    items = [{name: value for name, value in item.items() if name in PUBLIC} for item in content["items"]]
    return {**content, "items": items}


def _names(place: Venue | Room | None) -> dict[str, str]:
    if place is None:
        return {}
    names = {code: getattr(place, f"name_{code}") for code in ("ru", "de", "en")}
    return {code: name for code, name in names.items() if name} or {"ru": place.name}


def _item(session: ProgrammeSession, conference: Conference, zone: ZoneInfo) -> Content:
    starts = session.starts_at.astimezone(zone) if session.starts_at else None
    ends = session.ends_at.astimezone(zone) if session.ends_at else None
    day = session.day_in(zone)
    item: Content = {
        "id": session.code,
        "date": day.isoformat() if day else "",
        "start": f"{starts:%H:%M}" if starts else "",
        "end": f"{ends:%H:%M}" if ends else "",
        "type": session.kind.value,
        "title_ru": session.title_ru,
        "title_de": session.title_de,
        "title_en": session.title_en,
        **{
            f"description_{code}": getattr(session, f"description_{code}")
            for code in ("ru", "de", "en")
            if getattr(session, f"description_{code}")
        },
        "venue": session.house.name if session.house else "",
        "room": session.room.name if session.room else "",
        "capacity": session.capacity,
        "audience": session.audience,
        "languages": [code for code in session.languages.split(";") if code],
        "simultaneous_interpretation": session.interpretation,
        "people": [{"name": person.name, "role": person.role.value} for person in session.people],
        "format": session.format.value if session.format else None,
        "cancelled": session.cancelled,
        **(session.extra or {}),
        "held_as": held_as(session, conference.format).value,
        "starts_at": session.starts_at.isoformat() if session.starts_at else None,
        "ends_at": session.ends_at.isoformat() if session.ends_at else None,
        "venue_names": _names(session.house),
        "room_names": _names(session.room),
        "uid": session.uid,
        "sequence": 0,
    }
    return item


def _offset(items: Sequence[Content], conference: Conference, zone: ZoneInfo) -> str:
    begins = next((item["starts_at"] for item in items if item["starts_at"]), None)
    moment = datetime.fromisoformat(begins) if begins else datetime.combine(conference.starts_on, time(12), zone)
    return moment.astimezone(zone).isoformat()[-6:]


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def as_seen(item: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an item whose change readers should notice."""
    return {name: item.get(name) for name in SEEN_BY_READERS}


def _follow(items: list[Content], before: Content | None) -> list[Content]:
    """Number the items after the release before: raised where changed, kept where not.

    What people never saw and is cancelled is left out; what they saw and is gone stays as cancelled.
    """
    known = {item["uid"]: item for item in before["items"]} if before else {}
    followed = []
    for item in items:
        earlier = known.pop(item["uid"], None)
        if earlier is None:
            if item["cancelled"]:
                continue
        elif as_seen(earlier) == as_seen(item):
            item["sequence"] = earlier["sequence"]
        else:
            item["sequence"] = earlier["sequence"] + 1
        followed.append(item)
    for gone in known.values():
        raised = gone["sequence"] if gone["cancelled"] else gone["sequence"] + 1
        followed.append({**gone, "cancelled": True, "sequence": raised})
    return followed


def freeze(
    conference: Conference, *, before: Content | None, sessions: Sequence[ProgrammeSession] | None = None
) -> Content:
    """The draft as it would be released now, after the release ``before``."""
    zone = ZoneInfo(conference.timezone)
    draft = sessions_of(conference) if sessions is None else sessions
    items = _follow([_item(session, conference, zone) for session in draft], before)
    return {
        "conference": roman(conference.edition),
        "host": conference.host.slug,
        "timezone": conference.timezone,
        "utc_offset": _offset(items, conference, zone),
        "days": _days(conference.starts_on, conference.ends_on),
        "slug": conference.slug,
        "titles": {code: conference_title(conference, code) for code in ("ru", "de", "en")},
        "themes": {code: getattr(conference, f"theme_{code}") for code in ("ru", "de", "en")},
        "host_names": {code: getattr(conference.host, f"name_{code}") for code in ("ru", "de", "en")},
        "format": conference.format.value,
        "items": items,
    }
