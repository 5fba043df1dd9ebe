"""Importing a programme file into the draft, whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.conferences.models import Conference, Room, Venue
from app.conferences.queries import venues_of
from app.database import db, lock, transaction
from app.delegations.models import Delegate
from app.directory.models import Municipality
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession, ProgrammeTrack, SessionMaterial
from app.programme.operations.equal_hours import settle_equal_hours
from app.programme.operations.parts import (
    people_of,
    set_agreements,
    set_materials,
    set_parties,
    set_people,
    tied,
)
from app.programme.operations.signing_up import settle
from app.programme.operations.steps import draft_step
from app.programme.operations.taking_over import of_another, refuse_another, take_over, whose_file
from app.programme.queries import sessions_of
from app.programme.queries.file_compare import RowCompared, Standing, compared_with_draft, in_words
from app.programme.queries.namesakes import Namesakes, namesakes
from app.programme.rules.parts import FilePerson, MaterialDetails, PersonDetails
from app.programme.rules.places import place_name, room_name
from app.programme.rules.programme_file import Item, ProgrammeFile, read_programme
from app.programme.rules.programme_sheet import read_sheet
from app.tables import ImportReport, Rejected
from app.workbooks import is_workbook


class _Places:
    """Venues and rooms of a conference by the names files give them; unknown ones are made."""

    def __init__(self, conference: Conference, session: Session) -> None:
        self.conference = conference
        self.session = session
        self.venues = {venue.name: venue for venue in venues_of(conference)}
        self.rooms = {(venue.name, room.name): room for venue in self.venues.values() for room in venue.rooms}
        self.warnings: list[Rejected] = []
        self.row = 0
        self._had_some = bool(self.venues)
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
            self._tell("venue", name)
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
            self._tell("room", f"{venue_name}, {name}")
        return found

    def _tell(self, column: str, name: str) -> None:
        """The first file of a conference brings its rooms; later a new one may be a slip of the pen."""
        if self._had_some:
            message = _l("“%(name)s” was not known and has been added. Please check that it is no slip.", name=name)
            self.warnings.append(Rejected(self.row, column, message))


@dataclass
class _Known:
    """What the house knows of what a file names: places, tracks, municipalities, delegates, papers."""

    places: _Places
    tracks: dict[str, ProgrammeTrack]
    towns: Mapping[str, int]
    delegates: Mapping[str, int]
    papers: frozenset[str]
    names: Mapping[str, Mapping[str, str]]
    by_name: Namesakes

    @classmethod
    def of(cls, conference: Conference, file: ProgrammeFile, session: Session) -> _Known:
        slugs = {slug for item in file.items for slug in item.more.get("parties", ())}
        numbers = {person.given["delegate"] for item in file.items for person in item.people
                   if person.given.get("delegate")}  # fmt: skip
        towns = session.execute(select(Municipality.slug, Municipality.id).where(Municipality.slug.in_(slugs)))
        delegates = session.execute(
            select(Delegate.public_id, Delegate.id).where(
                Delegate.conference_id == conference.id, Delegate.public_id.in_(numbers)
            )
        )
        tracks = session.scalars(select(ProgrammeTrack).where(ProgrammeTrack.conference_id == conference.id))
        papers = session.scalars(
            select(SessionMaterial.sha256)
            .join(ProgrammeSession)
            .where(ProgrammeSession.conference_id == conference.id, SessionMaterial.sha256 != "")
        )
        return cls(
            _Places(conference, session), {track.code: track for track in tracks},
            {row.slug: row.id for row in towns}, {row.public_id: row.id for row in delegates},
            frozenset(papers), {track["id"]: track for track in file.tracks},
            namesakes(conference.id, {person.name for item in file.items for person in item.people}),
        )  # fmt: skip

    def warn(self, column: str, message: Any) -> None:
        self.places.warnings.append(Rejected(self.places.row, column, message))

    def track(self, code: str) -> ProgrammeTrack | None:
        """The track of this sign; an unknown one is made, with the names the file has for it."""
        if code and code not in self.tracks:
            named = self.names.get(code, {})
            texts = {f"name_{tongue}": named.get(f"name_{tongue}", "") for tongue in ("ru", "de", "en")}
            if not any(texts.values()):
                texts = dict.fromkeys(texts, code)
                self.warn("track", _l("There was no track “%(track)s”; it is a new one and has no names yet.",
                                      track=code))  # fmt: skip
            conference_id = self.places.conference.id
            last = db.session.scalar(
                select(func.max(ProgrammeTrack.position)).where(ProgrammeTrack.conference_id == conference_id)
            )
            self.tracks[code] = ProgrammeTrack(
                conference_id=conference_id, code=code, colour=named.get("colour", ""), position=(last or 0) + 1,
                **texts,
            )  # fmt: skip
            db.session.add(self.tracks[code])
            db.session.flush()
        return self.tracks.get(code)

    def parties(self, slugs: Sequence[str]) -> list[int]:
        """The municipalities of these slugs; unknown ones are left out with a warning."""
        for slug in slugs:
            if slug not in self.towns:
                self.warn("parties", _l("The municipality “%(slug)s” is not known and was left out.", slug=slug))
        return [self.towns[slug] for slug in slugs if slug in self.towns]

    def materials(self, papers: Sequence[MaterialDetails]) -> list[MaterialDetails]:
        """Those with a link, and files that lie in this conference already."""
        kept = []
        for paper in papers:
            if paper.sha256 and paper.sha256 not in self.papers:
                self.warn("materials", _l("The file of “%(title)s” is not here; the paper was left out.",
                                          title=paper.title))  # fmt: skip
            else:
                kept.append(paper)
        return kept

    def people(self, people: Sequence[FilePerson], known: ProgrammeSession | None) -> list[PersonDetails]:
        """The people of a file; what it does not say of those who are there already stays."""
        there = {(one.name, one.role): one for one in people_of(known)} if known is not None else {}
        found = []
        for person in people:
            given = dict(person.given)
            number = given.pop("delegate", None)
            details = there.get((person.name, person.role)) or PersonDetails(person.name, person.role)
            details = replace(details, **given)  # type: ignore[arg-type]  # its texts
            if number is not None:
                if number and number not in self.delegates:
                    self.warn("people", _l("There is no delegate %(number)s here; %(person)s stands by name.",
                                           number=number, person=person.name))  # fmt: skip
                details = replace(details, delegate_id=self.delegates.get(number))
            found.append(tied(details, self.by_name))
        return found


def _values(item: Item, known: _Known, *, new: bool) -> dict[str, Any]:
    """The columns the item speaks about. What a repeated file does not name stays as it is."""
    places = known.places
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
    more = {name: value for name, value in item.more.items() if name not in _NO_COLUMN}
    if "track" in more:
        more["track"] = known.track(more["track"])
    if "to_venue" in more:
        more["to_venue"] = places.venue(more["to_venue"]) if more["to_venue"] else None
    return values | more


_NO_COLUMN = frozenset({"parties", "agreements", "materials"})


def _set_parts(row: ProgrammeSession, item: Item, known: _Known) -> bool:
    changed = []
    if "people" in item.given:
        changed.append(set_people(row, known.people(item.people, row)))
    if "parties" in item.more:
        changed.append(set_parties(row, known.parties(item.more["parties"])))
    if "agreements" in item.more:
        changed.append(set_agreements(row, item.more["agreements"]))
    if "materials" in item.more:
        changed.append(set_materials(row, known.materials(item.more["materials"])))
    return any(changed)


def _apply(item: Item, row: ProgrammeSession | None, known: _Known, at: datetime) -> str:
    known.places.row = item.row
    values = _values(item, known, new=row is None)
    if row is None:
        made = ProgrammeSession(
            conference_id=known.places.conference.id, code=item.code, uid=f"{uuid.uuid4()}", updated_at=at,
            extra=dict(item.extra), **values,
        )  # fmt: skip
        _set_parts(made, item, known)
        known.places.session.add(made)
        return "created"
    values["extra"] = {**(row.extra or {}), **item.extra}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    parts = _set_parts(row, item, known)
    if not changed and not parts:
        return "unchanged"
    row.updated_at = at
    return "updated"


def _about_the_whole(file: ProgrammeFile, conference: Conference) -> list[Rejected]:
    """A file of another edition that is to be taken over, or of this one with another host: odd, but may be meant."""
    found = []
    if of_another(file, conference):
        found.append(Rejected(0, "conference", whose_file(file, conference)))
    elif file.host and file.host != conference.host.slug:
        message = _l("The file names the host %(theirs)s; this conference meets in %(ours)s.",
                     theirs=file.host, ours=conference.host.slug)  # fmt: skip
        found.append(Rejected(0, "host", message))
    return found


def read_file(content: bytes, conference: Conference, *, from_another: bool = False) -> ProgrammeFile:
    """Read a programme file, JSON or a workbook, for a conference.

    :param from_another: it may be of another conference; its sessions are new ones then.
    :raises Refusal: when it is of another conference, or cannot be used as a whole (see :func:`read_programme`).
    """
    file = (read_sheet if is_workbook(content[:8]) else read_programme)(content, zone=conference.timezone)
    if not from_another:
        refuse_another(file, conference)
    elif of_another(file, conference):
        take_over(file, conference)
    return file


def _refuse_near_ids(file: ProgrammeFile, conference: Conference) -> None:
    """An id that differs from one of the draft by capitals only would make a second session of it."""
    codes = db.session.scalars(select(ProgrammeSession.code).where(ProgrammeSession.conference_id == conference.id))
    known = {code.casefold(): code for code in codes}
    for item in list(file.items):
        there = known.get(item.code.casefold(), item.code)
        if there != item.code:
            message = _l("The draft has the id “%(there)s”; “%(id)s” would be a second one.", there=there, id=item.code)
            file.rejected.append(Rejected(item.row, "id", message))
            file.items.remove(item)


def _told(row: RowCompared) -> Rejected:
    """Both values of a row that somebody else changed meanwhile."""
    one = row.differences[0]
    draft, in_file = (in_words(one.column, text)[:80] or "–" for text in (one.draft, one.file))
    values = {"id": row.code, "draft": draft, "file": in_file}
    more = len(row.differences) - 1
    message = (
        _l("%(id)s was changed in the draft after this file had been taken from it: “%(draft)s” there, “%(file)s” in "
           "the file; %(more)s more columns differ.", more=more, **values)
        if more
        else _l("%(id)s was changed in the draft after this file had been taken from it: “%(draft)s” there, “%(file)s” "
                "in the file.", **values)
    )  # fmt: skip
    return Rejected(row.row, one.column, message)


def _meanwhile(conference: Conference, file: ProgrammeFile, take: Collection[str] | None) -> list[Rejected]:
    """Take out of the file what is older than the draft; returns the rows changed on both sides and not to be taken."""
    if not any(item.seen for item in file.items):
        return []
    compared = {row.code: row for row in compared_with_draft(conference, file)}
    older = {code for code, row in compared.items() if row.standing is Standing.NEWER}
    clashes = {
        code: row for code, row in compared.items() if row.standing is Standing.CLASH and code not in (take or ())
    }
    file.items = [item for item in file.items if item.code not in older and item.code not in clashes]
    return [_told(row) for row in clashes.values()]


def import_programme(
    *,
    conference: Conference,
    content: bytes,
    actor: Actor,
    at: datetime,
    skip_bad_rows: bool = False,
    take: Collection[str] | None = None,
    from_another: bool = False,
) -> ImportReport:
    """Take a programme file (JSON, or a workbook) into the draft. Items are known again by their id; a second import
    changes nothing.

    With a bad item nothing is changed, unless ``skip_bad_rows``; the report names the item and the column. An item that
    was changed in the draft since the file was taken from it is a bad one, unless the file has it unchanged: then the
    draft stays.

    :param take: signs of items that the file may overwrite even so; others changed meanwhile then stay as in the draft,
        with a warning.
    :param from_another: a file of another conference is taken over, too, as new sessions.
    :raises Refusal: when it is of another conference, or cannot be used as a whole (see :func:`read_programme`).
    """
    file = read_file(content, conference, from_another=from_another)
    _refuse_near_ids(file, conference)
    warnings = sorted(file.warnings + settle_equal_hours(file, conference), key=lambda one: one.row)
    report = ImportReport(rejected=file.rejected, warnings=_about_the_whole(file, conference) + warnings)
    if file.rejected and not skip_bad_rows:
        return report
    with transaction():
        lock(conference)
        all_items = len(file.items)
        clashes = _meanwhile(conference, file, take)
        report.unchanged = all_items - len(file.items) - len(clashes)
        if take is not None:
            report.warnings += clashes
        else:
            report.rejected = sorted([*report.rejected, *clashes], key=lambda one: one.row)
            if clashes and not skip_bad_rows:
                report.unchanged = 0
                return report
        _take_in(conference, file, report, actor=actor, at=at)
    return report


def _take_in(conference: Conference, file: ProgrammeFile, report: ImportReport, *, actor: Actor, at: datetime) -> None:
    with draft_step(conference=conference, deed="import", actor=actor, at=at) as step, transaction() as session:
        known = {found.code: found for found in sessions_of(conference)}
        named = _Known.of(conference, file, session)
        counts = dict.fromkeys(("created", "updated", "unchanged"), 0)
        step.hold(*(known[item.code] for item in file.items if item.code in known))
        with session.no_autoflush:
            for item in file.items:
                counts[_apply(item, known.get(item.code), named, at)] += 1
        session.flush()
        for row in known.values():
            if row.sign_up:
                settle(row, at)
        step.made(*(row for row in sessions_of(conference) if row.code not in known))
        report.created, report.updated = counts["created"], counts["updated"]
        report.unchanged += counts["unchanged"]
        report.warnings += named.places.warnings
        if report.created or report.updated:
            details = {"created": report.created, "updated": report.updated}
            record(deed="programme.import_programme", subject=conference, actor=actor, at=at,
                   details=details, conference_id=conference.id)  # fmt: skip
