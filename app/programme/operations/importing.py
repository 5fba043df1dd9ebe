"""Importing a programme file into the draft, whole or not at all."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.conferences.models import Conference, Room, Venue
from app.conferences.queries import venues_of
from app.database import transaction
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.operations.steps import draft_step
from app.programme.queries import sessions_of
from app.programme.rules import PersonRole
from app.programme.rules.places import place_name, room_name
from app.programme.rules.programme_file import Item, ProgrammeFile, read_programme
from app.tables import ImportReport, Rejected
from invitations.dates import roman


class _Places:
    """Venues and rooms of a conference by the names files give them; unknown ones are made."""

    def __init__(self, conference: Conference, session: Session) -> None:
        self.conference = conference
        self.session = session
        self.venues = {venue.name: venue for venue in venues_of(conference)}
        self.rooms = {(venue.name, room.name): room for venue in self.venues.values() for room in venue.rooms}
        self.by_language = {
            f"{venue.name_ru} / {venue.name_de}": venue for venue in self.venues.values() if venue.name_de
        }

    def venue(self, name: str) -> Venue:
        """The venue of this name."""
        found = self.venues.get(name) or self.by_language.get(name)
        if found is None:
            names = place_name(name)
            found = Venue(
                conference_id=self.conference.id, name=name, name_ru=names.ru, name_de=names.de,
                name_en=names.en, position=len(self.venues),
            )  # fmt: skip
            self.session.add(found)
            self.session.flush()
        self.venues[name] = found
        return found

    def room(self, venue_name: str, name: str) -> Room:
        """The room of this name in that venue."""
        venue = self.venue(venue_name)
        found = self.rooms.get((venue.name, name))
        if found is None:
            names = room_name(name)
            number = sum(1 for known, _ in self.rooms if known == venue.name)
            found = Room(name=name, name_ru=names.ru, name_de=names.de, name_en=names.en, position=number, venue=venue)
            self.session.add(found)
            self.session.flush()
            self.rooms[venue.name, name] = found
        return found


def _values(item: Item, places: _Places, *, new: bool) -> dict[str, Any]:
    """The columns the item speaks about. What a repeated file does not name stays as it is."""
    values: dict[str, Any] = {
        "kind": item.kind, "starts_at": item.starts_at, "ends_at": item.ends_at, "day": item.day,
    }  # fmt: skip
    optional: dict[str, dict[str, Any]] = {
        "capacity": {"capacity": item.capacity},
        "audience": {"audience": item.audience or "all"},
        "languages": {"languages": item.languages},
        "simultaneous_interpretation": {"interpretation": item.interpretation},
        "format": {"format": item.format},
        "cancelled": {"cancelled": item.cancelled},
    }
    for code in ("ru", "de", "en"):
        optional[f"title_{code}"] = {f"title_{code}": item.titles[code]}
        optional[f"description_{code}"] = {f"description_{code}": item.descriptions[code]}
    for column, part in optional.items():
        if new or column in item.given:
            values |= part
    if new or {"venue", "room"} & item.given:
        values["room"] = places.room(item.venue, item.room) if item.room else None
        values["venue"] = places.venue(item.venue) if item.venue and not item.room else None
    return values


def set_people(session: ProgrammeSession, people: tuple[tuple[str, PersonRole], ...]) -> bool:
    """Make these the people of the session, in this order; whether that changed anything."""
    if [(person.name, person.role) for person in session.people] == list(people):
        return False
    known = {(person.name, person.role): person for person in session.people}
    kept = [known.get(key) or SessionPerson(name=key[0], role=key[1]) for key in people]
    for position, person in enumerate(kept):
        person.position = position
    session.people[:] = kept
    return True


def _apply(item: Item, known: ProgrammeSession | None, places: _Places, at: datetime) -> str:
    values = _values(item, places, new=known is None)
    if known is None:
        made = ProgrammeSession(
            conference_id=places.conference.id, code=item.code, uid=f"{uuid.uuid4()}", updated_at=at,
            extra=dict(item.extra), **values,
        )  # fmt: skip
        set_people(made, item.people)
        places.session.add(made)
        return "created"
    values["extra"] = {**(known.extra or {}), **item.extra}
    changed = [name for name, value in values.items() if getattr(known, name) != value]
    for name in changed:
        setattr(known, name, values[name])
    people = "people" in item.given and set_people(known, item.people)
    if not changed and not people:
        return "unchanged"
    known.updated_at = at
    return "updated"


def _about_the_whole(file: ProgrammeFile, conference: Conference) -> list[Rejected]:
    """A file of another edition or another host is odd, but may be meant (a programme taken as a pattern)."""
    found = []
    if file.conference and file.conference not in {roman(conference.edition), str(conference.edition)}:
        message = _l("The file is of the conference %(theirs)s; this is the conference %(ours)s.",
                     theirs=file.conference, ours=roman(conference.edition))  # fmt: skip
        found.append(Rejected(0, "conference", message))
    if file.host and file.host != conference.host.slug:
        message = _l("The file names the host %(theirs)s; this conference meets in %(ours)s.",
                     theirs=file.host, ours=conference.host.slug)  # fmt: skip
        found.append(Rejected(0, "host", message))
    return found


def import_programme(
    *, conference: Conference, content: bytes, actor: Actor, at: datetime, skip_bad_rows: bool = False
) -> ImportReport:
    """Take a programme file into the draft. Items are known again by their id; a second import changes nothing.

    With a bad item nothing is changed, unless ``skip_bad_rows``; the report names the item and the column.

    :raises Refusal: when the file as a whole cannot be used (see :func:`read_programme`).
    """
    file = read_programme(content, zone=conference.timezone)
    report = ImportReport(rejected=file.rejected, warnings=_about_the_whole(file, conference) + file.warnings)
    if file.rejected and not skip_bad_rows:
        return report
    with draft_step(conference=conference, deed="import", actor=actor, at=at) as step, transaction() as session:
        known = {found.code: found for found in sessions_of(conference)}
        places = _Places(conference, session)
        counts = dict.fromkeys(("created", "updated", "unchanged"), 0)
        step.hold(*(known[item.code] for item in file.items if item.code in known))
        for item in file.items:
            counts[_apply(item, known.get(item.code), places, at)] += 1
        session.flush()
        step.made(*(row for row in sessions_of(conference) if row.code not in known))
        report.created, report.updated, report.unchanged = counts.values()
        if report.created or report.updated:
            details = {"created": report.created, "updated": report.updated}
            record(deed="programme.import_programme", subject=conference, actor=actor, at=at,
                   details=details, conference_id=conference.id)  # fmt: skip
    return report
