"""The tracks of a programme, and the ways between its houses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.conferences.models import Conference, Venue
from app.database import db, lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession, ProgrammeTrack, TravelTime
from app.programme.operations.steps import draft_step, locked

LONGEST_WAY = 24 * 60  # minutes


@dataclass(frozen=True)
class TrackDetails:
    """A track as its form hands it over."""

    code: str
    name_ru: str
    name_de: str
    name_en: str
    colour: str


def keep_track(
    *, conference: Conference, details: TrackDetails, track: ProgrammeTrack | None = None, actor: Actor, at: datetime
) -> ProgrammeTrack:
    """Add a track after the others, or change one.

    :raises Refusal: when its sign is taken, or it has no name.
    """
    if not (details.name_ru or details.name_de or details.name_en):
        raise Refusal(_l("Give the track a name in one language at least."), field="name_ru")
    with transaction() as unit:
        lock(conference)
        same = unit.scalar(
            select(ProgrammeTrack).where(
                ProgrammeTrack.conference_id == conference.id, ProgrammeTrack.code == details.code
            )
        )
        if same is not None and same is not track:
            raise Refusal(_l("The sign “%(code)s” is taken already.", code=details.code), field="code")
        if track is None:
            last = unit.scalar(
                select(func.max(ProgrammeTrack.position)).where(ProgrammeTrack.conference_id == conference.id)
            )
            track = ProgrammeTrack(conference_id=conference.id, position=(last or 0) + 1, **asdict(details))
            unit.add(track)
        else:
            for name, value in asdict(details).items():
                setattr(track, name, value)
        unit.flush()
        record(deed="programme.keep_track", subject=track, actor=actor, at=at, details={"code": track.code})
    return track


def remove_track(*, track: ProgrammeTrack, actor: Actor, at: datetime) -> int:
    """Take a track away; returns how many sessions belonged to it and belong to none now."""
    conference = db.session.get_one(Conference, track.conference_id)
    with draft_step(conference=conference, deed="change", actor=actor, at=at) as step, transaction() as unit:
        numbers = unit.scalars(select(ProgrammeSession).where(ProgrammeSession.track_id == track.id)).all()
        rows = locked(numbers)
        step.hold(*rows)
        for row in rows:
            row.track, row.updated_at = None, at
        unit.flush()
        record(deed="programme.remove_track", subject=track, actor=actor, at=at, details={"code": track.code})
        unit.delete(track)
        unit.flush()
    return len(rows)


def set_travel_times(
    *, conference: Conference, minutes: Mapping[tuple[int, int], int | None], actor: Actor, at: datetime
) -> int:
    """Say how long the ways between houses take, the same both ways; None forgets one. Returns how many changed.

    :raises Refusal: for a house of another conference, or more than a day.
    """
    with transaction() as unit:
        lock(conference)
        own = set(unit.scalars(select(Venue.id).where(Venue.conference_id == conference.id)))
        wanted: dict[tuple[int, int], int | None] = {}
        for (one, other), value in minutes.items():
            if one == other or not {one, other} <= own:
                raise Refusal(_l("This house does not belong to the conference."))
            if value is not None and not 0 <= value <= LONGEST_WAY:
                raise Refusal(_l("A way takes from 0 to 1,440 minutes."), field=f"way-{one}-{other}")
            wanted[min(one, other), max(one, other)] = value
        known = {
            (row.from_venue_id, row.to_venue_id): row
            for row in unit.scalars(select(TravelTime).where(TravelTime.from_venue_id.in_(own)))
        }
        changed = 0
        for way, value in wanted.items():
            row = known.get(way)
            if value == (row.minutes if row is not None else None):
                continue
            changed += 1
            if row is None:
                assert value is not None  # None is what an unknown way has
                unit.add(TravelTime(from_venue_id=way[0], to_venue_id=way[1], minutes=value))
            elif value is None:
                unit.delete(row)
            else:
                row.minutes = value
        if changed:
            unit.flush()
            record(deed="programme.set_travel_times", subject=None, actor=actor, at=at, conference_id=conference.id,
                   details={"ways": changed})  # fmt: skip
    return changed
