"""What a release freezes: everything a page, a feed or a paper about the programme needs, as one JSON object.

It has the shape of a programme file, so that an export can be imported again; fields that only a reader needs
stand beside (``uid``, ``sequence``, ``held_as``, names of places by language).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from app.calendars import shown_twice
from app.conferences.models import Conference, Room, Venue
from app.conferences.queries import conference_title
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.offices import Offices
from app.delegations.rules import Accreditation
from app.delegations.rules.precedence import NO_RANK
from app.programme.models import (
    ProgrammeSession,
    SessionAgreement,
    SessionMaterial,
    SessionPerson,
)
from app.programme.queries import sessions_of
from app.programme.queries.facts import paper_facts
from app.programme.queries.namesakes import Namesakes, namesakes
from app.programme.queries.tracks import tracks_of
from app.programme.rules import RELIEF, Confirmation, held_as
from app.programme.rules.hours import offset_of
from app.programme.rules.planned import same_name
from app.programme.rules.programme_file import OWN_FIELDS
from invitations.dates import roman

Content = dict[str, Any]
_COMES_NOT = frozenset({Accreditation.DECLINED, Accreditation.WITHDRAWN})

# A difference in one of these is a change of the calendar entry (RFC 5545 section 3.8.7.4).
SEEN_BY_READERS = (
    "starts_at", "ends_at", "date", "type", "title_ru", "title_de", "title_en", "description_ru", "description_de",
    "description_en", "venue_names", "room_names", "audience", "languages", "simultaneous_interpretation", "people",
    "cancelled", "held_as", "track", "parties", "agreements", "to_venue_names", "interpreted_how",
)  # fmt: skip

# What everybody may read of an item; the rest are fields a file brought along, kept for the staff's exports.
PUBLIC = frozenset(
    {
        "id", "date", "start", "end", "start_offset", "end_offset",
        "venue", "room", "capacity", "format", "uid", "sequence", "parallel", "part_of",
        "part_of_titles", "to_venue",
        "party_names", "materials", "sign_up", *SEEN_BY_READERS,
    }
)  # fmt: skip
# Of a person everybody may read what stands on paper, not which delegate it is.
PUBLIC_OF_PEOPLE = frozenset({"name", "role", "name_latin", "office_ru", "office_de", "office_en"})


def public_part(content: Content) -> Content:
    """The content without fields that only the staff or the file's author knows the meaning of."""
    items = [{name: value for name, value in item.items() if name in PUBLIC} for item in content["items"]]
    for item in items:
        item["people"] = [
            {name: value for name, value in person.items() if name in PUBLIC_OF_PEOPLE} for person in item["people"]
        ]
        if "materials" in item:
            item["materials"] = [paper for paper in item["materials"] if paper.get("public", True)]
    return {**content, "items": items}


def _names(place: Venue | Room | None) -> dict[str, str]:
    if place is None:
        return {}
    names = {code: getattr(place, f"name_{code}") for code in ("ru", "de", "en")}
    return {code: name for code, name in names.items() if name} or {"ru": place.name}


@dataclass(frozen=True)
class _Known:
    """What is asked of the delegates who have a part, once for all."""

    conference: Conference
    zone: ZoneInfo
    delegates: Mapping[int, Any]  # rows of id, public_id, position, gender, precedence, accreditation
    addresses: bool = False
    titles: Mapping[str, Content] = field(default_factory=dict)  # of sessions others are part of, by their sign
    offices: Offices = field(default_factory=Offices)
    latin: Mapping[str, str] = field(default_factory=dict)  # how people spell themselves: said once, meant everywhere
    by_name: Namesakes = field(default_factory=Namesakes)  # not in drafts of the staff, which say what stands there

    @classmethod
    def of(cls, conference: Conference, sessions: Sequence[ProgrammeSession], *, addresses: bool = False) -> _Known:
        people = [person for session in sessions for person in session.people]
        by_name = Namesakes() if addresses else namesakes(
            conference.id, {person.name for person in people if person.delegate_id is None}
        )  # fmt: skip
        found = {}
        if by_name.ids or any(person.delegate_id for person in people):
            columns = select(
                Delegate.id, Delegate.public_id, Delegate.position, Delegate.gender, Delegate.precedence,
                Delegate.accreditation,
            ).where(
                Delegate.conference_id == conference.id,
                or_(
                    Delegate.id.in_(by_name.ids),
                    Delegate.id.in_(
                        select(SessionPerson.delegate_id)
                        .join(ProgrammeSession)
                        .where(ProgrammeSession.conference_id == conference.id)
                    ),
                ),
            )  # fmt: skip
            found = {row.id: row for row in db.session.execute(columns)}
        said = {
            same_name(person.name): person.name_latin
            for session in reversed(sessions)
            for person in reversed(session.people)
            if person.name_latin and not addresses
        }
        return cls(conference, ZoneInfo(conference.timezone), found, addresses, _wholes(sessions), latin=said,
                   by_name=by_name)  # fmt: skip

    def delegate(self, person: SessionPerson) -> Any:
        """The delegate whose part it is; a name alone means the one who bears it."""
        number = person.delegate_id
        if number is None:
            number = self.by_name.meant(person.name, person.email)
        return self.delegates.get(number or 0)


def _wholes(sessions: Sequence[ProgrammeSession]) -> dict[str, Content]:
    named = {session.part_of for session in sessions if session.part_of}
    return {
        session.code: {code: title for code in ("ru", "de", "en") if (title := getattr(session, f"title_{code}"))}
        for session in sessions
        if session.code in named
    }


def _comes(person: SessionPerson, known: _Known) -> bool:
    """Whether readers are told of the person: not of those who declined, nor of delegates who do not come any more."""
    delegate = known.delegate(person)
    return person.confirmation is not Confirmation.DECLINED and (
        delegate is None or delegate.accreditation not in _COMES_NOT
    )


def _person(person: SessionPerson, known: _Known) -> Content:
    """Name and role; offices, the delegate's number and (in drafts of the staff) the address where there are any.

    Who is a delegate and has no office in the programme holds the one of the registration; an office written in one
    language only is carried over where the tables know it. Neither in drafts of the staff, which say what stands in
    the programme.
    """
    delegate = known.delegate(person)
    offices = {code: getattr(person, f"office_{code}") for code in ("ru", "de", "en")}
    latin = person.name_latin or known.latin.get(same_name(person.name), "")
    values: Content = {"name_latin": latin, "delegate": delegate.public_id if delegate is not None else ""}
    if known.addresses:
        values |= {"email": person.email, "language": person.language}
    else:
        said = (delegate.position, delegate.gender) if delegate is not None else ("", "")
        offices = known.offices.of(person, position=said[0], gender=said[1])
        values["precedence"] = delegate.precedence if delegate is not None and delegate.precedence < NO_RANK else 0
    values |= {f"office_{code}": office for code, office in offices.items()}
    return {"name": person.name, "role": person.role.value} | {name: value for name, value in values.items() if value}


def _material(paper: SessionMaterial) -> Content:
    values = {
        "title": paper.title, "language": paper.language, "link": paper.link, "sha256": paper.sha256,
        "file_name": paper.file_name, "media_type": paper.media_type,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value} | {"public": paper.public}


def _agreement(agreement: SessionAgreement) -> Content:
    titles = {f"title_{code}": getattr(agreement, f"title_{code}") for code in ("ru", "de", "en")}
    return titles | {"parties": list(agreement.parties)}


def _more(session: ProgrammeSession, known: _Known) -> Content:
    """What most sessions do not have stands in an item only where it is."""
    towns = [party.municipality for party in session.parties]
    values: Content = {
        "track": session.track.code if session.track else "",
        "parallel": session.parallel,
        "part_of": session.part_of,
        "part_of_titles": known.titles.get(session.part_of, {}),
        "to_venue": session.to_venue.name if session.to_venue else "",
        "to_venue_names": _names(session.to_venue),
        "interpreted_how": session.interpreted_how.value if session.interpreted_how else "",
        "relief_minutes": session.relief_minutes if session.relief_minutes != RELIEF else 0,
        "buffer_before": session.buffer_before,
        "buffer_after": session.buffer_after,
        "parties": [town.slug for town in towns],
        "party_names": [{code: getattr(town, f"name_{code}") for code in ("ru", "de", "en")} for town in towns],
        "agreements": [_agreement(agreement) for agreement in session.agreements],
        "materials": [_material(paper) for paper in session.materials],
        "sign_up": session.sign_up,
    }
    found = {name: value for name, value in values.items() if value}
    return found | ({"places": session.places} if session.places is not None else {})


def _item(session: ProgrammeSession, known: _Known) -> Content:
    zone, conference = known.zone, known.conference
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
        "people": [_person(person, known) for person in session.people if known.addresses or _comes(person, known)],
        "format": session.format.value if session.format else None,
        "cancelled": session.cancelled,
        **{name: value for name, value in (session.extra or {}).items() if name not in OWN_FIELDS},
        **_more(session, known),
        **{
            f"{name}_offset": offset_of(moment)
            for name, moment in (("start", starts), ("end", ends))
            if moment is not None and shown_twice(moment)
        },
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
    seen = {name: item.get(name) for name in SEEN_BY_READERS}
    seen["people"] = [
        {name: value for name, value in person.items() if name != "precedence"} for person in item.get("people") or ()
    ]
    return seen


def _reads_alike(earlier: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether readers see no change; that a name is known to be a delegate's meanwhile is none."""
    before, after = as_seen(earlier), as_seen(item)
    if before == after:
        return True
    by_name = {person["name"] for person in before["people"] if not person.get("delegate")}
    after["people"] = [
        {name: value for name, value in person.items() if name != "delegate" or person["name"] not in by_name}
        for person in after["people"]
    ]
    return before == after


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
        elif _reads_alike(earlier, item):
            item["sequence"] = earlier["sequence"]
        else:
            item["sequence"] = earlier["sequence"] + 1
        followed.append(item)
    for gone in known.values():
        raised = gone["sequence"] if gone["cancelled"] else gone["sequence"] + 1
        followed.append({**gone, "cancelled": True, "sequence": raised})
    return followed


def _tracks(conference: Conference) -> Content:
    names = ("name_ru", "name_de", "name_en")
    tracks = [
        {"id": track.code, "colour": track.colour, **{name: getattr(track, name) for name in names}}
        for track in tracks_of(conference)
    ]
    return {"tracks": tracks} if tracks else {}


def _frame(conference: Conference, items: list[Content]) -> Content:
    zone = ZoneInfo(conference.timezone)
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
        **_tracks(conference),
        "items": items,
    }  # fmt: skip


def freeze(
    conference: Conference, *, before: Content | None, sessions: Sequence[ProgrammeSession] | None = None
) -> Content:
    """The draft as it would be released now, after the release ``before``."""
    draft = sessions_of(conference) if sessions is None else sessions
    known = _Known.of(conference, draft)
    return paper_facts(conference) | _frame(conference, _follow([_item(session, known) for session in draft], before))


def whole_draft(conference: Conference) -> Content:
    """The draft as the staff take it out and in again: cancelled sessions and addresses of people too."""
    draft = sessions_of(conference)
    known = _Known.of(conference, draft, addresses=True)
    return _frame(conference, [_item(session, known) for session in draft])
