"""Going back: a release becomes the draft again. The releases themselves never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.queries import venues_of
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.offices import Offices
from app.directory.models import Municipality
from app.errors import Message
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import listing
from app.programme.models import ProgrammeSession, ProgrammeTrack, Release, SessionPerson
from app.programme.operations.drafting import apply_snapshot
from app.programme.operations.signing_up import settle
from app.programme.operations.steps import Snapshot, Step, draft_step, locked
from app.programme.queries.addresses import Addresses
from app.programme.queries.going_back import known_to_people, left_out_of
from app.programme.rules import RELIEF

Item = Mapping[str, Any]

_PLAIN = (
    "title_ru", "title_de", "title_en", "capacity", "audience", "starts_at", "ends_at", "cancelled", "format",
)  # fmt: skip
# What stands in an item only where there is some, with what its absence means.
_SOMETIMES: Mapping[str, Any] = {
    "description_ru": "", "description_de": "", "description_en": "", "parallel": "", "part_of": "",
    "interpreted_how": None,
    "relief_minutes": RELIEF, "buffer_before": 0, "buffer_after": 0, "sign_up": False, "places": None,
}  # fmt: skip
# Written by releases since sessions have parts; older ones say nothing of them, and then the draft's stay.
_PARTS = frozenset(_SOMETIMES) - {"description_ru", "description_de", "description_en"}
MOST_NAMED = 10
_KNOWS_PARTS = "organisers"  # in the content of a release that does


@dataclass
class Restored:
    """What going back did, and what could not be as it was."""

    changed: int = 0
    added: int = 0
    taken_off: int = 0
    removed: int = 0
    warnings: list[Message] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)


class _Names:
    """Rooms, venues, tracks, towns and delegates as the release names them."""

    def __init__(self, release: Release) -> None:
        conference = release.conference
        venues = venues_of(conference)
        self.venues = {venue.name: venue.id for venue in venues}
        self.rooms = {(venue.name, room.name): room.id for venue in venues for room in venue.rooms}
        self.tracks: dict[str, int] = dict(
            db.session.execute(
                select(ProgrammeTrack.code, ProgrammeTrack.id).where(ProgrammeTrack.conference_id == conference.id)
            ).all()
        )
        items = release.content["items"]
        slugs = {slug for item in items for slug in item.get("parties", ())}
        people = {person["delegate"] for item in items for person in item["people"] if person.get("delegate")}
        self.towns = {
            town.slug: town.id for town in db.session.scalars(select(Municipality).where(Municipality.slug.in_(slugs)))
        }
        asked = select(Delegate.public_id, Delegate.id, Delegate.position, Delegate.gender).where(
            Delegate.conference_id == conference.id, Delegate.public_id.in_(people)
        )
        self.delegates = {row.public_id: row for row in db.session.execute(asked)}
        self.offices = Offices()
        self.addresses = Addresses(conference)
        self.without_address: dict[str, None] = {}


def _place(item: Item, names: _Names, report: Restored) -> dict[str, Any]:
    room = names.rooms.get((item["venue"], item["room"])) if item["room"] else None
    venue = names.venues.get(item["venue"]) if room is None and item["venue"] else None
    if item["room"] and room is None:
        report.warnings.append(
            _l("%(session)s: the room “%(room)s” is not there any more; the session has no room now.",
               session=item["id"], room=item["room"])
        )  # fmt: skip
    elif item["venue"] and room is None and venue is None:
        report.warnings.append(
            _l("%(session)s: the venue “%(venue)s” is not there any more.", session=item["id"], venue=item["venue"])
        )
    return {"room_id": room, "venue_id": venue}


def _people(item: Item, names: _Names, row: ProgrammeSession, report: Restored) -> list[dict[str, Any]]:
    """Who is there still keeps the address; who comes back gets the one that is known now."""
    there = {(person.name, person.role.value) for person in row.people}
    found = []
    for person in item["people"]:
        delegate = names.delegates.get(person.get("delegate", ""))
        offices = {name: person.get(name, "") for name in ("office_ru", "office_de", "office_en")}
        if delegate is not None:  # an office of the registration stays there
            registered = {
                f"office_{code}": office
                for code, office in names.offices.registered(delegate.position, delegate.gender).items()
            }
            offices = {name: "" if office == registered[name] else office for name, office in offices.items()}
        elif person.get("delegate"):
            report.warnings.append(
                _l("%(session)s: %(person)s is no delegate here any more and stands by name.",
                   session=item["id"], person=person["name"])
            )  # fmt: skip
        values = {
            "name": person["name"], "role": person["role"], **offices,
            "name_latin": person.get("name_latin", ""), "delegate_id": delegate.id if delegate else None,
        }  # fmt: skip
        if (person["name"], person["role"]) not in there:
            address = names.addresses.of(delegate_id=values["delegate_id"], name=person["name"])
            values |= address or {}
            if address is None and delegate is None:
                names.without_address[person["name"]] = None
        found.append(values)
    # A release names nobody who said no or does not come: they keep part, answer, remark, and place in the order.
    kept = ("name", "role", "name_latin", "office_ru", "office_de", "office_en", "delegate_id")
    for one in left_out_of(item, row):
        if one.stays:
            values = {name: getattr(one.person, name) for name in kept} | {"role": one.person.role.value}
            found.insert(_place_of(one.person, row, found), values)
        else:
            report.left_out.append(_taken_out(row, one.person))
    return [values | {"position": position} for position, values in enumerate(found)]


def _place_of(person: SessionPerson, row: ProgrammeSession, found: list[dict[str, Any]]) -> int:
    """Where somebody the release does not name stands among those it does: behind whom they stand in the draft."""
    places = {(values["name"], values["role"]): place for place, values in enumerate(found, start=1)}
    before = list(row.people)[: list(row.people).index(person)]
    return next((places[key] for other in reversed(before) if (key := (other.name, other.role.value)) in places), 0)


def _taken_out(row: ProgrammeSession, person: SessionPerson) -> dict[str, str]:
    """Who loses a part, with the answer they gave, as history keeps it; undoing brings both back."""
    return {
        "code": row.code, "person": person.delegate.public_id if person.delegate else person.name,
        "role": person.role.value, "answer": person.confirmation.value,
    }  # fmt: skip


def _wanted(item: Item, names: _Names, row: ProgrammeSession, report: Restored, *, whole: bool) -> Snapshot:
    """The item as the columns and parts of its session; ``whole``: the release knows of all of them."""
    kept: Snapshot = {name: item.get(name) for name in _PLAIN}
    kept |= {name: item.get(name, absent) for name, absent in _SOMETIMES.items() if whole or name not in _PARTS}
    kept |= _place(item, names, report)
    kept |= {
        "kind": item["type"], "day": item["date"] if item["date"] and not item["starts_at"] else None,
        "languages": ";".join(item["languages"]), "interpretation": item["simultaneous_interpretation"],
        "cancelled_by_switch": False, "people": _people(item, names, row, report),
    }  # fmt: skip
    if whole:
        track = item.get("track", "")
        if track and track not in names.tracks:
            report.warnings.append(
                _l("%(session)s: the track “%(track)s” is not there any more.", session=item["id"], track=track)
            )
        kept |= {
            "track_id": names.tracks.get(track),
            "to_venue_id": names.venues.get(item.get("to_venue", "")),
            "parties": [
                {"municipality_id": names.towns[slug], "position": position}
                for position, slug in enumerate(item.get("parties", ()))
                if slug in names.towns
            ],
            "agreements": [
                {**{name: agreement.get(name, "") for name in ("title_ru", "title_de", "title_en")},
                 "parties": list(agreement.get("parties", ())), "position": position}
                for position, agreement in enumerate(item.get("agreements", ()))
            ],
            "materials": [
                {**{name: paper.get(name, "") for name in ("title", "language", "link", "sha256", "file_name",
                                                           "media_type")},
                 "public": paper.get("public", True), "position": position}
                for position, paper in enumerate(item.get("materials", ()))
            ],
        }  # fmt: skip
    return kept


def _row_for(item: Item, rows: dict[str, ProgrammeSession], release: Release, step: Step, report: Restored,
             at: datetime) -> ProgrammeSession | None:  # fmt: skip
    row = rows.pop(item["uid"], None)
    if row is not None:
        step.hold(row)
        return row
    if item["cancelled"]:
        return None  # it is gone already
    taken = db.session.scalar(
        select(ProgrammeSession.id).where(
            ProgrammeSession.conference_id == release.conference_id, ProgrammeSession.code == item["id"]
        )
    )
    code = f"{item['id'][:34]}-{release.number}" if taken is not None else item["id"]
    if taken is not None:
        report.warnings.append(
            _l("The sign “%(code)s” belongs to another session now; the old one is %(new)s.", code=item["id"], new=code)
        )
    row = ProgrammeSession(conference_id=release.conference_id, uid=item["uid"], code=code, extra={}, updated_at=at)
    db.session.add(row)
    step.made(row)
    report.added += 1
    return row


def _leave_out(rows: Mapping[str, ProgrammeSession], release: Release, step: Step, report: Restored,
               at: datetime) -> None:  # fmt: skip
    """Sessions the release does not know: those somebody has seen or signed up for are cancelled, the others go."""
    known = known_to_people(release.conference, rows.values())
    for row in rows.values():
        if row.uid not in known:
            step.hold(row)
            report.left_out += [_taken_out(row, person) for person in row.people]
            db.session.delete(row)
            report.removed += 1
        elif not row.cancelled:
            step.hold(row)
            row.cancelled, row.cancelled_by_switch, row.updated_at = True, False, at
            report.taken_off += 1


def restore_release(*, release: Release, actor: Actor, at: datetime) -> Restored:
    """Make the draft what the release says: its sessions with hours, rooms, people, tracks, sides and papers.

    Sessions that live on keep who signed up; people who stay keep their answers and links, and so do those no release
    names (who said no). Who loses a part is named with their answer in history. A session that is new since is
    taken out, or cancelled when a release or a delegate knows it. A room that is gone leaves the session without one.
    All of it is one step, which can be undone.
    """
    report = Restored()
    conference = release.conference
    with draft_step(
        conference=conference, deed="restore", actor=actor, at=at, details={"number": release.number}
    ) as step:
        names = _Names(release)
        found = db.session.scalars(
            select(ProgrammeSession).where(ProgrammeSession.conference_id == conference.id)
        ).all()
        rows = {row.uid: row for row in locked(found)}
        whole = _KNOWS_PARTS in release.content
        for item in release.content["items"]:
            row = _row_for(item, rows, release, step, report, at)
            if row is None:
                continue
            fresh = row in db.session.new
            kept = _wanted(item, names, row, report, whole=whole)
            if not whole:
                kept |= {part: _as_it_is(row, part) for part in ("parties", "agreements", "materials")}
            apply_snapshot(row, kept, answers=False)
            if not fresh and db.session.is_modified(row):
                row.updated_at = at
                report.changed += 1
        _leave_out(rows, release, step, report, at)
        if names.without_address:
            people = listing(list(names.without_address)[:MOST_NAMED])
            report.warnings.append(_l("Back without a known e-mail address: %(people)s.", people=people))
        db.session.flush()
        for row in found:
            if row.uid not in rows:
                db.session.expire(row, ["room", "venue", "to_venue", "track"])
                if row.sign_up:
                    settle(row, at)
        if report.changed or report.added or report.taken_off or report.removed:
            record(deed="programme.restore_release", subject=release, actor=actor, at=at,
                   details={"number": release.number, "changed": report.changed, "added": report.added,
                            "taken_off": report.taken_off, "removed": report.removed,
                            **({"people_out": report.left_out} if report.left_out else {})})  # fmt: skip
    return report


def _as_it_is(row: ProgrammeSession, part: str) -> list[dict[str, Any]]:
    """A part of a session as a snapshot that changes nothing."""
    key = {"parties": "municipality_id", "agreements": "position", "materials": "position"}[part]
    return [{key: getattr(entry, key)} for entry in getattr(row, part)]
